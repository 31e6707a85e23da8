import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { createRandom } from '../src/sandbox/random.ts';
import { folderObjects } from './folder.ts';
import { type DemoObject, healthyObjects, troubledObjects } from './objects.ts';
import { DESTINATION, SOURCE } from './places.ts';
import { createHearing, type Hearing } from './hearing.ts';
import { keepUp } from './keep-up.ts';
import type { Screen } from './screen.ts';
import { setStage, type Stage } from './stage.ts';
import { summarise } from './summary.ts';
import { subscribe } from './subscriber.ts';
import { upload } from './upload.ts';

export interface PlayOptions {
  readonly folder?: string;
  readonly keep: boolean;
  readonly port: number;
  readonly seed: number;
}

/** How long to wait for what is still missing after the last upload, in milliseconds. */
const PATIENCE_MS = 45_000;

/** How long to listen for accusations after everything expected was heard, in milliseconds. */
const SILENCE_MS = 2_500;

/** The whole show. Resolves to the exit code. */
export async function play(options: PlayOptions, screen: Screen, stop: AbortSignal): Promise<number> {
  const stage = await setStage({ ...options, progress: screen.progress });
  const curtain = new AbortController();
  const hearing = createHearing(screen);
  const listeners = await Promise.all(
    [...stage.topicArns].map(async ([region, topicArn]) =>
      subscribe(stage, { region, topicArn, signal: curtain.signal, hear: hearing.hear }),
    ),
  );
  try {
    const objects = options.folder === undefined ? healthyObjects() : await folderObjects(options.folder);
    screen.heading(
      `Uploading ${objects.length} objects; each line is an alert that a subscriber of the topic received`,
    );
    for (const object of objects) await show(stage, object, hearing);
    screen.heading('Uploading objects that something happens to');
    for (const object of troubledObjects(createRandom(options.seed))) await show(stage, object, hearing);
    await hearing.settled({ patienceMs: PATIENCE_MS, silenceMs: SILENCE_MS, stop });
    const exitCode = summarise(stage, hearing, screen);
    if (options.keep && !stop.aborted) await keepUp(stage, screen, stop);
    return exitCode;
  } finally {
    curtain.abort();
    await Promise.all(listeners.map(({ done }) => done.catch(() => undefined)));
    await stage.close();
  }
}

/** Plants what is to happen to the object, uploads it, and says what must be heard about it. */
async function show(stage: Stage, object: DemoObject, hearing: Hearing): Promise<void> {
  const { bucket, region } = SOURCE;
  const client = stage.s3(region);
  for (const fault of object.faults ?? []) await plant(stage, { bucket, key: object.key, ...fault });
  const versionId = await upload(client, bucket, object);
  const watched = {
    key: object.key,
    versionId,
    what: object.what,
    sizeBytes: object.content.length,
    planted: object.faults !== undefined,
  };
  hearing.expect({ ...watched, bucket, expect: object.expect });
  if (object.expectReplica !== undefined) {
    hearing.expect({ ...watched, bucket: DESTINATION.bucket, what: 'its replica', expect: object.expectReplica });
  }
  const address = { Bucket: bucket, Key: object.key };
  if (object.afterwards === 'delete') await client.send(new DeleteObjectCommand(address));
  if (object.afterwards === 'overwrite') {
    const { VersionId = '' } = await client.send(new PutObjectCommand({ ...address, Body: 'a newer version' }));
    hearing.expect({
      ...watched,
      bucket,
      versionId: VersionId,
      what: 'its newer version',
      sizeBytes: 15,
      expect: { kind: 'verified' },
    });
  }
}

/** Plants one fault from outside, as a reader can with curl. */
async function plant(stage: Stage, fault: Readonly<Record<string, unknown>>): Promise<void> {
  const response = await fetch(`${stage.cloud.url}/_holdfast/faults`, { method: 'POST', body: JSON.stringify(fault) });
  if (!response.ok) throw new Error(`the fault ${JSON.stringify(fault)} was refused: ${await response.text()}`);
}
