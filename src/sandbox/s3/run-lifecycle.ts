import type { World } from '../service.ts';
import { causedByS3, type Announcer } from './announce.ts';
import type { BodyStore } from './body-store.ts';
import { applies, dueClass, isExpired, reachedAtMs, type Placed } from './lifecycle-due.ts';
import type { LifecycleConfiguration, LifecycleRule } from './lifecycle-config.ts';
import type { Bucket, DeleteMarker, ObjectVersion, Upload, Version } from './stored.ts';

const DAY_MS = 86_400_000;

/** What lifecycle needs of the S3 that it belongs to. */
export interface LifecycleSite {
  readonly world: World;
  readonly buckets: ReadonlyMap<string, Bucket>;
  readonly bodies: BodyStore;
  readonly events: Announcer;
  nextSequencer(): string;
  newVersionId(): string;
}

/** Runs the lifecycle rules of all buckets every midnight in UTC. */
export interface LifecycleRunner {
  /** A bucket was given rules. */
  configured(): void;
}

export function createLifecycleRunner(site: LifecycleSite): LifecycleRunner {
  const { clock } = site.world;
  let scheduled = false;

  function scheduleNext(): void {
    if (scheduled || [...site.buckets.values()].every(({ lifecycle }) => lifecycle === undefined)) return;
    scheduled = true;
    const midnight = (Math.floor(clock.now() / DAY_MS) + 1) * DAY_MS;
    clock.schedule(midnight - clock.now(), async () => {
      scheduled = false;
      scheduleNext();
      await runLifecycle(site, midnight);
    });
  }

  return { configured: scheduleNext };
}

/**
 * Does what the rules of all buckets ask for at this midnight. Versions whose replication is pending or failed are left alone, and
 * nothing of this replicates.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-configuration-examples.html
 */
async function runLifecycle(site: LifecycleSite, nowMs: number): Promise<void> {
  for (const bucket of site.buckets.values()) {
    const { lifecycle } = bucket;
    if (lifecycle === undefined) continue;
    for (const key of bucket.objects.keys()) await runKey(site, { bucket, lifecycle, key }, nowMs);
    for (const upload of bucket.uploads.values()) {
      if (lifecycle.rules.some((rule) => isStale(rule, upload, nowMs))) await abort(site, bucket, upload);
    }
  }
}

interface Key {
  readonly bucket: Bucket;
  readonly lifecycle: LifecycleConfiguration;
  readonly key: string;
}

async function runKey(site: LifecycleSite, { bucket, lifecycle, key }: Key, nowMs: number): Promise<void> {
  const versions = bucket.objects.versions(key);
  const placed = versions.flatMap((version, index) =>
    version.kind === 'object' ? [place(versions, version, index)] : [],
  );
  for (const one of placed) {
    const { version, noncurrentSinceMs } = one;
    if (version.replicationStatus === 'PENDING' || version.replicationStatus === 'FAILED') continue;
    if (lifecycle.rules.some((rule) => isExpired(rule, one, nowMs))) {
      if (noncurrentSinceMs === undefined && bucket.versioning !== undefined)
        await hide(site, { bucket, version }, nowMs);
      else await removeVersion(site, bucket, version);
      continue;
    }
    const storageClass = dueClass(lifecycle, one, nowMs);
    if (storageClass !== undefined) transition(site, { bucket, version }, storageClass);
  }
  const [only, ...others] = bucket.objects.versions(key);
  if (only?.kind !== 'delete-marker' || others.length > 0) return;
  if (lifecycle.rules.some((rule) => sweepsMarker(rule, only, nowMs))) await removeVersion(site, bucket, only);
}

function place(versions: readonly Version[], version: ObjectVersion, index: number): Placed {
  const successor = versions[index - 1];
  if (successor === undefined) return { version, newerNoncurrent: 0 };
  return { version, noncurrentSinceMs: successor.lastModifiedMs, newerNoncurrent: index - 1 };
}

/** A marker over nothing goes at once where a rule names such markers, and at the age of a rule's expiry. */
function sweepsMarker(rule: LifecycleRule, { key, lastModifiedMs }: DeleteMarker, nowMs: number): boolean {
  if (!applies(rule, { key, sizeBytes: 0, tags: new Map() })) return false;
  if (rule.expiredDeleteMarker) return true;
  return (
    rule.expiration !== undefined && 'days' in rule.expiration && reachedAtMs(rule.expiration, lastModifiedMs) <= nowMs
  );
}

function isStale(rule: LifecycleRule, { key, initiatedAtMs }: Upload, nowMs: number): boolean {
  if (rule.abortUploadsAfterDays === undefined || !rule.enabled || !key.startsWith(rule.prefix)) return false;
  return reachedAtMs({ days: rule.abortUploadsAfterDays }, initiatedAtMs) <= nowMs;
}

async function abort({ bodies }: LifecycleSite, bucket: Bucket, upload: Upload): Promise<void> {
  bucket.uploads.delete(upload.uploadId);
  for (const part of upload.parts.values()) await bodies.release(part.body);
}

interface Target {
  readonly bucket: Bucket;
  readonly version: ObjectVersion;
}

/** Expires the current version of a bucket with versions: a delete marker of midnight goes on top. */
async function hide(site: LifecycleSite, { bucket, version }: Target, nowMs: number): Promise<void> {
  const suspended = bucket.versioning === 'Suspended';
  const replaced = suspended
    ? bucket.objects.versions(version.key).find(({ versionId }) => versionId === 'null')
    : undefined;
  if (replaced !== undefined) bucket.objects.remove(replaced);
  const marker: DeleteMarker = {
    kind: 'delete-marker',
    key: version.key,
    versionId: suspended ? 'null' : site.newVersionId(),
    lastModifiedMs: nowMs,
    sequencer: site.nextSequencer(),
    replica: false,
  };
  bucket.objects.add(marker);
  announce(site, bucket, marker, 'LifecycleExpiration:DeleteMarkerCreated');
  if (replaced?.kind === 'object') await site.bodies.release(replaced.body);
}

/** Removes a version for good, unless it is locked. */
async function removeVersion(site: LifecycleSite, bucket: Bucket, version: Version): Promise<void> {
  if (version.kind === 'object' && isLocked(version, site.world.clock.now())) return;
  bucket.objects.remove(version);
  if (version.replica) bucket.hardDeleted.add(`${version.versionId} ${version.key}`);
  announce(site, bucket, { ...version, sequencer: site.nextSequencer() }, 'LifecycleExpiration:Delete');
  if (version.kind === 'object') await site.bodies.release(version.body);
}

function isLocked({ lock: { legalHold, retention } }: ObjectVersion, nowMs: number): boolean {
  return legalHold || (retention !== undefined && retention.untilMs > nowMs);
}

function transition(site: LifecycleSite, { bucket, version }: Target, storageClass: string): void {
  version.headers = { ...version.headers, storageClass };
  const { key, versionId, sizeBytes, etag } = version;
  const extra = { lifecycleEventData: { transitionEventData: { destinationStorageClass: storageClass } } };
  const details = { name: 'LifecycleTransition', key, versionId, sizeBytes, etag, extra };
  site.events.announce(bucket, details, causedByS3(site.world));
}

function announce(
  { events, world }: LifecycleSite,
  bucket: Bucket,
  { key, versionId, sequencer }: Pick<Version, 'key' | 'versionId' | 'sequencer'>,
  name: string,
): void {
  events.announce(bucket, { name, key, versionId, sequencer }, causedByS3(world));
}
