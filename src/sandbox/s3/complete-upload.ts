import type { Checksum } from '../../model/checksum.ts';
import { CHECKSUM_ALGORITHMS, isCombinable } from '../../model/checksum.ts';
import { stripETag } from '../../model/etag.ts';
import { combineCrcParts } from '../../digest/combine.ts';
import { compositeChecksum, multipartETag } from '../../digest/composite.ts';
import type { Body } from './body-store.ts';
import { badDigest, checksumElement, checksumHeader, formatChecksum } from './checksums.ts';
import { CUSTOMER_KEY_HEADERS, encryptionHeaders, spendKms } from './encryption.ts';
import { versionHeaders } from './find-version.ts';
import { randomHex } from './identifiers.ts';
import { requestedUpload } from './multipart-upload.ts';
import { checkWriteConditions } from './preconditions.ts';
import { receiveText } from './receive.ts';
import type { BucketOperation, Call } from './s3-cloud.ts';
import { S3Error } from './s3-error.ts';
import type { StoredPart, Upload } from './stored.ts';
import { writeVersion } from './write-version.ts';
import { malformedXml, parseXml, type XmlElement } from './xml.ts';
import { buildXml } from './xml.ts';

const SMALLEST_PART_BYTES = 5 * 1024 * 1024;

type Part = StoredPart & { readonly body: Body };

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
export const completeMultipartUpload: BucketOperation = {
  name: 'CompleteMultipartUpload',
  on: 'object',
  method: 'POST',
  selectors: ['uploadId'],
  headers: ['x-amz-checksum-type', 'x-amz-mp-object-size', ...CUSTOMER_KEY_HEADERS],
  async run(call) {
    const { cloud, request, bucket } = call;
    const upload = requestedUpload(call);
    // The checksum headers of this request speak of the object, not of the XML that it carries.
    const xml = await receiveText(cloud, { ...request, headers: withoutChecksums(request.headers) });
    const root = parseXml(xml, 'CompleteMultipartUpload').expectOnly('Part');
    const parts = selectParts(upload, root.children('Part'));
    spendKms(call, upload.encryption);
    const checksum = await objectChecksum(upload, parts);
    checkClaims(call, upload, { parts, checksum });
    checkWriteConditions(request.headers, bucket.objects.current(request.key));
    bucket.uploads.delete(upload.uploadId);
    const body = cloud.bodies.share(...parts.map((part) => part.body));
    for (const part of upload.parts.values()) await cloud.bodies.release(part.body);
    const version = await writeVersion(
      call,
      {
        body,
        sizeBytes: body.sizeBytes,
        etag:
          upload.encryption.kind === 'AES256'
            ? multipartETag(parts.map(({ md5 }) => md5))
            : `${randomHex(cloud.world.random, 32)}-${parts.length}`,
        checksum,
        checksumRequested: upload.checksumRequested,
        parts: parts,
        headers: upload.headers,
        encryption: upload.encryption,
        tags: upload.tags,
        acl: upload.acl,
        lock: upload.lock,
      },
      { eventName: 'ObjectCreated:CompleteMultipartUpload', lastModifiedMs: upload.initiatedAtMs },
    );
    return {
      status: 200,
      headers: {
        'content-type': 'application/xml',
        ...versionHeaders(bucket, version),
        ...encryptionHeaders(version.encryption),
      },
      body: buildXml('CompleteMultipartUploadResult', {
        Location: `http://${request.raw.headers['host'] ?? request.raw.host}/${bucket.name}/${encodeURIComponent(version.key)}`,
        Bucket: bucket.name,
        Key: version.key,
        ETag: `"${version.etag}"`,
        [checksumElement(checksum.algorithm)]: formatChecksum(checksum, parts),
        ChecksumType: checksum.type,
      }),
    };
  },
};

