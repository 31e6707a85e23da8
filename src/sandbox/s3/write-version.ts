import { ownerOf } from './acl.ts';
import { causedBy } from './announce.ts';
import { faultTarget } from './fault-target.ts';
import { applyPlannedDamage } from './damage.ts';
import { wholeSecond } from './identifiers.ts';
import type { Call } from './s3-cloud.ts';
import type { DeleteMarker, ObjectVersion } from './stored.ts';

/** What S3 adds to an object when it becomes a version. */
type Assigned = 'kind' | 'key' | 'versionId' | 'sequencer' | 'lastModifiedMs' | 'owner' | 'replica';

/**
 * Makes an upload the current version of its key, announces it and hands it to replication. The caller has checked the
 * conditions of the request in the same turn of the event loop.
 */
export async function writeVersion(
  call: Call,
  uploaded: Omit<ObjectVersion, Assigned>,
  { eventName, lastModifiedMs }: { readonly eventName: string; readonly lastModifiedMs?: number },
): Promise<ObjectVersion> {
  const { cloud, bucket, request } = call;
  const version: ObjectVersion = {
    kind: 'object',
    key: request.key,
    versionId: bucket.versioning === 'Enabled' ? cloud.newVersionId() : 'null',
    sequencer: cloud.nextSequencer(),
    lastModifiedMs: wholeSecond(lastModifiedMs ?? cloud.world.clock.now()),
    owner: ownerOf(bucket, request.raw.principal.account, uploaded.acl),
    replica: false,
    ...uploaded,
  };
  const replaced = version.versionId === 'null' ? removeNullVersion(call) : undefined;
  bucket.objects.add(version);
  if (replaced?.kind === 'object') await cloud.bodies.release(replaced.body);
  cloud.events.announce(
    bucket,
    {
      name: eventName,
      key: version.key,
      versionId: version.versionId,
      sizeBytes: version.sizeBytes,
      etag: version.etag,
      sequencer: version.sequencer,
    },
    causedBy(request.raw),
  );
  // Before any planted damage: S3 copies what was uploaded, not what decayed afterwards.
  cloud.replication.created(bucket, version);
  await applyPlannedDamage(cloud, faultTarget(call, version.versionId), { bucket, version });
  return version;
}

/** The version `null` of the key of this request, which the next unversioned write replaces. */
export function removeNullVersion({ bucket, request }: Call): ObjectVersion | DeleteMarker | undefined {
  const replaced = bucket.objects.versions(request.key).find(({ versionId }) => versionId === 'null');
  if (replaced !== undefined) bucket.objects.remove(replaced);
  return replaced;
}
