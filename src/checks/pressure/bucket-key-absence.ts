import type { Subject } from '../../model/finding.ts';
import { useBucketKey } from '../../model/kms-commands.ts';
import { pricesOf } from '../../model/prices.ts';
import { asksForEachObject, type EncryptedBucket } from '../../model/pressure-facts.ts';
import { type PressureCheck, unread } from './check.ts';

/** "Up to 99 percent" by the User Guide. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html */
const SAVED = 0.99;

/** For the data key of a new object, and for the read that proves it. */
const REQUESTS_PER_OBJECT = 2;

/** To read the source and to write the replica. */
const REQUESTS_PER_REPLICA = 2;

const MILLION = 1_000_000;

/** Whether buckets ask KMS for every single object. DSSE-KMS knows no bucket keys. */
export const bucketKeyAbsence: PressureCheck = {
  id: 'bucket-key-absence',
  needs: ['buckets'],
  run: ({ buckets = [] }) =>
    buckets.flatMap((each) => {
      const { bucket, encryption } = each;
      const subject: Subject = { kind: 'bucket', bucket: bucket.bucket, region: bucket.region };
      if (encryption.state === 'unreadable') return [unread('bucket-key-off', subject, encryption.reason)];
      if (encryption.state === 'absent' || !asksForEachObject(encryption)) return [];
      return [
        {
          verdict: 'violated',
          code: 'bucket-key-off',
          subject,
          evidence: savingOf(each),
          remedy: {
            who: `owner of the bucket ${bucket.bucket}`,
            what:
              'Switch the bucket key on; it serves new objects only. Policies of the key that name objects in the encryption ' +
              'context have to name the bucket first.',
            commands: [useBucketKey(bucket, encryption.value.kmsKeyId)],
          },
        } as const,
      ];
    }),
};

/** What is saved of a million objects and, where it is known how much is written, in a second and in a month. */
function savingOf({ bucket, replicas, writes }: EncryptedBucket): Readonly<Record<string, string | number>> {
  const requests = REQUESTS_PER_OBJECT + REQUESTS_PER_REPLICA * replicas;
  const saved = requests * SAVED;
  const price = pricesOf(bucket.region).kmsRequest;
  const perSecond = saved * (writes?.versionsPerSecond ?? 0);
  return {
    kmsRequestsPerMillionObjects: requests * MILLION,
    savedRequestsPerMillionObjects: Math.round(saved * MILLION),
    savedUSDPerMillionObjects: round(saved * MILLION * price),
    ...(writes === undefined
      ? {}
      : {
          measuredBy: writes.basis,
          savedRequestsPerSecond: round(perSecond),
          savedUSDPerMonth: round(perSecond * MONTH_S * price),
        }),
  };
}

/** Of 30 days, in seconds. */
const MONTH_S = 30 * 24 * 3_600;

/** To two places. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