/** The parts that a request lists, each as it was uploaded. */
function selectParts(upload: Upload, entries: readonly XmlElement[]): readonly Part[] {
  if (entries.length === 0) throw malformedXml();
  const parts = entries.map((entry) => {
    entry.expectOnly('PartNumber', 'ETag', ...CHECKSUM_ALGORITHMS.map(checksumElement));
    const partNumber = Number(entry.requireText('PartNumber'));
    const part = upload.parts.get(partNumber);
    if (part === undefined || part.etag !== stripETag(entry.requireText('ETag'))) throw invalidPart(upload, entry);
    const claimed = entry.text(checksumElement(upload.algorithm));
    if (claimed !== undefined && claimed !== part.checksum) throw invalidPart(upload, entry);
    if (claimed === undefined && upload.checksumType === 'COMPOSITE') {
      throw new S3Error(
        'InvalidRequest',
        `The upload was created using a ${upload.algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${partNumber} in the request.`,
      );
    }
    return part;
  });
  for (const [index, part] of parts.entries()) {
    const next = parts[index + 1];
    if (next === undefined) continue;
    if (next.partNumber <= part.partNumber) {
      throw new S3Error(
        'InvalidPartOrder',
        'The list of parts was not in ascending order. Parts must be ordered by part number.',
        {
          details: { UploadId: upload.uploadId },
        },
      );
    }
    if (part.sizeBytes < SMALLEST_PART_BYTES) throw tooSmall(part);
  }
  if (upload.checksumRequested && upload.checksumType === 'COMPOSITE' && parts.at(-1)?.partNumber !== parts.length) {
    throw new S3Error('InternalError', 'We encountered an internal error. Please try again.');
  }
  return parts;
}

function invalidPart({ uploadId }: Upload, entry: XmlElement): S3Error {
  return new S3Error(
    'InvalidPart',
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { details: { UploadId: uploadId, PartNumber: entry.requireText('PartNumber'), ETag: entry.text('ETag') ?? '' } },
  );
}

function tooSmall({ partNumber, sizeBytes, etag }: StoredPart): S3Error {
  return new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
    details: {
      ProposedSize: String(sizeBytes),
      MinSizeAllowed: String(SMALLEST_PART_BYTES),
      PartNumber: String(partNumber),
      ETag: etag,
    },
  });
}

async function objectChecksum({ algorithm, checksumType }: Upload, parts: readonly StoredPart[]): Promise<Checksum> {
  if (checksumType === 'FULL_OBJECT' && isCombinable(algorithm)) {
    const crcs = parts.map(({ checksum, sizeBytes }) => ({ base64: checksum, sizeBytes }));
    return { algorithm, type: 'FULL_OBJECT', base64: combineCrcParts(algorithm, crcs) };
  }
  return {
    algorithm,
    type: 'COMPOSITE',
    base64: await compositeChecksum(
      algorithm,
      parts.map(({ checksum }) => checksum),
    ),
  };
}

/** What the client says of the whole object. */
function checkClaims(
  { request: { headers } }: Call,
  upload: Upload,
  { parts, checksum }: { readonly parts: readonly StoredPart[]; readonly checksum: Checksum },
): void {
  const type = headers['x-amz-checksum-type'];
  if (type !== undefined && type !== upload.checksumType) {
    throw new S3Error(
      'InvalidRequest',
      `The upload was created using the ${upload.checksumType} checksum mode. The complete request must use the same checksum mode.`,
    );
  }
  const size = headers['x-amz-mp-object-size'];
  const sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  if (size !== undefined && Number(size) !== sizeBytes) {
    throw new S3Error(
      'InvalidRequest',
      `The provided 'x-amz-mp-object-size' header value ${size} does not match what was computed: ${sizeBytes}`,
    );
  }
  // S3 neither checks nor stores a checksum of an algorithm that the upload did not declare.
  const claimed = headers[checksumHeader(upload.algorithm)];
  if (claimed !== undefined && claimed !== formatChecksum(checksum, parts) && claimed !== checksum.base64) {
    throw badDigest(upload.algorithm);
  }
}

function withoutChecksums(headers: Call['request']['headers']): Call['request']['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('x-amz-checksum-')));
}
