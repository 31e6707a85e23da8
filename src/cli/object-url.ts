import { HoldfastError } from '../errors.ts';
import type { ObjectRef } from '../model/object.ts';

/** `s3://bucket/key?versionId=…` or, with an empty or partial key, a prefix. The Region is found elsewhere. */
export type ObjectUrl = Omit<ObjectRef, 'region'>;

/**
 * Reads what `formatObject` writes. The key is taken literally, as `aws s3` does: nothing in it is URL-decoded, `+`, `%41`, `?`
 * and `#` stand for themselves. Only a `?versionId=…` at the very end is not part of the key; a key that itself ends like that
 * is named by adding its own version ID (`null` where the bucket has no versions).
 */
export function parseObjectUrl(text: string): ObjectUrl {
  const [, bucket = '', rest = ''] = /^s3:\/\/([^/\s]+)(?:\/(.*))?$/s.exec(text) ?? [];
  if (bucket === '') throw invalidUrl(text, 's3://bucket/key');
  const [, key = rest, versionId] = /^(.*)\?versionId=([^?&/\s]+)$/s.exec(rest) ?? [];
  return { bucket, key, ...(versionId === undefined ? {} : { versionId }) };
}

export function invalidUrl(text: string, expected: string): HoldfastError {
  return new HoldfastError('invalid-config', 'cli', `expected ${expected}, got ${JSON.stringify(text)}`);
}
