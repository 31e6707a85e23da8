import { HoldfastError } from '../errors.ts';
import type { Config } from '../model/config.ts';
import { linkId, linksOf } from '../model/link.ts';
import type { Call, OwnLanes, Ports } from '../ports.ts';

export interface IdlePorts extends Pick<Ports, 'region' | 'peers' | 'clock'> {
  readonly lanes: OwnLanes;
}

/**
 * How long it takes until the counts of a queue are right after somebody has sent to it, in milliseconds.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
 */
const COUNTED_LATE_MS = 60_000;

/**
 * Where nothing waits for a look any more, every version of this Region's buckets that is old enough for its first look has had it:
 * the stacks of the destinations are told so, each minute. Otherwise what they know would end with the last write, and of a source
 * that nobody has written to yet they would know nothing. Answers the links that were told; a destination that is out of reach holds
 * up no other. May be repeated.
 */
export async function tellIdle(
  { region, peers, clock, lanes }: IdlePorts,
  config: Pick<Config, 'pairs'>,
  call: Call,
): Promise<readonly string[]> {
  const links = linksOf(config).filter(({ source, policy }) => source.region === region && policy.followUp === 'every');
  if (links.length === 0) return [];
  const askedMs = clock.now().getTime();
  if (!(await lanes.areEmpty(call))) return [];
  const told: string[] = [];
  const errors: unknown[] = [];
  for (const link of links) {
    const firstLookMs = Math.min(...link.policy.lookAfterMs);
    const eventAt = new Date(askedMs - firstLookMs - COUNTED_LATE_MS);
    const { region: there, account } = link.destination;
    try {
      const to = { region: there, account };
      await peers.tell(to, { kind: 'progress', link: linkId(link), eventAt, idle: true }, call);
      told.push(linkId(link));
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.kind !== 'unavailable') errors.push(error);
    }
  }
  for (const error of errors) throw error;
  return told;
}
