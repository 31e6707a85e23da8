import type { S3Cloud } from './s3-cloud.ts';
import { S3Error, invalidArgument } from './s3-error.ts';
import type { Bucket, ObjectVersion } from './stored.ts';

export type RetentionMode = 'GOVERNANCE' | 'COMPLIANCE';

/** What keeps a version from being deleted. */
export interface ObjectLock {
  readonly retention?: { readonly mode: RetentionMode; readonly untilMs: number };
  readonly legalHold: boolean;
}

/** Object Lock of a bucket, once enabled for good; the retention is that of uploads which name none. */
export interface BucketLock {
  readonly retention?: { readonly mode: RetentionMode; readonly unit: 'Days' | 'Years'; readonly count: number };
}

type Headers = Readonly<Record<string, string | undefined>>;

const MODE = 'x-amz-object-lock-mode';
const UNTIL = 'x-amz-object-lock-retain-until-date';
const HOLD = 'x-amz-object-lock-legal-hold';

export const LOCK_HEADERS: readonly string[] = [MODE, UNTIL, HOLD];

const UNLOCKED: ObjectLock = { legalHold: false };

/** The lock of an object that is uploaded now: as the request says, otherwise as the bucket does by default. */
export function lockOf({ world }: S3Cloud, headers: Headers, { lock }: Bucket): ObjectLock {
  const mode = headers[MODE];
  const until = headers[UNTIL];
  const hold = headers[HOLD];
  if (lock === undefined) {
    if ((mode ?? until ?? hold) !== undefined) throw missingLock();
    return UNLOCKED;
  }
  const legalHold = parseHold(hold ?? 'OFF');
  if (mode !== undefined || until !== undefined) {
    return { legalHold, retention: parseRetention(mode, until, world.clock.now()) };
  }
  return { ...lockByDefault({ world }, { lock }), legalHold };
}

/** The lock of an object of which nobody says anything. */
export function lockByDefault({ world }: Pick<S3Cloud, 'world'>, { lock }: Pick<Bucket, 'lock'>): ObjectLock {
  if (lock?.retention === undefined) return UNLOCKED;
  const { mode, unit, count } = lock.retention;
  const date = new Date(world.clock.now());
  if (unit === 'Days') date.setUTCDate(date.getUTCDate() + count);
  else date.setUTCFullYear(date.getUTCFullYear() + count);
  return { legalHold: false, retention: { mode, untilMs: date.getTime() } };
}

export function missingLock(): S3Error {
  return new S3Error('InvalidRequest', 'Bucket is missing Object Lock Configuration');
}

export function parseMode(mode: string): RetentionMode {
  if (mode === 'GOVERNANCE' || mode === 'COMPLIANCE') return mode;
  throw invalidArgument(MODE, mode, 'Unknown wormMode directive.');
}

export function parseRetention(
  mode: string | undefined,
  until: string | undefined,
  nowMs: number,
): ObjectLock['retention'] & object {
  if (mode === undefined || until === undefined) {
    throw invalidArgument(MODE, mode ?? '', `${UNTIL} and ${MODE} must both be supplied`);
  }
  const untilMs = Date.parse(until);
  if (Number.isNaN(untilMs))
    throw invalidArgument(UNTIL, until, 'The retain until date must be provided in ISO 8601 format');
  if (untilMs <= nowMs) throw invalidArgument(UNTIL, until, 'The retain until date must be in the future!');
  return { mode: parseMode(mode), untilMs };
}

export function parseHold(status: string): boolean {
  if (status === 'ON' || status === 'OFF') return status === 'ON';
  throw invalidArgument(HOLD, status, "Legal Hold must be either of 'ON' or 'OFF'");
}

export function bypassesGovernance(headers: Headers): boolean {
  return headers['x-amz-bypass-governance-retention']?.toLowerCase() === 'true';
}

/** Refuses to weaken what a retention protects; only governance can be bypassed. */
export function expectUnretained({ world }: S3Cloud, { lock: { retention } }: ObjectVersion, headers: Headers): void {
  if (retention === undefined || retention.untilMs <= world.clock.now()) return;
  if (retention.mode === 'GOVERNANCE' && bypassesGovernance(headers)) return;
  throw new S3Error('AccessDenied', 'Access Denied because object protected by object lock.');
}

/** Refuses to delete a version that is under retention or legal hold. */
export function expectDeletable(cloud: S3Cloud, version: ObjectVersion, headers: Headers): void {
  if (version.lock.legalHold)
    throw new S3Error('AccessDenied', 'Access Denied because object protected by object lock.');
  expectUnretained(cloud, version, headers);
}

export function lockHeaders({ lock: { retention, legalHold } }: ObjectVersion): Record<string, string> {
  return {
    ...(legalHold ? { [HOLD]: 'ON' } : {}),
    ...(retention === undefined ? {} : { [MODE]: retention.mode, [UNTIL]: new Date(retention.untilMs).toISOString() }),
  };
}
