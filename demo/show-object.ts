import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { plant } from './control.ts';
import type { DemoObject } from './demo-object.ts';
import type { Hearing } from './hearing.ts';
import { DESTINATION, SOURCE } from './places.ts';
import type { Stage } from './stage.ts';
import { upload } from './upload.ts';

const NEWER_VERSION = 'a newer version';

/** Plants what is to happen to the object, uploads it, and says what must be heard about it. */
export async function showObject(stage: Stage, object: DemoObject, { expect }: Hearing): Promise<void> {
  const { bucket, region } = SOURCE;
  const client = stage.s3(region);
  for (const fault of object.faults ?? []) await plant(stage, { bucket, key: object.key, ...fault });
  const versionId = await upload(client, bucket, object);
  const watched = {
    bucket,
    key: object.key,
    versionId,
    what: object.what,
    planted: object.faults !== undefined,
    expect: object.expect,
  };
  expect(watched);
  if (object.expectReplica !== undefined) {
    expect({ ...watched, bucket: DESTINATION.bucket, what: 'its replica', expect: object.expectReplica });
  }
  const address = { Bucket: bucket, Key: object.key };
  if (object.afterwards === 'delete') await client.send(new DeleteObjectCommand(address));
  if (object.afterwards === 'overwrite') {
    const { VersionId = '' } = await client.send(new PutObjectCommand({ ...address, Body: NEWER_VERSION }));
    const newer = { ...watched, versionId: VersionId, what: 'its newer version', planted: false };
    expect(newer);
    if (object.expectReplica !== undefined) expect({ ...newer, bucket: DESTINATION.bucket });
  }
}
