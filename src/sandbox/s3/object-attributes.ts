import { checksumElement } from './checksums.ts';
import { CUSTOMER_KEY_HEADERS, expectCustomerKey, spendKms } from './encryption.ts';
import { requestedObject, versionHeaders } from './find-version.ts';
import type { BucketOperation } from './s3-cloud.ts';
import { invalidArgument } from './s3-error.ts';
import { integerParameter, type S3Request } from './s3-request.ts';
import type { ObjectVersion } from './stored.ts';
import { buildXml, type XmlObject } from './xml.ts';

const ATTRIBUTES: ReadonlySet<string> = new Set(['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize']);
const PAGE = 1000;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html */
export const getObjectAttributes: BucketOperation = {
  name: 'GetObjectAttributes',
  on: 'object',
  method: 'GET',
  selectors: ['attributes'],
  parameters: ['versionId'],
  headers: ['x-amz-object-attributes', 'x-amz-max-parts', 'x-amz-part-number-marker', ...CUSTOMER_KEY_HEADERS],
  async run(call) {
    const { request, bucket } = call;
    const version = requestedObject(call);
    expectCustomerKey(version, request.headers);
    spendKms(call, version.encryption, version.versionId);
    const asked = parseAttributes(request.headers['x-amz-object-attributes']);
    const { checksum } = version;
    return {
      status: 200,
      headers: {
        'content-type': 'application/xml',
        'last-modified': new Date(version.lastModifiedMs).toUTCString(),
        ...versionHeaders(bucket, version),
      },
      body: buildXml('GetObjectAttributesResponse', {
        // Without quotes, and composite checksums without the number of parts: otherwise than everywhere else.
        ETag: asked.has('ETag') ? version.etag : undefined,
        Checksum: asked.has('Checksum')
          ? { [checksumElement(checksum.algorithm)]: checksum.base64, ChecksumType: checksum.type }
          : undefined,
        ObjectParts: asked.has('ObjectParts') && version.parts.length > 0 ? describeParts(request, version) : undefined,
        StorageClass: asked.has('StorageClass') ? version.headers.storageClass : undefined,
        ObjectSize: asked.has('ObjectSize') ? version.sizeBytes : undefined,
      }),
    };
  },
};

function parseAttributes(header: string | undefined): ReadonlySet<string> {
  const names = (header ?? '').split(',').map((name) => name.trim());
  const unknown = names.find((name) => !ATTRIBUTES.has(name));
  if (unknown === undefined) return new Set(names);
  throw invalidArgument('x-amz-object-attributes', unknown, 'Invalid attribute name specified.');
}

/** The single parts are told only of objects whose uploader asked for a checksum. */
function describeParts({ headers }: S3Request, { parts, checksum, checksumRequested }: ObjectVersion): XmlObject {
  if (!checksumRequested) return { PartsCount: parts.length };
  const limit = integerParameter('x-amz-max-parts', headers['x-amz-max-parts'], PAGE) ?? PAGE;
  const marker =
    integerParameter('x-amz-part-number-marker', headers['x-amz-part-number-marker'], Number.MAX_SAFE_INTEGER) ?? 0;
  const after = parts.filter(({ partNumber }) => partNumber > marker);
  const page = after.slice(0, limit);
  return {
    PartsCount: parts.length,
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.partNumber ?? 0,
    MaxParts: limit,
    IsTruncated: page.length < after.length,
    Part: page.map((part) => ({
      PartNumber: part.partNumber,
      Size: part.sizeBytes,
      [checksumElement(checksum.algorithm)]: part.checksum,
    })),
  };
}
