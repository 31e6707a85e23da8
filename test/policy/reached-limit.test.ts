import { expect, it } from 'vitest';
import type { Finding } from '../../src/model/finding.ts';
import { reachedLimit } from '../../src/policy/reached-limit.ts';
import { aFinding, OBJECT } from '../support/facts.ts';

function unread(reason: string, changes: Partial<Finding> = {}): Finding {
  const { evidence = {}, ...others } = changes;
  return aFinding({
    verdict: 'unverifiable',
    code: 'content-unreadable',
    ...others,
    evidence: { reason, ...evidence },
  });
}

const replica = { bucket: 'photos-copy', region: 'us-east-1' };
const OF_S3 = { of: 's3', region: OBJECT.region, bucket: OBJECT.bucket, prefix: 'a b/' };

it.each([
  ['none where everything was read', [aFinding({ verdict: 'verified', code: 'content-verified' })], undefined],
  ['none where something else was in the way', [unread('access-denied')], undefined],
  [
    'none of a finding that is not about a version',
    [unread('throttled', { subject: { kind: 'monitor', region: 'x' } })],
    undefined,
  ],
  ['the prefix where S3 throttled', [unread('throttled')], OF_S3],
  ['the account where KMS did', [unread('kms-throttled')], { of: 'kms', region: OBJECT.region }],
  ['KMS where both are said', [unread('throttled'), unread('kms-throttled')], { of: 'kms', region: OBJECT.region }],
  [
    'the Region of the replica that could not be read',
    [unread('kms-throttled', { replica, evidence: { what: 'replica' } })],
    { of: 'kms', region: 'us-east-1' },
  ],
  [
    'the prefix at the destination',
    [unread('throttled', { replica, evidence: { what: 'tags of the replica' } })],
    { ...OF_S3, ...replica },
  ],
  ['the source where that could not be read', [unread('throttled', { replica, evidence: { what: 'source' } })], OF_S3],
  ['the version where no replica is named', [unread('throttled', { evidence: { what: 'replica' } })], OF_S3],
])('names %s', (_title, findings, expected) => {
  expect(reachedLimit(findings)).toEqual(expected);
});
