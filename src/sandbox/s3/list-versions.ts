import { canonicalId } from './identifiers.ts';
import { compareKeys } from './key-space.ts';
import { describeObject } from './list-objects.ts';
import { encoderOf, foldListing, listingParameters } from './listing.ts';
import type { BucketOperation } from './s3-cloud.ts';
import { invalidArgument } from './s3-error.ts';
import { integerParameter } from './s3-request.ts';
import type { Bucket, DeleteMarker, Version } from './stored.ts';
import { buildXml, type XmlObject } from './xml.ts';

const PAGE = 1000;

interface ListedVersion {
  readonly key: string;
  readonly version: Version;
  readonly isLatest: boolean;
}

export const listObjectVersions: BucketOperation = {
  name: 'ListObjectVersions',
  on: 'bucket',
  method: 'GET',
  selectors: ['versions'],
  parameters: ['prefix', 'delimiter', 'encoding-type', 'max-keys', 'key-marker', 'version-id-marker'],
  async run({ request, bucket }) {
    const { query } = request;
    const { prefix, delimiter, encodingType } = listingParameters(query);
    const encode = encoderOf(encodingType);
    const keyMarker = query.get('key-marker') ?? '';
    const idMarker = query.get('version-id-marker') ?? undefined;
    if (idMarker !== undefined && keyMarker === '') {
      throw invalidArgument(
        'version-id-marker',
        idMarker,
        'A version-id marker cannot be specified without a key marker.',
      );
    }
    const limit = integerParameter('max-keys', query.get('max-keys'), PAGE) ?? PAGE;
    const ordered = allVersions(bucket, { keyMarker, idMarker, prefix });
    const { entries, commonPrefixes, truncated, last } = foldListing(ordered, {
      prefix,
      delimiter,
      limit,
      // Amid the versions of a key nothing was folded yet.
      marker: idMarker === undefined ? keyMarker : '',
    });
    const owner = { ID: canonicalId(bucket.account) };
    return {
      status: 200,
      headers: { 'content-type': 'application/xml' },
      body: buildXml('ListVersionsResult', {
        Name: bucket.name,
        Prefix: encode(prefix),
        KeyMarker: encode(keyMarker),
        VersionIdMarker: idMarker ?? '',
        ...(truncated
          ? { NextKeyMarker: encode(last?.name ?? ''), NextVersionIdMarker: last?.entry?.version.versionId }
          : {}),
        Delimiter: delimiter === '' ? undefined : encode(delimiter),
        MaxKeys: limit,
        EncodingType: encodingType,
        IsTruncated: truncated,
        Version: entries.flatMap(({ version, isLatest }) =>
          version.kind === 'object'
            ? [{ ...describeObject(version, { encode, owner }), VersionId: version.versionId, IsLatest: isLatest }]
            : [],
        ),
        DeleteMarker: entries.flatMap(({ version, isLatest }) =>
          version.kind === 'delete-marker'
            ? [{ ...describeMarker(version, encode), IsLatest: isLatest, Owner: owner }]
            : [],
        ),
        CommonPrefixes: commonPrefixes.map((name) => ({ Prefix: encode(name) })),
      }),
    };
  },
};

function describeMarker({ key, versionId, lastModifiedMs }: DeleteMarker, encode: (text: string) => string): XmlObject {
  return { Key: encode(key), VersionId: versionId, LastModified: new Date(lastModifiedMs).toISOString() };
}

/** Keys in S3's order, the versions of each from the newest on, behind the markers. */
function* allVersions(
  { objects }: Bucket,
  {
    keyMarker,
    idMarker,
    prefix,
  }: { readonly keyMarker: string; readonly idMarker: string | undefined; readonly prefix: string },
): Generator<ListedVersion> {
  const from = compareKeys(keyMarker, prefix) > 0 ? keyMarker : prefix;
  for (const key of objects.keys(from)) {
    if (!key.startsWith(prefix)) return;
    if (key === keyMarker && idMarker === undefined) continue;
    const versions = objects.versions(key);
    const first = key === keyMarker ? versions.findIndex(({ versionId }) => versionId === idMarker) + 1 : 0;
    for (const [index, version] of versions.entries()) {
      if (index >= first) yield { key, version, isLatest: index === 0 };
    }
  }
}
