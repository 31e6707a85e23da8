import type { CanaryRound, LinkCanaries } from '../../model/canary.ts';
import type { Finding, Subject } from '../../model/finding.ts';
import { showKmsQuota } from '../../model/kms-commands.ts';
import { linkId } from '../../model/link.ts';
import { type PressureCheck, unread } from './check.ts';

/** A canary that asks KMS for nothing and arrived within it was on time, in milliseconds. */
const ON_TIME_MS = 5 * 60_000;

/** One that had not arrived at this age is late; in between nothing is said. */
const LATE_MS = 10 * 60_000;

/** So many rounds in a row: one late object is no delay. */
const ROUNDS = 2;

/**
 * Whether replication is late because of KMS. Lag alone never says so: it takes a control, an SSE-S3 canary of the same minutes that
 * was on time where the SSE-KMS canary was late.
 */
export const delayByKms: PressureCheck = {
  id: 'delay-by-kms',
  needs: ['canaries'],
  run: ({ canaries = [] }) => canaries.flatMap(judge),
};

function judge({ link, rounds, refused }: LinkCanaries): readonly Finding[] {
  const { pair, source, destination } = link;
  const subject: Subject = {
    kind: 'pair',
    pair,
    region: source.region,
    source: source.bucket,
    destination: destination.bucket,
  };
  const judged = rounds.filter((round) => isLate(round) || isFine(round)).slice(-ROUNDS);
  if (judged.length < ROUNDS || !judged.every(isLate)) {
    return refused === undefined ? [] : [unread('lag-likely-kms', subject, refused)];
  }
  return judged.slice(-1).map(({ writtenAt, plain, kms }) => {
    return {
      verdict: 'violated',
      code: 'lag-likely-kms',
      subject,
      evidence: {
        pair,
        link: linkId(link),
        writtenAt: writtenAt.toISOString(),
        plainLagMs: plain.lagMs,
        ...(kms.lagMs === undefined ? { kmsWaitedMs: kms.waitedMs } : { kmsLagMs: kms.lagMs }),
        rounds: ROUNDS,
      },
      remedy: {
        who: 'owner of the account',
        what:
          'See whether `kms-headroom-low` or `kms-throttled` was found at either end; if so do what they say, otherwise ask for the ' +
          'events of the keys in CloudTrail.',
        commands: [...new Set([source.region, destination.region])].map(showKmsQuota),
      },
    };
  });
}

/** A round whose control was there in time, and the other was not. */
type LateRound = CanaryRound & { readonly plain: { readonly lagMs: number } };

function isLate(round: CanaryRound): round is LateRound {
  const { plain, kms } = round;
  return isOnTime(plain.lagMs) && kms.failed === undefined && kms.waitedMs >= LATE_MS;
}

function isFine({ kms }: CanaryRound): boolean {
  return kms.lagMs !== undefined && kms.lagMs < LATE_MS;
}

function isOnTime(lagMs: number | undefined): boolean {
  return lagMs !== undefined && lagMs <= ON_TIME_MS;
}
