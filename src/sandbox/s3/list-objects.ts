import type { SandboxResponse } from '../service.ts';
import { canonicalId } from './identifiers.ts';
import { compareKeys } from './key-space.ts';
import { encoderOf, foldListing, listingParameters } from './listing.ts';
import type { BucketOperation, Call } from './s3-cloud.ts';
import { invalidArgument } from './s3-error.ts';
import { integerParameter } from './s3-request.ts';
import type { Bucket, ObjectVersion } from './stored.ts';
import { buildXml, type XmlObject } from './xml.ts';

const PAGE = 1000;

const PARAMETERS = ['prefix', 'delimiter', 'encoding-type', 'max-keys'] as const;

export const listObjects: BucketOperation = {
  name: 'ListObjects',
  on: 'bucket',
  method: 'GET',
  parameters: [...PARAMETERS, 'marker'],
  async run(call) {
    const marker = call.request.query.get('marker') ?? '';
    const paging = ({ encode, delimiter, truncated, last }: PageSummary): XmlObject => ({
      Marker: encode(marker),
      // Without a delimiter the client goes on from the last key it saw.
      NextMarker: truncated && delimiter !== '' ? encode(last) : undefined,
    });
    return respond(call, { marker, withOwner: true, paging });
  },
};

export const listObjectsV2: BucketOperation = {
  name: 'ListObjectsV2',
  on: 'bucket',
  method: 'GET',
  selectors: ['list-type'],
  parameters: [...PARAMETERS, 'continuation-token', 'start-after', 'fetch-owner'],
  async run(call) {
    const { query } = call.request;
    if (query.get('list-type') !== '2')
      throw invalidArgument('list-type', query.get('list-type') ?? '', 'Invalid list-type');
    const token = query.get('continuation-token') ?? undefined;
    const startAfter = query.get('start-after') ?? undefined;
    const marker = token === undefined ? (startAfter ?? '') : decodeToken(token);
    const paging = ({ encode, count, truncated, last }: PageSummary): XmlObject => ({
      KeyCount: count,
      ContinuationToken: token,
      NextContinuationToken: truncated ? Buffer.from(last).toString('base64') : undefined,
      StartAfter: startAfter === undefined ? undefined : encode(startAfter),
    });
    return respond(call, { marker, withOwner: query.get('fetch-owner') === 'true', paging });
  },
};

interface PageSummary {
  readonly encode: (text: string) => string;
  readonly delimiter: string;
  readonly count: number;
  readonly truncated: boolean;
  /** Key or common prefix. */
  readonly last: string;
}

interface Variant {
  /** Listed is what comes behind it. */
  readonly marker: string;
  readonly withOwner: boolean;
  /** The elements in which the two versions of the operation differ. */
  readonly paging: (page: PageSummary) => XmlObject;
}

function respond({ request, bucket }: Call, { marker, withOwner, paging }: Variant): SandboxResponse {
  const { prefix, delimiter, encodingType } = listingParameters(request.query);
  const encode = encoderOf(encodingType);
  const limit = integerParameter('max-keys', request.query.get('max-keys'), PAGE) ?? PAGE;
  const page = foldListing(currentObjects(bucket, marker, prefix), { prefix, delimiter, limit, marker });
  const { entries, commonPrefixes, truncated, last } = page;
  const owner = withOwner ? { ID: canonicalId(bucket.account) } : undefined;
  return {
    status: 200,
    headers: { 'content-type': 'application/xml', 'x-amz-bucket-region': bucket.region },
    body: buildXml('ListBucketResult', {
      Name: bucket.name,
      Prefix: encode(prefix),
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      MaxKeys: limit,
      EncodingType: encodingType,
      IsTruncated: truncated,
      ...paging({
        encode,
        delimiter,
        count: entries.length + commonPrefixes.length,
        truncated,
        last: last?.name ?? '',
      }),
      Contents: entries.map((version) => describeObject(version, { encode, owner })),
      CommonPrefixes: commonPrefixes.map((name) => ({ Prefix: encode(name) })),
    }),
  };
}

/** What every listing says of an object. */
export function describeObject(
  version: ObjectVersion,
  { encode, owner }: { readonly encode: (text: string) => string; readonly owner: XmlObject | undefined },
): XmlObject {
  return {
    Key: encode(version.key),
    LastModified: new Date(version.lastModifiedMs).toISOString(),
    ETag: `"${version.etag}"`,
    ChecksumAlgorithm: version.checksum.algorithm,
    ChecksumType: version.checksum.type,
    Size: version.sizeBytes,
    StorageClass: version.headers.storageClass,
    Owner: owner,
  };
}

/** Current objects behind the marker that have the prefix, in S3's order. */
function* currentObjects({ objects }: Bucket, marker: string, prefix: string): Generator<ObjectVersion> {
  const from = compareKeys(marker, prefix) > 0 ? marker : prefix;
  for (const key of objects.keys(from)) {
    if (!key.startsWith(prefix)) return;
    const current = objects.current(key);
    if (current?.kind === 'object' && key !== marker) yield current;
  }
}

function decodeToken(token: string): string {
  const marker = Buffer.from(token, 'base64').toString('utf8');
  if (Buffer.from(marker).toString('base64') !== token) {
    throw invalidArgument('continuation-token', token, 'The continuation token provided is incorrect');
  }
  return marker;
}
