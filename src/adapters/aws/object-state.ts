import type { GetObjectCommandOutput, HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { type Checksum, CHECKSUM_ALGORITHMS, parseChecksum } from '../../model/checksum.ts';
import { toEncryption } from '../../model/encryption.ts';
import { parseETag } from '../../model/etag.ts';
import type { ObjectLock, ObjectState, ReplicationStatus } from '../../model/facts.ts';
import type { ObjectRef } from '../../model/object.ts';

/** The members that name one version in every operation. */
export function addressOf({ bucket, key, versionId }: ObjectRef): { Bucket: string; Key: string; VersionId?: string } {
  return { Bucket: bucket, Key: key, ...(versionId === undefined ? {} : { VersionId: versionId }) };
}

type Headers = HeadObjectCommandOutput | GetObjectCommandOutput;

/** Classes whose bytes need a restore first. */
const ARCHIVE_CLASSES: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/** Of directory buckets, whose ETags are random: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html */
const CLASS_WITHOUT_DIGEST = 'EXPRESS_ONEZONE';

/** The headers of a HEAD or GET in our vocabulary. Every enumeration is open: a value we do not know passes through. */
export function toObjectState(headers: Headers, sizeBytes: number): ObjectState {
  const encryption = toEncryption(headers.ServerSideEncryption, headers.SSECustomerAlgorithm);
  const archive = archiveOf(headers);
  const replicationStatus = toReplicationStatus(headers.ReplicationStatus);
  return {
    ...(headers.VersionId === undefined ? {} : { versionId: headers.VersionId }),
    sizeBytes,
    etag: parseETag(headers.ETag ?? '', headers.StorageClass === CLASS_WITHOUT_DIGEST ? 'other' : encryption),
    checksums: storedChecksums(headers, headers.ChecksumType),
    encryption,
    ...(headers.SSEKMSKeyId === undefined ? {} : { kmsKeyId: headers.SSEKMSKeyId }),
    ...(headers.BucketKeyEnabled === undefined ? {} : { bucketKeyEnabled: headers.BucketKeyEnabled }),
    storageClass: headers.StorageClass ?? 'STANDARD',
    ...(archive === undefined ? {} : { archive }),
    lastModifiedAt: headers.LastModified ?? new Date(0),
    ...(replicationStatus === undefined ? {} : { replicationStatus }),
    ...(headers.ContentEncoding === undefined ? {} : { contentEncoding: headers.ContentEncoding }),
    ...optional('system', toSystem(headers)),
    ...optional('lock', toLock(headers)),
    ...optional('tagCount', headers.TagCount === 0 ? undefined : headers.TagCount),
    ...optional('expiration', toExpiration(headers.Expiration)),
    metadata: headers.Metadata ?? {},
  };
}

function optional<K extends string, T>(name: K, value: T | undefined): { readonly [key in K]?: T } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one member of that name
  return (value === undefined ? {} : { [name]: value }) as { readonly [key in K]?: T };
}

/** What the writer said about the content, by header name; Content-Encoding has a member of its own. */
function toSystem(headers: Headers): ObjectState['system'] {
  const given = Object.entries({
    'content-type': headers.ContentType,
    'cache-control': headers.CacheControl,
    'content-disposition': headers.ContentDisposition,
    'content-language': headers.ContentLanguage,
    expires: headers.ExpiresString,
    'x-amz-website-redirect-location': headers.WebsiteRedirectLocation,
  }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

/** Silently absent where our role may not see it: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
function toLock(headers: Headers): ObjectLock | undefined {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: retainUntilAt, ObjectLockLegalHoldStatus: hold } = headers;
  if (mode === undefined && retainUntilAt === undefined && hold !== 'ON') return undefined;
  return {
    ...optional('mode', mode),
    ...optional('retainUntilAt', retainUntilAt),
    ...(hold === 'ON' ? { legalHold: true } : {}),
  };
}

/** `expiry-date="Fri, 21 Dec 2026 00:00:00 GMT", rule-id="archive"`, the id URL-encoded. */
function toExpiration(header: string | undefined): ObjectState['expiration'] {
  const [, date] = /expiry-date="([^"]*)"/.exec(header ?? '') ?? [];
  const [, ruleId] = /rule-id="([^"]*)"/.exec(header ?? '') ?? [];
  const expiresAt = new Date(date ?? '');
  if (ruleId === undefined || Number.isNaN(expiresAt.getTime())) return undefined;
  return { expiresAt, ruleId: decoded(ruleId) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a server that does not encode
  }
}

/** Checksums among the members of a response, whatever operation it belongs to. */
export function storedChecksums(members: object, type: string | undefined): readonly Checksum[] {
  const byName = new Map<string, unknown>(Object.entries(members));
  return CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
    const raw = byName.get(`Checksum${algorithm}`);
    return typeof raw === 'string' && raw !== '' ? [parseChecksum(algorithm, raw, type)] : [];
  });
}

/**
 * Whether the bytes need a restore first. The archive tiers of Intelligent-Tiering have a header of their own.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
function archiveOf(headers: Headers): ObjectState['archive'] {
  const tiered = 'ArchiveStatus' in headers && headers.ArchiveStatus !== undefined;
  if (!tiered && !ARCHIVE_CLASSES.has(headers.StorageClass ?? '')) return undefined;
  const { Restore: restore } = headers;
  if (restore === undefined) return 'archived';
  return restore.includes('ongoing-request="true"') ? 'restoring' : undefined;
}

/** The SDK knows two spellings of the same status. */
function toReplicationStatus(status: string | undefined): ReplicationStatus | undefined {
  switch (status) {
    case 'COMPLETE':
    case 'COMPLETED':
      return 'COMPLETED';
    case 'PENDING':
    case 'FAILED':
    case 'REPLICA':
      return status;
    default:
      return undefined;
  }
}
