import type { SandboxResponse } from '../service.ts';
import { requestedRange, type ByteRange } from './byte-range.ts';
import { checksumHeader, checksumHeaders } from './checksums.ts';
import { CUSTOMER_KEY_HEADERS, encryptionHeaders, expectCustomerKey, spendKms } from './encryption.ts';
import { requestedObject, versionHeaders } from './find-version.ts';
import { expirationHeader } from './lifecycle-operations.ts';
import { lockHeaders } from './object-lock.ts';
import { isArchived, toResponseHeaders } from './object-headers.ts';
import { checkReadConditions } from './preconditions.ts';
import { isRestored, restoreHeaders } from './restore.ts';
import type { BucketOperation, Call } from './s3-cloud.ts';
import { S3Error, invalidArgument } from './s3-error.ts';
import type { ObjectVersion, StoredPart } from './stored.ts';

/** Query parameters that replace a header of the response. */
const OVERRIDES: ReadonlyMap<string, string> = new Map(
  ['content-type', 'content-language', 'expires', 'cache-control', 'content-disposition', 'content-encoding'].map(
    (name) => [`response-${name}`, name],
  ),
);

const READ = {
  on: 'object',
  parameters: ['versionId', 'partNumber', ...OVERRIDES.keys()],
  headers: ['x-amz-checksum-mode', ...CUSTOMER_KEY_HEADERS],
} as const;

export const headObject: BucketOperation = {
  ...READ,
  name: 'HeadObject',
  method: 'HEAD',
  async run(call) {
    const version = openObject(call, (headers) => headers['x-amz-checksum-mode'] !== undefined);
    return notModified(call, version) ?? respond(call, version, version.sizeBytes);
  },
};

export const getObject: BucketOperation = {
  ...READ,
  name: 'GetObject',
  method: 'GET',
  async run(call) {
    const version = openObject(call, () => true);
    if (isArchived(version.headers.storageClass) && !isRestored(call.cloud, version)) {
      throw new S3Error('InvalidObjectState', "The operation is not valid for the object's storage class", {
        details: { StorageClass: version.headers.storageClass },
      });
    }
    const unchanged = notModified(call, version);
    if (unchanged !== undefined) return unchanged;
    // What is stored, which after damage is not what was recorded.
    const { body } = version;
    const { range, ...response } = respond(call, version, body.sizeBytes);
    return { ...response, body: call.cloud.bodies.read(body, range?.startBytes, range?.endBytes) };
  },
};

/** The object of a call that reads it, with everything checked that S3 checks first. */
function openObject(call: Call, needsKms: (headers: Call['request']['headers']) => boolean): ObjectVersion {
  const { request } = call;
  const version = requestedObject(call);
  const sse = request.headers['x-amz-server-side-encryption'];
  if (sse !== undefined)
    throw invalidArgument('x-amz-server-side-encryption', sse, 'the header is not allowed for this request');
  expectCustomerKey(version, request.headers);
  if (needsKms(request.headers)) spendKms(call, version.encryption, version.versionId);
  return version;
}

function notModified({ request, bucket }: Call, version: ObjectVersion): SandboxResponse | undefined {
  if (checkReadConditions(request.headers, version) === 'proceed') return undefined;
  const headers = {
    etag: `"${version.etag}"`,
    'last-modified': new Date(version.lastModifiedMs).toUTCString(),
    ...versionHeaders(bucket, version),
  };
  return { status: 304, headers };
}

type Described = SandboxResponse & { readonly range?: ByteRange };

function respond({ cloud, request, bucket }: Call, version: ObjectVersion, sizeBytes: number): Described {
  const asked = requestedRange(request, version, sizeBytes);
  const range = asked && {
    ...asked,
    startBytes: Math.min(asked.startBytes, sizeBytes),
    endBytes: Math.min(asked.endBytes, sizeBytes),
  };
  const { startBytes, endBytes } = range ?? { startBytes: 0, endBytes: sizeBytes };
  const overrides = [...OVERRIDES].flatMap(([parameter, name]): [string, string][] => {
    const value = request.query.get(parameter);
    return value === null ? [] : [[name, value]];
  });
  const headers = {
    ...toResponseHeaders(version.headers),
    ...Object.fromEntries(overrides),
    'accept-ranges': 'bytes',
    'content-length': String(endBytes - startBytes),
    etag: `"${version.etag}"`,
    'last-modified': new Date(version.lastModifiedMs).toUTCString(),
    ...versionHeaders(bucket, version),
    ...encryptionHeaders(version.encryption),
    ...(request.headers['x-amz-checksum-mode'] === undefined ? {} : rangeChecksum(version, range)),
    ...(version.replicationStatus === undefined ? {} : { 'x-amz-replication-status': version.replicationStatus }),
    ...(version.tags.size === 0 ? {} : { 'x-amz-tagging-count': String(version.tags.size) }),
    ...expirationHeader(bucket, version),
    ...lockHeaders(version),
    ...restoreHeaders(cloud, version),
    ...(request.query.has('partNumber') && version.parts.length > 0
      ? { 'x-amz-mp-parts-count': String(version.parts.length) }
      : {}),
  };
  if (range === undefined) return { status: 200, headers };
  // Nothing is left of an empty object to give a part of.
  if (startBytes === endBytes) return { status: 200, headers, range };
  return {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${startBytes}-${endBytes - 1}/${sizeBytes}` },
    range,
  };
}

/** A range has a checksum only where it is exactly a part, or everything. */
function rangeChecksum(
  { checksum, parts, sizeBytes }: ObjectVersion,
  range: ByteRange | undefined,
): Record<string, string> {
  if (range === undefined) return checksumHeaders(checksum, parts);
  const part = range.part ?? partAt(parts, range);
  if (part !== undefined)
    return { [checksumHeader(checksum.algorithm)]: part.checksum, 'x-amz-checksum-type': checksum.type };
  return range.startBytes === 0 && range.endBytes === sizeBytes ? checksumHeaders(checksum, parts) : {};
}

function partAt(parts: readonly StoredPart[], { startBytes, endBytes }: ByteRange): StoredPart | undefined {
  let position = 0;
  for (const part of parts) {
    if (position === startBytes && position + part.sizeBytes === endBytes) return part;
    position += part.sizeBytes;
  }
  return undefined;
}
