import type { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { findBucketRegion } from '../../src/adapters/aws/bucket-region.ts';

/** What HeadBucket and GetBucketLocation answer; an error is thrown. */
async function find(head: unknown, location: unknown = new Error('must not be asked')): Promise<string> {
  const send = async ({ constructor: { name } }: object): Promise<unknown> => {
    const answer = name === 'HeadBucketCommand' ? head : location;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const clients = { s3: () => ({ send }) as unknown as S3Client };
  return findBucketRegion(clients, {
    bucket: 'b',
    startRegion: 'eu-west-1',
    signal: AbortSignal.timeout(5_000),
  });
}

function failure(httpStatusCode: number, headers: Readonly<Record<string, string>> = {}): Error {
  return Object.assign(new Error('UnknownError'), {
    name: 'Unknown',
    $metadata: { httpStatusCode },
    $response: { headers },
  });
}

describe('the Region of a bucket', () => {
  it.each<[string, unknown, unknown, string]>([
    ['the answer', { BucketRegion: 'us-west-2' }, undefined, 'us-west-2'],
    ['a redirection', failure(301, { 'x-amz-bucket-region': 'ap-south-1' }), undefined, 'ap-south-1'],
    ['a refusal', failure(403, { 'x-amz-bucket-region': 'ap-south-1' }), undefined, 'ap-south-1'],
    ['its location, where the answer has none', {}, { LocationConstraint: 'garage' }, 'garage'],
    ['its location, where a refusal has none', failure(403), { LocationConstraint: 'us-west-2' }, 'us-west-2'],
    ['a location of old', {}, { LocationConstraint: 'EU' }, 'eu-west-1'],
    ['no location, which is the first Region', {}, {}, 'us-east-1'],
    ['nothing, and then it is where it was asked', failure(403), failure(403), 'eu-west-1'],
  ])('is known from %s', async (_, head, location, expected) => {
    expect(await find(head, location)).toBe(expected);
  });

  it('is unknown where there is no such bucket', async () => {
    await expect(find(failure(404))).rejects.toMatchObject({
      kind: 'invalid-config',
      message: expect.stringContaining('there is no b'),
    });
  });

  it.each([
    ['a server in trouble', failure(503), 'unavailable'],
    ['no network', new Error('connect ECONNREFUSED'), 'unavailable'],
  ])('is unknown after %s', async (_, head, kind) => {
    await expect(find(head)).rejects.toMatchObject({ name: 'HoldfastError', kind });
  });
});
