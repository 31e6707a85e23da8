import type { MrapConfig } from '../model/config.ts';
import type { Probe } from '../model/routing.ts';
import { isInTime } from './region-votes.ts';

export interface Speakers {
  readonly mrap: Pick<MrapConfig, 'name' | 'observers'>;
  readonly probes: readonly Probe[];
  readonly now: Date;
}

/**
 * Whether the controller of a Region tells people and keeps the books for an access point: the first observer of the configuration
 * that has looked lately. Where nobody has, as far as it knows, everybody does: rather twice than never.
 */
export function isSpeaker(region: string, { mrap, probes, now }: Speakers): boolean {
  const alive = mrap.observers.filter((observer) =>
    probes.some((probe) => probe.observer === observer && isInTime(probe, now)),
  );
  return alive.length === 0 || alive[0] === region;
}
