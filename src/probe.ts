import type { Config } from './model/config.ts';
import { bucketsBehind, observedFrom } from './model/mrap.ts';
import type { Probe } from './model/routing.ts';
import type { Call, Ports, ProbeBook, Prober } from './ports.ts';

/** What an observer asks of the world. */
export interface ProbePorts extends Pick<Ports, 'region'> {
  readonly prober: Prober;
  readonly probes: ProbeBook;
}

/**
 * Looks once at every bucket of the access points that are watched from this Region, and leaves what was seen for the controllers
 * of all Regions. May be repeated. Throws where it could not be left; every bucket was looked at before.
 */
export async function probe(
  { region, prober, probes }: ProbePorts,
  config: Pick<Config, 'pairs' | 'mraps'>,
  call: Call,
): Promise<readonly Probe[]> {
  const targets = observedFrom(config, region).flatMap((mrap) =>
    bucketsBehind(config, mrap).map((bucket) => ({ mrap: mrap.name, bucket })),
  );
  const seen = await Promise.all(targets.map(async (target) => prober.probe(target, call)));
  // Given up in the middle: what was seen then is our own end, and no outage.
  if (call.signal.aborted) return [];
  await Promise.all(seen.map(async (each) => probes.leave(each, call)));
  return seen;
}
