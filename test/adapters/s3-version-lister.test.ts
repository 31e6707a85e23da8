import type { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { createS3VersionLister } from '../../src/adapters/aws/s3-version-lister.ts';
import type { ListedVersion } from '../../src/ports.ts';

interface Sent {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Answers one call after the other; an error is thrown. */
function answering(...answers: readonly unknown[]): { sent: Sent[]; s3: () => S3Client } {
  const sent: Sent[] = [];
  const send = async (command: { constructor: { name: string }; input: Sent['input'] }): Promise<unknown> => {
    sent.push({ name: command.constructor.name, input: command.input });
    const answer = answers[sent.length - 1];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { sent, s3: () => ({ send }) as unknown as S3Client };
}

function failure(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error('because'), { name, $metadata: { httpStatusCode } });
}

async function list(
  clients: { s3: () => S3Client },
  onlyCurrent?: (reason: string) => void,
): Promise<readonly ListedVersion[]> {
  const found: ListedVersion[] = [];
  const lister = createS3VersionLister(clients, onlyCurrent === undefined ? {} : { onlyCurrent });
  const target = { bucket: 'b', region: 'eu-west-1', prefix: 'a b' };
  for await (const version of lister.list(target, { signal: AbortSignal.timeout(5_000) })) found.push(version);
  return found;
}

const at = new Date('2026-11-01T00:00:00Z');

describe('the lister of versions', () => {
  it('goes on from the markers of each page and decodes what it asked to be encoded', async () => {
    const clients = answering(
      {
        EncodingType: 'url',
        IsTruncated: true,
        NextKeyMarker: 'a+b%2B%F0%9F%98%80',
        NextVersionIdMarker: 'v+2%',
        Versions: [
          { Key: 'a+b%2B%F0%9F%98%80', VersionId: 'v+2%', IsLatest: true, Size: 7, ETag: '"e"', LastModified: at },
        ],
      },
      { EncodingType: 'url', IsTruncated: false, Versions: [{ Key: 'a+b%0A', VersionId: 'null', Size: 0 }] },
    );
    expect(await list(clients)).toEqual([
      {
        object: { bucket: 'b', region: 'eu-west-1', key: 'a b+😀', versionId: 'v+2%' },
        isLatest: true,
        sizeBytes: 7,
        etag: 'e',
        lastModifiedAt: at,
      },
      {
        object: { bucket: 'b', region: 'eu-west-1', key: 'a b\n', versionId: 'null' },
        isLatest: false,
        sizeBytes: 0,
        etag: '',
        lastModifiedAt: new Date(0),
      },
    ]);
    expect(clients.sent.map(({ input }) => [input['KeyMarker'], input['VersionIdMarker'], input['Prefix']])).toEqual([
      [undefined, undefined, 'a b'],
      ['a b+😀', 'v+2%', 'a b'],
    ]);
  });

  it('lists delete markers at their keys, where they are asked for', async () => {
    const page = {
      Versions: [
        { Key: 'a', VersionId: 'v1', Size: 7, ETag: '"e"', LastModified: at },
        { Key: '😀', VersionId: 'v2', IsLatest: true, Size: 7, ETag: '"e"', LastModified: at },
      ],
      DeleteMarkers: [{ Key: '～', VersionId: 'v3', IsLatest: true, LastModified: at }],
    };
    const found: ListedVersion[] = [];
    const target = { bucket: 'b', region: 'eu-west-1', prefix: '', deleteMarkers: true };
    const lister = createS3VersionLister(answering(page));
    for await (const version of lister.list(target, { signal: AbortSignal.timeout(5_000) })) found.push(version);
    expect(found.map(({ object }) => object.key)).toEqual(['a', '～', '😀']);
    expect(found[1]).toEqual({
      object: { bucket: 'b', region: 'eu-west-1', key: '～', versionId: 'v3' },
      isLatest: true,
      deleteMarker: true,
      sizeBytes: 0,
      etag: '',
      lastModifiedAt: at,
    });
    expect((await list(answering(page))).map(({ object }) => object.key)).toEqual(['a', '😀']);
  });

  it('takes keys as they are from a server that does not encode', async () => {
    const clients = answering({ Versions: [{ Key: 'a b+%41', IsLatest: true }] });
    expect((await list(clients)).map(({ object }) => object.key)).toEqual(['a b+%41']);
  });

  it.each([
    ['AccessDenied', 403],
    ['NotImplemented', 501],
    ['MethodNotAllowed', 405],
  ])('falls back to current objects after %s, and says so', async (code, status) => {
    const reasons: string[] = [];
    const clients = answering(
      failure(code, status),
      { IsTruncated: true, NextContinuationToken: 't', Contents: [{ Key: 'a b1', Size: 1, ETag: '"x"' }] },
      { EncodingType: 'url', Contents: [{ Key: 'a+b2' }] },
    );
    const found = await list(clients, (reason) => reasons.push(reason));
    expect(found.map(({ object, isLatest }) => [object.key, object.versionId, isLatest])).toEqual([
      ['a b1', undefined, true],
      ['a b2', undefined, true],
    ]);
    expect(reasons).toEqual([`${code}: because`]);
    expect(clients.sent.map(({ name }) => name)).toEqual([
      'ListObjectVersionsCommand',
      'ListObjectsV2Command',
      'ListObjectsV2Command',
    ]);
    expect(clients.sent[2]?.input['ContinuationToken']).toBe('t');
  });

  it.each([
    ['a missing bucket', [failure('NoSuchBucket', 404)], 'unexpected'],
    [
      'a refusal in the middle',
      [{ IsTruncated: true, NextKeyMarker: 'k' }, failure('AccessDenied', 403)],
      'access-denied',
    ],
    ['a throttle', [failure('SlowDown', 503)], 'throttled'],
    ['refusals of both operations', [failure('AccessDenied', 403), failure('AccessDenied', 403)], 'access-denied'],
  ])('does not take %s for an empty bucket', async (_, answers, kind) => {
    await expect(list(answering(...answers))).rejects.toMatchObject({ name: 'HoldfastError', kind });
  });
});
