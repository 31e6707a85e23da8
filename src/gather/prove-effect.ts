import { HoldfastError } from '../errors.ts';
import { probeCanaryKey } from '../model/probe-canary.ts';
import type { Route } from '../model/routing.ts';
import type { Call, MrapReader } from '../ports.ts';

export interface EffectQuestion {
  readonly arn: string;
  /** The routes that are to be effective. */
  readonly to: readonly Route[];
  /** How many reads in a row must be answered so. */
  readonly times: number;
}

/**
 * Whether reads through the access point are answered by buckets that are active by the routes. A bucket answers for itself where
 * its own canary comes and is no replica. One read that nobody answers is enough to say no.
 */
export async function isEffective(
  { arn, to, times }: EffectQuestion,
  { reader }: { readonly reader: MrapReader },
  call: Call,
): Promise<boolean> {
  const active = to.filter(({ dial }) => dial > 0).map(({ bucket }) => bucket);
  try {
    for (let proved = 0; proved < times; proved += 1)
      if (!(await answersItself(arn, active, reader, call))) return false;
    return true;
  } catch (error) {
    if (!(error instanceof HoldfastError) || call.signal.aborted) throw error;
    return false;
  }
}

async function answersItself(
  arn: string,
  buckets: readonly string[],
  reader: MrapReader,
  call: Call,
): Promise<boolean> {
  for (const bucket of buckets) {
    const answer = await reader.read(arn, probeCanaryKey(bucket, 'plain'), call);
    if (answer.state === 'present' && answer.value.replicationStatus !== 'REPLICA') return true;
  }
  return false;
}
