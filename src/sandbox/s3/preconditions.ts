import { stripETag } from '../../model/etag.ts';
import { S3Error, notImplemented, preconditionFailed } from './s3-error.ts';
import type { ObjectVersion, Version } from './stored.ts';

type Headers = Readonly<Record<string, string | undefined>>;

/** `prefix` is that of the conditions on the source of a copy. */
export function checkReadConditions(
  headers: Headers,
  { etag, lastModifiedMs }: ObjectVersion,
  prefix = '',
): 'proceed' | 'not-modified' {
  const header = (name: string): string | undefined => headers[prefix + name];
  const ifMatch = header('if-match');
  const ifNoneMatch = header('if-none-match');
  const modifiedSince = toTime(header('if-modified-since'));
  const unmodifiedSince = toTime(header('if-unmodified-since'));
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, etag)) throw preconditionFailed('If-Match');
  } else if (unmodifiedSince !== undefined && lastModifiedMs > unmodifiedSince) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  if (ifNoneMatch !== undefined) return matches(ifNoneMatch, etag) ? 'not-modified' : 'proceed';
  return modifiedSince !== undefined && lastModifiedMs <= modifiedSince ? 'not-modified' : 'proceed';
}

/** Conditions on the object that a write would replace. */
export function checkWriteConditions(headers: Headers, current: Version | undefined): void {
  const ifMatch = headers['if-match'];
  const ifNoneMatch = headers['if-none-match'];
  const exists = current?.kind === 'object';
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch !== '*') throw notImplemented('value', `If-None-Match: ${ifNoneMatch}`);
    if (exists) throw preconditionFailed('If-None-Match');
  }
  if (ifMatch === undefined) return;
  if (!exists) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
  if (!matches(ifMatch, current.etag)) throw preconditionFailed('If-Match');
}

function matches(list: string, etag: string): boolean {
  return list.split(',').some((entry) => entry.trim() === '*' || stripETag(entry) === etag);
}

/** Epoch milliseconds; a date that cannot be read is no condition. */
function toTime(date: string | undefined): number | undefined {
  const time = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(time) ? undefined : time;
}
