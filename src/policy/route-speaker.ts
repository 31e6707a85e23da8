import type { MrapConfig } from '../model/config.ts';
import type { Probe, RoutingDecision } from '../model/routing.ts';

export interface Speakers {
  readonly mrap: Pick<MrapConfig, 'name' | 'observers'>;
  readonly probes: readonly Probe[];
  readonly now: Date;
}

/** An observer that has left no probe for so long does not speak, in milliseconds: rounds are ten seconds apart. */
const SILENT_MS = 45_000;

/**
 * Whether the controller of a Region tells people and keeps the books for an access point: the first observer of the configuration
 * that has looked lately, and is in no Region that fails. Where there is none, as far as it knows, everybody does: rather twice than
 * never.
 */
export function isSpeaker(region: string, { mrap, probes, now }: Speakers, health: RoutingDecision['health']): boolean {
  const failing = health.filter((each) => each.health === 'unhealthy').map((each) => each.region);
  const speaker = mrap.observers.find(
    (observer) =>
      !failing.includes(observer) &&
      probes.some((probe) => probe.observer === observer && Math.abs(now.getTime() - probe.at.getTime()) <= SILENT_MS),
  );
  return speaker === undefined || speaker === region;
}
