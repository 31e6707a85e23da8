import { describe, expect, it } from 'vitest';
import { addressOf, storedChecksums, toObjectState } from '../../src/adapters/aws/object-state.ts';

const META = { $metadata: {} };

describe('the headers of an object', () => {
  it.each([
    ['the class STANDARD where S3 says nothing', {}, { storageClass: 'STANDARD' }],
    ['a class of the future', { StorageClass: 'TAPE_OF_2040' }, { storageClass: 'TAPE_OF_2040' }],
    ['an MD5 as the ETag of a plain object', { ETag: `"${'a'.repeat(32)}"` }, { etag: { kind: 'content-md5' } }],
    [
      'no MD5 as the ETag of an SSE-KMS object',
      { ETag: `"${'a'.repeat(32)}"`, ServerSideEncryption: 'aws:kms' },
      { etag: { kind: 'opaque' }, encryption: 'sse-kms' },
    ],
    ['both spellings of completed: COMPLETE', { ReplicationStatus: 'COMPLETE' }, { replicationStatus: 'COMPLETED' }],
    ['both spellings of completed: COMPLETED', { ReplicationStatus: 'COMPLETED' }, { replicationStatus: 'COMPLETED' }],
    ['a replica', { ReplicationStatus: 'REPLICA' }, { replicationStatus: 'REPLICA' }],
    ['a bucket key', { BucketKeyEnabled: true, SSEKMSKeyId: 'key' }, { bucketKeyEnabled: true, kmsKeyId: 'key' }],
    ['an encoding', { ContentEncoding: 'gzip' }, { contentEncoding: 'gzip' }],
    ['metadata', { Metadata: { a: 'b' } }, { metadata: { a: 'b' } }],
  ])('tell %s', (_, headers, expected) => {
    expect(toObjectState({ ...META, ...headers } as Parameters<typeof toObjectState>[0], 1)).toMatchObject(expected);
  });

  it.each([
    ['at once', { StorageClass: 'GLACIER_IR' }, undefined],
    [
      'at once, restored',
      { StorageClass: 'GLACIER', Restore: 'ongoing-request="false", expiry-date="Fri, 01 Jan 2027 00:00:00 GMT"' },
      undefined,
    ],
    ['after a restore', { StorageClass: 'GLACIER' }, 'archived'],
    ['after a restore', { StorageClass: 'DEEP_ARCHIVE' }, 'archived'],
    [
      'after a restore of an archive tier',
      { StorageClass: 'INTELLIGENT_TIERING', ArchiveStatus: 'ARCHIVE_ACCESS' },
      'archived',
    ],
    ['when the restore is done', { StorageClass: 'GLACIER', Restore: 'ongoing-request="true"' }, 'restoring'],
  ])('say that the bytes can be read %s: %o', (_, headers, archive) => {
    expect(toObjectState({ ...META, ...headers } as Parameters<typeof toObjectState>[0], 1).archive).toBe(archive);
  });

  it('leave out a replication status of the future', () => {
    const headers = { ...META, ReplicationStatus: 'TELEPORTED' } as unknown as Parameters<typeof toObjectState>[0];
    expect(toObjectState(headers, 1)).not.toHaveProperty('replicationStatus');
  });

  it('tell a composite by its type, and by its suffix only without one', () => {
    expect(storedChecksums({ ChecksumSHA256: 'abc=-2' }, 'COMPOSITE')).toEqual([
      { algorithm: 'SHA256', type: 'COMPOSITE', base64: 'abc=' },
    ]);
    expect(storedChecksums({ ChecksumSHA256: 'abc=' }, 'COMPOSITE')).toMatchObject([{ type: 'COMPOSITE' }]);
    expect(storedChecksums({ ChecksumSHA256: 'abc=-2' }, undefined)).toMatchObject([{ type: 'COMPOSITE' }]);
    expect(storedChecksums({ ChecksumCRC32: '', Other: 'x' }, undefined)).toEqual([]);
  });
});

it('names no version where there is none', () => {
  const object = { bucket: 'b', region: 'eu-west-1', key: 'k' };
  expect(addressOf(object)).toEqual({ Bucket: 'b', Key: 'k' });
  expect(addressOf({ ...object, versionId: 'null' })).toEqual({ Bucket: 'b', Key: 'k', VersionId: 'null' });
});
