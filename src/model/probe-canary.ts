import { CANARY_PREFIX } from './canary.ts';

/** Keys under it are what observers read. */
export const PROBE_PREFIX: string = `${CANARY_PREFIX}probe/`;

/**
 * Where the small objects are that observers read in a bucket. The name of the bucket is in the key, and nobody else writes there: a
 * bucket that answers with `REPLICA`, or that has no such object, is another one.
 */
export function probeCanaryKey(bucket: string, kind: 'plain' | 'kms'): string {
  return `${PROBE_PREFIX}${bucket}/${kind}`;
}

/** How often observers look, in milliseconds. */
export const PROBE_EVERY_MS: number = 10_000;

/** How long an observer waits for an answer, in milliseconds. */
export const PROBE_TIMEOUT_MS: number = 2_000;
