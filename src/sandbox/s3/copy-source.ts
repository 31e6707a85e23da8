import { CUSTOMER_KEY_HEADERS, expectCustomerKey, spendKms } from './encryption.ts';
import { requireObject } from './find-version.ts';
import { isArchived } from './object-headers.ts';
import { checkReadConditions } from './preconditions.ts';
import { isRestored } from './restore.ts';
import type { Call } from './s3-cloud.ts';
import { S3Error, invalidArgument, preconditionFailed } from './s3-error.ts';
import type { Bucket, ObjectVersion } from './stored.ts';

const PREFIX = 'x-amz-copy-source-';

export const COPY_SOURCE_HEADERS: readonly string[] = [
  'x-amz-copy-source',
  `${PREFIX}if-match`,
  `${PREFIX}if-none-match`,
  `${PREFIX}if-modified-since`,
  `${PREFIX}if-unmodified-since`,
  ...CUSTOMER_KEY_HEADERS.map((name) => name.replace('x-amz-', PREFIX)),
];

export interface CopySource {
  readonly bucket: Bucket;
  readonly version: ObjectVersion;
  /** Whether the request named the version. */
  readonly versionNamed: boolean;
}

/** The object that a copy reads, in whatever Region it is. */
export function openCopySource(call: Call): CopySource {
  const { cloud, request } = call;
  const { headers } = request;
  const { bucketName, key, versionId } = parseCopySource(headers['x-amz-copy-source'] ?? '');
  const bucket = cloud.buckets.get(bucketName);
  if (bucket === undefined) {
    throw new S3Error('NoSuchBucket', 'The specified bucket does not exist', { details: { BucketName: bucketName } });
  }
  const version = requireObject(bucket, key, versionId);
  expectCustomerKey(version, headers, PREFIX);
  if (isArchived(version.headers.storageClass) && !isRestored(cloud, version)) {
    throw new S3Error('InvalidObjectState', 'The source object of the COPY action is not in the active tier', {
      details: { StorageClass: version.headers.storageClass },
    });
  }
  spendKms({ ...call, bucket, request: { ...call.request, key } }, version.encryption, version.versionId);
  if (checkReadConditions(headers, version, PREFIX) === 'not-modified')
    throw preconditionFailed(`${PREFIX}If-None-Match`);
  return { bucket, version, versionNamed: versionId !== undefined };
}

function parseCopySource(header: string): {
  readonly bucketName: string;
  readonly key: string;
  readonly versionId?: string;
} {
  const [, path = '', versionId] = /^\/?(.*?)(?:\?versionId=(.*))?$/s.exec(header) ?? [];
  const slash = path.indexOf('/') === -1 ? path.search(/%2f/i) : path.indexOf('/');
  const separator = path.startsWith('%2', slash) ? 3 : 1;
  if (slash <= 0)
    throw invalidArgument(
      'x-amz-copy-source',
      header,
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    );
  try {
    return {
      bucketName: decodeURIComponent(path.slice(0, slash)),
      key: decodeURIComponent(path.slice(slash + separator)),
      ...(versionId === undefined ? {} : { versionId: decodeURIComponent(versionId) }),
    };
  } catch {
    throw invalidArgument('x-amz-copy-source', header, 'Copy Source must be URL-encoded');
  }
}
