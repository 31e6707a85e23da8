import { parseAcl } from './acl.ts';
import { multipartChecksumType, parseAlgorithm, DEFAULT_ALGORITHM } from './checksums.ts';
import { customerKeyMd5, encryptionHeaders, encryptionOf, spendKms } from './encryption.ts';
import { randomIdentifier } from './identifiers.ts';
import { lockOf } from './object-lock.ts';
import { parseObjectHeaders } from './object-headers.ts';
import { OBJECT_HEADERS } from './put-object.ts';
import type { BucketOperation, Call } from './s3-cloud.ts';
import { S3Error } from './s3-error.ts';
import type { Upload } from './stored.ts';
import { parseTaggingHeader } from './tags.ts';
import { buildXml } from './xml.ts';

const UPLOAD_ID_LENGTH = 64;

export const createMultipartUpload: BucketOperation = {
  name: 'CreateMultipartUpload',
  on: 'object',
  method: 'POST',
  selectors: ['uploads'],
  headers: [...OBJECT_HEADERS, 'x-amz-checksum-algorithm', 'x-amz-checksum-type'],
  async run(call) {
    const { cloud, request, bucket } = call;
    const { headers } = request;
    const asked = headers['x-amz-checksum-algorithm'];
    const type = headers['x-amz-checksum-type'];
    if (asked === undefined && type !== undefined) {
      throw new S3Error(
        'InvalidRequest',
        'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
      );
    }
    const algorithm = asked === undefined ? DEFAULT_ALGORITHM : parseAlgorithm(asked, 'x-amz-checksum-algorithm');
    const encryption = encryptionOf(headers, bucket);
    spendKms(call, encryption);
    const upload: Upload = {
      uploadId: randomIdentifier(cloud.world.random, UPLOAD_ID_LENGTH),
      key: request.key,
      initiatedAtMs: cloud.world.clock.now(),
      headers: parseObjectHeaders(headers),
      tags: parseTaggingHeader(headers['x-amz-tagging']),
      acl: parseAcl(headers['x-amz-acl'], bucket) ?? 'private',
      encryption,
      lock: lockOf(cloud, headers, bucket),
      algorithm,
      checksumType: multipartChecksumType(algorithm, type),
      checksumRequested: asked !== undefined,
      parts: new Map(),
    };
    bucket.uploads.set(upload.uploadId, upload);
    const checksum =
      asked === undefined ? {} : { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': upload.checksumType };
    return {
      status: 200,
      headers: { 'content-type': 'application/xml', ...checksum, ...encryptionHeaders(encryption) },
      body: buildXml('InitiateMultipartUploadResult', {
        Bucket: bucket.name,
        Key: upload.key,
        UploadId: upload.uploadId,
      }),
    };
  },
};

export const abortMultipartUpload: BucketOperation = {
  name: 'AbortMultipartUpload',
  on: 'object',
  method: 'DELETE',
  selectors: ['uploadId'],
  async run(call) {
    const upload = requestedUpload(call);
    call.bucket.uploads.delete(upload.uploadId);
    for (const part of upload.parts.values()) await call.cloud.bodies.release(part.body);
    return { status: 204 };
  },
};

/** The upload that a request names, which must be of its key. */
export function requestedUpload({ bucket, request }: Call): Upload {
  const uploadId = request.query.get('uploadId') ?? '';
  const upload = bucket.uploads.get(uploadId);
  if (upload !== undefined && upload.key === request.key) return upload;
  throw new S3Error(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { details: { UploadId: uploadId } },
  );
}

/** Every part of an SSE-C upload comes with the key of the upload. */
export function expectUploadKey({ request }: Call, { encryption }: Upload): void {
  const keyMd5 = customerKeyMd5(request.headers);
  const expected = encryption.kind === 'sse-c' ? encryption.keyMd5 : undefined;
  if (keyMd5 === expected) return;
  throw new S3Error(
    'InvalidRequest',
    'The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.',
  );
}
