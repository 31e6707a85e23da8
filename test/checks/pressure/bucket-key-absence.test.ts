import { expect, it } from 'vitest';
import { bucketKeyAbsence } from '../../../src/checks/pressure/bucket-key-absence.ts';
import type { EncryptedBucket } from '../../../src/model/pressure-facts.ts';
import { present } from '../../../src/model/observation.ts';
import { KEY_ARN, somePressure } from '../../support/pressure.ts';

const bucket = { bucket: 'photos', region: 'eu-west-1' };

function judge(encryption: EncryptedBucket['encryption'], replicas = 1) {
  return bucketKeyAbsence.run(somePressure({ buckets: [{ bucket, encryption, replicas }] }));
}

it.each([
  ['finds SSE-KMS without a bucket key', present({ algorithm: 'aws:kms', bucketKey: false }), ['violated']],
  ['is content with a bucket key', present({ algorithm: 'aws:kms', bucketKey: true }), []],
  ['does not apply to DSSE-KMS, which has none', present({ algorithm: 'aws:kms:dsse', bucketKey: false }), []],
  ['does not apply to SSE-S3', present({ algorithm: 'AES256', bucketKey: false }), []],
  ['does not apply where nothing is configured', { state: 'absent' } as const, []],
  ['cannot judge what it may not read', { state: 'unreadable', reason: 'access-denied' } as const, ['unverifiable']],
])('%s', (_title, encryption, verdicts) => {
  expect(judge(encryption).map(({ verdict }) => verdict)).toEqual(verdicts);
});

it('does not apply where nobody asked', () => {
  expect(bucketKeyAbsence.run(somePressure())).toEqual([]);
});

it('says what is saved, and keeps the key of the bucket', () => {
  const [finding] = judge(present({ algorithm: 'aws:kms', bucketKey: false, kmsKeyId: KEY_ARN }), 2);
  expect(finding?.evidence).toEqual({
    kmsRequestsPerMillionObjects: 6_000_000,
    savedRequestsPerMillionObjects: 5_940_000,
    savedUSDPerMillionObjects: 17.82,
  });
  expect(finding?.remedy?.commands).toEqual([
    `aws s3api put-bucket-encryption --bucket photos --region eu-west-1 --server-side-encryption-configuration '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms","KMSMasterKeyID":"${KEY_ARN}"},"BucketKeyEnabled":true}]}'`,
  ]);
});

it.each([
  ['requests of S3 are counted', { versionsPerSecond: 100, basis: 'request-metrics' } as const, 396, 3_079.3],
  ['objects are counted', { versionsPerSecond: 0.01, basis: 'object-count' } as const, 0.04, 0.31],
  ['nothing is written', { versionsPerSecond: 0, basis: 'object-count' } as const, 0, 0],
])('says what is saved in a second and in a month where %s', (_title, writes, perSecond, perMonth) => {
  const encryption = present({ algorithm: 'aws:kms', bucketKey: false });
  const [finding] = bucketKeyAbsence.run(somePressure({ buckets: [{ bucket, encryption, replicas: 1, writes }] }));
  expect(finding?.evidence).toMatchObject({
    measuredBy: writes.basis,
    savedRequestsPerSecond: perSecond,
    savedUSDPerMonth: perMonth,
  });
});
