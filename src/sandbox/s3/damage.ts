import type { FaultTarget } from '../service.ts';
import type { S3Cloud } from './s3-cloud.ts';
import type { ObjectVersion } from './stored.ts';

/** What befalls the stored bytes. Neither size, nor ETag, nor checksum as recorded change. */
export type Damage =
  | { readonly kind: 'flip'; /** Zero-based; absent: a random byte. */ readonly offset?: number }
  | { readonly kind: 'truncate'; /** What remains. */ readonly sizeBytes: number };

export type Damaged = { readonly offset: number } | { readonly sizeBytes: number };

/** Damages one version; copies and replicas of it keep their bytes. An empty body has nothing to damage and stays as it is. */
export async function damage(
  { bodies, world }: Pick<S3Cloud, 'bodies' | 'world'>,
  version: ObjectVersion,
  planned: Damage,
): Promise<Damaged> {
  if (planned.kind === 'truncate') {
    version.body = await bodies.truncate(version.body, planned.sizeBytes);
    return { sizeBytes: version.body.sizeBytes };
  }
  const { sizeBytes } = version.body;
  if (sizeBytes === 0) return { offset: 0 };
  const offset = Math.min(planned.offset ?? Math.floor(world.random() * sizeBytes), sizeBytes - 1);
  version.body = await bodies.flip(version.body, offset);
  return { offset };
}

/** Damages a version that was just acknowledged, where a fault says so. */
export async function applyPlannedDamage(
  site: Pick<S3Cloud, 'bodies' | 'world'>,
  target: FaultTarget,
  version: ObjectVersion,
): Promise<void> {
  const { faults } = site.world;
  const flip = faults.take('flip', target);
  if (flip !== undefined)
    await damage(site, version, flip.offset === undefined ? { kind: 'flip' } : { kind: 'flip', offset: flip.offset });
  const truncate = faults.take('truncate', target);
  if (truncate !== undefined) await damage(site, version, { kind: 'truncate', sizeBytes: truncate.offset ?? 0 });
}
