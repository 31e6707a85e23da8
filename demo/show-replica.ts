import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { plant } from './control.ts';
import { DESTINATION, SOURCE } from './places.ts';
import type { ReplicaScene } from './replica-scenes.ts';
import type { Scene } from './scene.ts';
import type { Stage } from './stage.ts';
import { upload } from './upload.ts';
import { versionName } from './verdict.ts';

/** A replica takes a tenth of a second; the first look at it comes after two. */
const LOOK_EVERY_MS = 50;
const MOST_LOOKS = 200;

/** Plants what is to happen to the replica, uploads, and says what must be heard. */
export async function showReplica(stage: Stage, planned: ReplicaScene): Promise<Scene> {
  const { id, what, fault, drift, accused, hears } = planned;
  const { key } = planned.upload;
  if (fault !== undefined) await plant(stage, { key, ...fault });
  const versionId = await upload(stage.s3(SOURCE.region), SOURCE.bucket, planned.upload);
  if (drift !== undefined) {
    const replica = { bucket: DESTINATION.bucket, key, versionId };
    if (!(await hasArrived(stage, replica))) throw new Error(`expected a replica of ${key}, found none`);
    await plant(stage, { kind: 'drift', now: true, ...replica, change: drift });
  }
  return { id, what, awaited: [{ ...hears, about: [versionName({ bucket: accused, key, versionId })] }] };
}

/** Whether the replica comes within seconds. */
export async function hasArrived(
  stage: Stage,
  { bucket, key, versionId }: { readonly bucket: string; readonly key: string; readonly versionId: string },
): Promise<boolean> {
  const client = stage.s3(DESTINATION.region);
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    const head = new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId });
    const isThere = await client.send(head).then(
      () => true,
      () => false,
    );
    if (isThere) return true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return false;
}
