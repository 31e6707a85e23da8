import type { FaultTarget } from '../service.ts';
import { applyDrift, type Drift } from './drift.ts';
import type { S3Cloud } from './s3-cloud.ts';
import type { Bucket, ObjectVersion } from './stored.ts';

/** What befalls a stored version underneath S3: no event tells of it, and replication does not notice. */
export type Damage =
  /** Neither size, nor ETag, nor checksum as recorded change. */
  | { readonly kind: 'flip'; /** Zero-based; absent: a random byte. */ readonly offset?: number }
  | { readonly kind: 'truncate'; /** What remains. */ readonly sizeBytes: number }
  /** The version is gone, and the one below it is current. */
  | { readonly kind: 'lose-object' }
  | { readonly kind: 'drift'; readonly change: Drift };

export type Damaged =
  | { readonly offset: number }
  | { readonly sizeBytes: number }
  | { readonly lost: true }
  | { readonly drifted: readonly string[] };

type Site = Pick<S3Cloud, 'bodies' | 'world'>;

/** Damages one version; copies and replicas of it keep their bytes. An empty body has nothing to damage and stays as it is. */
export async function damage(
  { bodies, world }: Site,
  { bucket, version }: { readonly bucket: Bucket; readonly version: ObjectVersion },
  planned: Damage,
): Promise<Damaged> {
  switch (planned.kind) {
    case 'truncate':
      version.body = await bodies.truncate(version.body, planned.sizeBytes);
      return { sizeBytes: version.body.sizeBytes };
    case 'flip': {
      const { sizeBytes } = version.body;
      if (sizeBytes === 0) return { offset: 0 };
      const offset = Math.min(planned.offset ?? Math.floor(world.random() * sizeBytes), sizeBytes - 1);
      version.body = await bodies.flip(version.body, offset);
      return { offset };
    }
    case 'lose-object':
      bucket.objects.remove(version);
      await bodies.release(version.body);
      return { lost: true };
    case 'drift':
      applyDrift(version, planned.change);
      return { drifted: Object.keys(planned.change) };
    default:
      return planned satisfies never;
  }
}

/** Damages a version that was just acknowledged, where a fault says so. */
export async function applyPlannedDamage(
  site: Site,
  target: FaultTarget,
  at: { readonly bucket: Bucket; readonly version: ObjectVersion },
): Promise<void> {
  const { faults } = site.world;
  const flip = faults.take('flip', target);
  if (flip !== undefined)
    await damage(site, at, flip.offset === undefined ? { kind: 'flip' } : { kind: 'flip', offset: flip.offset });
  const truncate = faults.take('truncate', target);
  if (truncate !== undefined) await damage(site, at, { kind: 'truncate', sizeBytes: truncate.offset ?? 0 });
  if (faults.take('lose-object', target) !== undefined) await damage(site, at, { kind: 'lose-object' });
}
