import type { Finding, Remedy } from '../../model/finding.ts';
import { requestKmsQuota, showKmsQuota } from '../../model/kms-commands.ts';
import { valueOf } from '../../model/observation.ts';
import type { PressureFacts, ThrottledLooks } from '../../model/pressure-facts.ts';
import { awsCommand } from '../../model/shell-command.ts';
import { kmsOf, type PressureCheck } from './check.ts';

/** Looks throttled within five minutes that make a storm: each had been tried several times by the SDK before. */
const STORM_LOOKS = 3;

/** Throttles within five minutes that make one though every request came to a good end: each was some delay and no harm. */
const STORM_HIDDEN = 20;

const STORM_MS = 5 * 60_000;

/** A storm is over after so long without one. */
const QUIET_MS = 15 * 60_000;

/** What KMS or S3 refused our own looks. About objects nothing is said: they are looked at again. */
export const throttleStorm: PressureCheck = {
  id: 'throttle-storm',
  needs: ['throttled'],
  run: (facts) => (facts.throttled ?? []).flatMap((each) => judge(each, facts)),
};

function judge({ limit, minutes, hidden = [] }: ThrottledLooks, facts: PressureFacts): readonly Finding[] {
  const sinceMs = facts.lookedAt.getTime() - QUIET_MS - STORM_MS;
  const throttledLooks = worstOf(
    minutes.map(({ at, looks }) => ({ at, count: looks })),
    sinceMs,
  );
  const hiddenThrottles = worstOf(
    hidden.map(({ at, throttles }) => ({ at, count: throttles })),
    sinceMs,
  );
  if (throttledLooks < STORM_LOOKS && hiddenThrottles < STORM_HIDDEN) return [];
  const evidence = { throttledLooks, hiddenThrottles, minutes: STORM_MS / 60_000 };
  if (limit.of === 'kms') {
    const subject = kmsOf(limit.region);
    return [{ verdict: 'violated', code: 'kms-throttled', subject, evidence, remedy: easeKms(limit.region, facts) }];
  }
  const { bucket, region, prefix } = limit;
  return [
    {
      verdict: 'violated',
      code: 's3-throttled',
      subject: { kind: 'prefix', bucket, region, prefix },
      evidence,
      remedy: easeS3(region, bucket),
    },
  ];
}

interface Counted {
  readonly at: Date;
  readonly count: number;
}

/** The greatest sum of five minutes since then. */
function worstOf(minutes: readonly Counted[], sinceMs: number): number {
  const lately = minutes.filter(({ at }) => at.getTime() >= sinceMs);
  return Math.max(0, ...lately.map(({ at }) => within(lately, at)));
}

/** What was counted in the five minutes from then on. */
function within(minutes: readonly Counted[], from: Date): number {
  return minutes
    .filter(({ at }) => at >= from && at.getTime() < from.getTime() + STORM_MS)
    .reduce((sum, { count }) => sum + count, 0);
}

function easeKms(region: string, { region: here, usage }: PressureFacts): Remedy {
  const quota = region === here ? valueOf(usage)?.quotaPerSecond : undefined;
  return {
    who: 'owner of the account',
    what: 'Switch bucket keys on wherever `bucket-key-off` was found, and ask AWS for a higher KMS request rate.',
    commands: [showKmsQuota(region), ...(quota === undefined ? [] : [requestKmsQuota(region, quota * 2)])],
  };
}

/** S3 gives a prefix more by itself, over minutes; nothing can be asked for. */
function easeS3(region: string, bucket: string): Remedy {
  return {
    who: `whoever writes to and reads from ${bucket}`,
    what: 'Spread the requests over more prefixes or over time; S3 splits a busy prefix by itself, which takes minutes.',
    commands: [
      awsCommand('s3api put-bucket-metrics-configuration', {
        bucket,
        region,
        id: 'EntireBucket',
        'metrics-configuration': { Id: 'EntireBucket' },
      }),
    ],
  };
}
