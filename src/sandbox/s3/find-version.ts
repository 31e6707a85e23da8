import type { Call } from './s3-cloud.ts';
import { S3Error, invalidArgument } from './s3-error.ts';
import type { Bucket, ObjectVersion, Version } from './stored.ts';

/** The version ID that a request names. */
export function requestedVersionId({ request }: Pick<Call, 'request'>): string | undefined {
  const versionId = request.query.get('versionId');
  if (versionId === '') throw invalidArgument('versionId', '', 'Version id cannot be the empty string');
  return versionId ?? undefined;
}

/** The version of this ID, the current one without; absent where there is none. */
export function findVersion({ objects }: Bucket, key: string, versionId: string | undefined): Version | undefined {
  if (versionId === undefined) return objects.current(key);
  return objects.versions(key).find((version) => version.versionId === versionId);
}

/**
 * The object that a request is about. A delete marker is no object: 404 where it hides the key, 405 where it is named.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html
 */
export function requireObject(bucket: Bucket, key: string, versionId: string | undefined): ObjectVersion {
  const found = findVersion(bucket, key, versionId);
  if (found?.kind === 'object') return found;
  if (found === undefined) {
    if (versionId === undefined)
      throw new S3Error('NoSuchKey', 'The specified key does not exist.', { details: { Key: key } });
    throw new S3Error('NoSuchVersion', 'The specified version does not exist.', {
      details: { Key: key, VersionId: versionId },
    });
  }
  const headers = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': found.versionId };
  if (versionId === undefined) {
    throw new S3Error('NoSuchKey', 'The specified key does not exist.', { details: { Key: key }, headers });
  }
  throw new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
    details: { ResourceType: 'DeleteMarker' },
    headers: { ...headers, allow: 'DELETE', 'last-modified': new Date(found.lastModifiedMs).toUTCString() },
  });
}

/** The object of a call. */
export function requestedObject(call: Call): ObjectVersion {
  return requireObject(call.bucket, call.request.key, requestedVersionId(call));
}

/** The header that names a version: absent in a bucket that was never versioned. */
export function versionHeaders(
  { versioning }: Bucket,
  { versionId }: Pick<Version, 'versionId'>,
): Record<string, string> {
  return versioning === undefined ? {} : { 'x-amz-version-id': versionId };
}
