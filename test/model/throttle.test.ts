import { describe, expect, it } from 'vitest';
import {
  firstPrefix,
  formatReachedLimits,
  type Limit,
  parseReachedLimits,
  throttleCounter,
  throttleOf,
} from '../../src/model/throttle.ts';

const KMS_WORDS = 'Please reduce your request rate for operations involving AWS KMS.';
const S3_WORDS = 'Please reduce your request rate.';

describe('throttleOf', () => {
  it.each([
    ['S3 on an SSE-KMS object', 503, 'SlowDown', KMS_WORDS, 'kms'],
    ['S3 itself', 503, 'SlowDown', S3_WORDS, 'service'],
    ['S3 to a HEAD, which has no body', 503, 'Unknown', '', undefined],
    ['S3 passing on what KMS calls it', 400, 'KMS.ThrottlingException', '', 'kms'],
    ['SQS with a KMS key, by its class', 400, 'KmsThrottled', '', 'kms'],
    ['SNS with a KMS key, by its class', 400, 'KMSThrottlingException', '', 'kms'],
    ['SNS with a KMS key, on the wire', 400, 'KMSThrottling', '', 'kms'],
    ['KMS itself', 400, 'ThrottlingException', 'You have exceeded the rate at which you may call KMS.', 'service'],
    ['any other service', 400, 'ThrottlingException', 'Rate exceeded', 'service'],
    ['DynamoDB', 400, 'ProvisionedThroughputExceededException', '', 'service'],
    ['Service Quotas', 429, 'TooManyRequestsException', '', 'service'],
    ['a service that has only the status', 429, 'Unknown', '', 'service'],
    ['nobody: words alone are no throttle', 500, 'InternalError', KMS_WORDS, undefined],
    ['nobody: a key that is disabled', 400, 'KMS.DisabledException', '', undefined],
    ['nobody: no answer at all', undefined, 'TimeoutError', '', undefined],
  ])('knows %s', (_title, status, code, message, expected) => {
    expect(throttleOf({ status, code, message })).toBe(expected);
  });
});

it.each([
  ['a/b/c', 'a/'],
  ['a', ''],
  ['/a', '/'],
  ['', ''],
  ['～😀 +%/é', '～😀 +%/'],
])('the first prefix of %j is %j', (key, prefix) => {
  expect(firstPrefix(key)).toBe(prefix);
});

describe('reached limits', () => {
  const limits: readonly Limit[] = [
    { of: 'kms', region: 'eu-west-1' },
    { of: 's3', region: 'eu-west-1', bucket: 'photos', prefix: 'a b/' },
  ];

  it('have counters of their own', () => {
    expect(limits.map(throttleCounter)).toEqual(['throttle#kms#eu-west-1', 'throttle#s3#photos/a b/']);
  });

  it('are the same again after they were noted', () => {
    const reached = limits.map((limit, index) => ({ limit, seenAt: new Date(index) }));
    expect(parseReachedLimits(formatReachedLimits(reached))).toEqual(reached);
  });

  it.each([undefined, '{', 'null'])('are none in the note %j', (note) => {
    expect(parseReachedLimits(note)).toEqual([]);
  });
});
