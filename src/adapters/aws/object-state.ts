import type { GetObjectCommandOutput, HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { type Checksum, CHECKSUM_ALGORITHMS, parseChecksum } from '../../model/checksum.ts';
import { toEncryption } from '../../model/encryption.ts';
import { parseETag } from '../../model/etag.ts';
import type { ObjectState, ReplicationStatus } from '../../model/facts.ts';
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
    metadata: headers.Metadata ?? {},
  };
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
