import { HoldfastError } from '../errors.ts';
import { type Link, linkId } from '../model/link.ts';
import type { ObjectRef } from '../model/object.ts';
import type { PendingVersion } from '../model/pending.ts';
import type { Call, ObjectStore, VersionLister } from '../ports.ts';
import { mapBounded } from './map-bounded.ts';

/** A version that was on its way when the traffic left, and what it hides now that it has come. */
export interface TookOver {
  readonly object: ObjectRef & { readonly versionId: string };
  readonly writtenAt: Date;
  readonly hidden: { readonly versionId: string; readonly writtenAt: Date };
}

export interface LatePorts {
  readonly objects: Pick<ObjectStore, 'head'>;
  readonly versions: VersionLister;
}

/**
 * Looks at each of the versions where it was to arrive: whether it has become the current one although something newer had been
 * written there. Whatever cannot be looked at now is looked at with the next call.
 */
export async function findLateArrivals(
  versions: readonly PendingVersion[],
  links: readonly Link[],
  ports: LatePorts,
  call: Call,
): Promise<readonly TookOver[]> {
  const found = await mapBounded(versions, async (version) => {
    const link = links.find((each) => linkId(each) === version.link);
    return link === undefined ? undefined : tookOver(version, link, ports, call);
  });
  return found.filter((each) => each !== undefined);
}

async function tookOver(
  { object: { key, versionId } }: PendingVersion,
  { destination: { bucket, region } }: Link,
  { objects, versions }: LatePorts,
  call: Call,
): Promise<TookOver | undefined> {
  try {
    const current = await objects.head({ bucket, region, key }, { checksums: false, signal: call.signal });
    if (versionId === undefined || current.state !== 'present' || current.value.versionId !== versionId)
      return undefined;
    const writtenAt = current.value.lastModifiedAt;
    for await (const other of versions.list({ bucket, region, prefix: key }, call)) {
      if (other.object.key !== key) break; // the key itself is the first that begins so
      const newer = other.object.versionId;
      if (newer === undefined || newer === versionId || other.lastModifiedAt <= writtenAt) continue;
      return {
        object: { bucket, region, key, versionId },
        writtenAt,
        hidden: { versionId: newer, writtenAt: other.lastModifiedAt },
      };
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof HoldfastError) || call.signal.aborted) throw error;
    return undefined;
  }
}
