import { parseAcl } from './acl.ts';
import { checksumHeaders, DEFAULT_ALGORITHM } from './checksums.ts';
import { CUSTOMER_KEY_HEADERS, ENCRYPTION_HEADERS, encryptionHeaders, encryptionOf, spendKms } from './encryption.ts';
import { versionHeaders } from './find-version.ts';
import { randomHex } from './identifiers.ts';
import { expirationHeader } from './lifecycle-operations.ts';
import { LOCK_HEADERS, lockOf } from './object-lock.ts';
import { parseObjectHeaders } from './object-headers.ts';
import { checkWriteConditions } from './preconditions.ts';
import { receiveBody } from './receive.ts';
import type { BucketOperation, Call, S3Cloud } from './s3-cloud.ts';
import type { ObjectVersion, StoredEncryption } from './stored.ts';
import { parseTaggingHeader } from './tags.ts';
import { writeVersion } from './write-version.ts';

/** Headers that say what an object is to be. */
export const OBJECT_HEADERS: readonly string[] = [
  'x-amz-acl',
  'x-amz-meta-*',
  'x-amz-storage-class',
  'x-amz-tagging',
  ...ENCRYPTION_HEADERS,
  ...CUSTOMER_KEY_HEADERS,
  ...LOCK_HEADERS,
];

export const putObject: BucketOperation = {
  name: 'PutObject',
  on: 'object',
  method: 'PUT',
  headers: OBJECT_HEADERS,
  async run(call) {
    const { cloud, request, bucket } = call;
    const { headers } = request;
    const encryption = encryptionOf(headers, bucket);
    const described = {
      headers: parseObjectHeaders(headers),
      tags: parseTaggingHeader(headers['x-amz-tagging']),
      acl: parseAcl(headers['x-amz-acl'], bucket) ?? 'private',
      encryption,
      lock: lockOf(cloud, headers, bucket),
    };
    spendKms(call, encryption);
    checkWriteConditions(headers, bucket.objects.current(request.key));
    const received = await receiveBody(cloud, request, (claimed) => [claimed ?? DEFAULT_ALGORITHM]);
    const algorithm = received.claimed ?? DEFAULT_ALGORITHM;
    try {
      // Again: somebody else may have written the key while this body came in.
      checkWriteConditions(headers, bucket.objects.current(request.key));
    } catch (error) {
      await cloud.bodies.release(received.body);
      throw error;
    }
    const version = await writeVersion(
      call,
      {
        ...described,
        body: received.body,
        sizeBytes: received.body.sizeBytes,
        etag: etagOf(cloud, encryption, received.md5),
        checksum: { algorithm, type: 'FULL_OBJECT', base64: received.digests.get(algorithm) ?? '' },
        checksumRequested: received.claimed !== undefined,
        parts: [],
      },
      { eventName: 'ObjectCreated:Put' },
    );
    return { status: 200, headers: writtenHeaders(call, version) };
  },
};

/**
 * The MD5 of the content, except where the encryption hides it: then 32 digits that look like one.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
export function etagOf({ world }: Pick<S3Cloud, 'world'>, encryption: StoredEncryption, md5: string): string {
  return encryption.kind === 'AES256' ? md5 : randomHex(world.random, 32);
}

/** Headers of the answer to a write. */
export function writtenHeaders({ bucket }: Pick<Call, 'bucket'>, version: ObjectVersion): Record<string, string> {
  return {
    etag: `"${version.etag}"`,
    ...checksumHeaders(version.checksum, version.parts),
    ...versionHeaders(bucket, version),
    ...encryptionHeaders(version.encryption),
    ...expirationHeader(bucket, version),
  };
}
