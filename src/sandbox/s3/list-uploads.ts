import { checksumElement } from './checksums.ts';
import { CUSTOMER_KEY_HEADERS } from './encryption.ts';
import { canonicalId } from './identifiers.ts';
import { compareKeys } from './key-space.ts';
import { encoderOf, foldListing, listingParameters } from './listing.ts';
import { requestedUpload } from './multipart-upload.ts';
import type { BucketOperation } from './s3-cloud.ts';
import { integerParameter } from './s3-request.ts';
import type { Upload } from './stored.ts';
import { buildXml } from './xml.ts';

const PAGE = 1000;

export const listParts: BucketOperation = {
  name: 'ListParts',
  on: 'object',
  method: 'GET',
  selectors: ['uploadId'],
  parameters: ['max-parts', 'part-number-marker'],
  headers: CUSTOMER_KEY_HEADERS,
  async run(call) {
    const { request, bucket } = call;
    const upload = requestedUpload(call);
    const limit = integerParameter('max-parts', request.query.get('max-parts'), PAGE) ?? PAGE;
    const marker =
      integerParameter('part-number-marker', request.query.get('part-number-marker'), Number.MAX_SAFE_INTEGER) ?? 0;
    const after = [...upload.parts.values()]
      .filter(({ partNumber }) => partNumber > marker)
      .toSorted((a, b) => a.partNumber - b.partNumber);
    const page = after.slice(0, limit);
    const owner = { ID: canonicalId(bucket.account) };
    return {
      status: 200,
      headers: { 'content-type': 'application/xml' },
      body: buildXml('ListPartsResult', {
        Bucket: bucket.name,
        Key: upload.key,
        UploadId: upload.uploadId,
        PartNumberMarker: marker,
        NextPartNumberMarker: page.at(-1)?.partNumber ?? 0,
        MaxParts: limit,
        IsTruncated: page.length < after.length,
        Part: page.map((part) => ({
          PartNumber: part.partNumber,
          LastModified: new Date(part.lastModifiedMs).toISOString(),
          ETag: `"${part.etag}"`,
          Size: part.sizeBytes,
          [checksumElement(upload.algorithm)]: part.checksum,
        })),
        Initiator: owner,
        Owner: owner,
        StorageClass: upload.headers.storageClass,
        ...(upload.checksumRequested ? { ChecksumAlgorithm: upload.algorithm, ChecksumType: upload.checksumType } : {}),
      }),
    };
  },
};

export const listMultipartUploads: BucketOperation = {
  name: 'ListMultipartUploads',
  on: 'bucket',
  method: 'GET',
  selectors: ['uploads'],
  parameters: ['prefix', 'delimiter', 'encoding-type', 'key-marker', 'upload-id-marker', 'max-uploads'],
  async run({ request, bucket }) {
    const { query } = request;
    const { prefix, delimiter, encodingType } = listingParameters(query);
    const encode = encoderOf(encodingType);
    const keyMarker = query.get('key-marker') ?? '';
    const idMarker = query.get('upload-id-marker') ?? '';
    const limit = integerParameter('max-uploads', query.get('max-uploads'), PAGE) ?? PAGE;
    const ordered = [...bucket.uploads.values()]
      .filter(({ key }) => key.startsWith(prefix))
      .toSorted(
        (a, b) => compareKeys(a.key, b.key) || a.initiatedAtMs - b.initiatedAtMs || (a.uploadId < b.uploadId ? -1 : 1),
      );
    const marked = ordered.findIndex(({ key, uploadId }) => key === keyMarker && uploadId === idMarker);
    const rest =
      marked === -1
        ? ordered.filter(({ key }) => keyMarker === '' || compareKeys(key, keyMarker) > 0)
        : ordered.slice(marked + 1);
    const { entries, commonPrefixes, truncated, last } = foldListing(rest, {
      prefix,
      delimiter,
      limit,
      marker: keyMarker,
    });
    return {
      status: 200,
      headers: { 'content-type': 'application/xml' },
      body: buildXml('ListMultipartUploadsResult', {
        Bucket: bucket.name,
        KeyMarker: encode(keyMarker),
        UploadIdMarker: idMarker,
        ...(truncated
          ? { NextKeyMarker: encode(last?.name ?? ''), NextUploadIdMarker: last?.entry?.uploadId ?? '' }
          : {}),
        Prefix: encode(prefix),
        Delimiter: delimiter === '' ? undefined : encode(delimiter),
        EncodingType: encodingType,
        MaxUploads: limit,
        IsTruncated: truncated,
        Upload: entries.map((upload) => describe(upload, bucket.account, encode)),
        CommonPrefixes: commonPrefixes.map((name) => ({ Prefix: encode(name) })),
      }),
    };
  },
};

function describe(
  upload: Upload,
  account: string,
  encode: (text: string) => string,
): Readonly<Record<string, string | { ID: string }>> {
  const owner = { ID: canonicalId(account) };
  return {
    Key: encode(upload.key),
    UploadId: upload.uploadId,
    Initiator: owner,
    Owner: owner,
    StorageClass: upload.headers.storageClass,
    Initiated: new Date(upload.initiatedAtMs).toISOString(),
    ...(upload.checksumRequested ? { ChecksumAlgorithm: upload.algorithm, ChecksumType: upload.checksumType } : {}),
  };
}
