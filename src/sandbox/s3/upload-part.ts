import { createHash } from 'node:crypto';
import { createDigester } from '../../digest/digester.ts';
import type { Body } from './body-store.ts';
import { parsePartNumber, parseRange } from './byte-range.ts';
import { checksumElement, checksumHeader } from './checksums.ts';
import { COPY_SOURCE_HEADERS, openCopySource } from './copy-source.ts';
import { CUSTOMER_KEY_HEADERS, encryptionHeaders, spendKms } from './encryption.ts';
import { wholeSecond } from './identifiers.ts';
import { expectUploadKey, requestedUpload } from './multipart-upload.ts';
import { etagOf } from './put-object.ts';
import { receiveBody } from './receive.ts';
import type { BucketOperation, Call } from './s3-cloud.ts';
import { S3Error, invalidArgument } from './s3-error.ts';
import type { StoredPart, Upload } from './stored.ts';
import { buildXml } from './xml.ts';

const UPLOAD_PART = {
  on: 'object',
  method: 'PUT',
  selectors: ['partNumber', 'uploadId'],
} as const;

export const uploadPart: BucketOperation = {
  ...UPLOAD_PART,
  name: 'UploadPart',
  headers: CUSTOMER_KEY_HEADERS,
  async run(call) {
    const { cloud, request } = call;
    const upload = openUpload(call);
    const received = await receiveBody(cloud, request, () => [upload.algorithm]);
    const { claimed, body, md5 } = received;
    if (upload.checksumRequested && claimed !== undefined && claimed !== upload.algorithm) {
      await cloud.bodies.release(body);
      throw new S3Error(
        'InvalidRequest',
        `Checksum Type mismatch occurred, expected checksum Type: ${upload.algorithm.toLowerCase()}, actual checksum Type: ${claimed.toLowerCase()}`,
      );
    }
    const part = await storePart(call, upload, { body, md5, checksum: received.digests.get(upload.algorithm) ?? '' });
    // A client that brought a checksum gets back that one, even where the upload uses another.
    const answered = claimed ?? upload.algorithm;
    return {
      status: 200,
      headers: {
        etag: `"${part.etag}"`,
        [checksumHeader(answered)]: received.digests.get(answered) ?? part.checksum,
        ...encryptionHeaders(upload.encryption),
      },
    };
  },
};

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html */
export const uploadPartCopy: BucketOperation = {
  ...UPLOAD_PART,
  name: 'UploadPartCopy',
  selectingHeader: 'x-amz-copy-source',
  headers: [...CUSTOMER_KEY_HEADERS, ...COPY_SOURCE_HEADERS, 'x-amz-copy-source-range'],
  async run(call) {
    const { cloud, request } = call;
    const upload = openUpload(call);
    const source = openCopySource(call);
    const header = request.headers['x-amz-copy-source-range'];
    const range = header === undefined ? undefined : parseRange(header, source.version.sizeBytes);
    if (header !== undefined && (range === undefined || !header.endsWith(`-${range.endBytes - 1}`))) {
      throw invalidArgument(
        'x-amz-copy-source-range',
        header,
        `Range specified is not valid for source object of size: ${source.version.sizeBytes}`,
      );
    }
    const digester = await createDigester(upload.algorithm);
    const md5 = createHash('md5');
    const writer = cloud.bodies.writer();
    for await (const chunk of cloud.bodies.read(
      source.version.body,
      range?.startBytes,
      range?.endBytes,
    ) as AsyncIterable<Uint8Array>) {
      digester.update(chunk);
      md5.update(chunk);
      await writer.write(chunk);
    }
    const part = await storePart(call, upload, {
      body: await writer.finish(),
      md5: md5.digest('hex'),
      checksum: Buffer.from(digester.digest()).toString('base64'),
    });
    return {
      status: 200,
      headers: {
        'content-type': 'application/xml',
        ...(source.bucket.versioning === undefined ? {} : { 'x-amz-copy-source-version-id': source.version.versionId }),
        ...encryptionHeaders(upload.encryption),
      },
      body: buildXml('CopyPartResult', {
        ETag: `"${part.etag}"`,
        LastModified: new Date(part.lastModifiedMs).toISOString(),
        [checksumElement(upload.algorithm)]: part.checksum,
      }),
    };
  },
};

function openUpload(call: Call): Upload {
  const upload = requestedUpload(call);
  expectUploadKey(call, upload);
  spendKms(call, upload.encryption);
  return upload;
}

async function storePart(
  call: Call,
  upload: Upload,
  content: { readonly body: Body; readonly md5: string; readonly checksum: string },
): Promise<StoredPart> {
  const { cloud, request, bucket } = call;
  const partNumber = parsePartNumber(request.query.get('partNumber')) ?? 0;
  // Completed or aborted while the part came in.
  if (bucket.uploads.get(upload.uploadId) !== upload) requestedUpload(call);
  const part = {
    ...content,
    partNumber,
    sizeBytes: content.body.sizeBytes,
    etag: etagOf(cloud, upload.encryption, content.md5),
    lastModifiedMs: wholeSecond(cloud.world.clock.now()),
  };
  const replaced = upload.parts.get(partNumber);
  upload.parts.set(partNumber, part);
  if (replaced !== undefined) await cloud.bodies.release(replaced.body);
  return part;
}
