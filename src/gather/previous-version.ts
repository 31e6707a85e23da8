import { HoldfastError } from '../errors.ts';
import { isImmutable, type ObjectRef } from '../model/object.ts';
import type { Call, VersionLister } from '../ports.ts';

/**
 * Whether the key had a version before this one. Where that cannot be known, because the bucket has no versions or our role may not
 * list them, it had none: then a mass overwrite is not noticed, and nothing is accused.
 */
export async function hadVersionBefore(object: ObjectRef, versions: VersionLister, call: Call): Promise<boolean> {
  if (!isImmutable(object)) return false;
  const { bucket, region, key, versionId } = object;
  let isOlder = false; // versions of a key come latest first
  try {
    for await (const listed of versions.list({ bucket, region, prefix: key }, call)) {
      if (listed.object.key !== key) return false;
      if (isOlder) return true;
      isOlder = listed.object.versionId === versionId;
    }
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.kind !== 'access-denied') throw error;
  }
  return false;
}
