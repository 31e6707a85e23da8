import { DeleteObjectsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { formatSubject } from '../src/render/subject.ts';
import { advanceFromIdle } from './control.ts';
import { BULK_PREFIX, SOURCE } from './places.ts';
import type { Scene } from './scene.ts';
import type { Stage } from './stage.ts';

/** More than anybody tidies up at once: see `mass-delete` in docs/findings.md. */
const OBJECTS = 200;

/** Changes are counted in windows of this length; the deletes must not be split between two. */
const WINDOW_MS = 5 * 60_000;
const ENOUGH_MS = 15_000;

const KEYS: readonly string[] = Array.from({ length: OBJECTS }, (_, index) => `${BULK_PREFIX}${index}.txt`);

/** What is going to be deleted. */
export async function fillPrefix(stage: Stage): Promise<void> {
  const { bucket, region } = SOURCE;
  const client = stage.s3(region);
  await Promise.all(KEYS.map(async (Key) => client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key }))));
}

/** Somebody removes everything under one prefix with one request. */
export async function showMassDelete(stage: Stage): Promise<Scene> {
  const { bucket, region } = SOURCE;
  const leftMs = WINDOW_MS - (stage.cloud.clock.now() % WINDOW_MS);
  if (leftMs < ENOUGH_MS) await advanceFromIdle(stage, leftMs);
  await stage
    .s3(region)
    .send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: KEYS.map((Key) => ({ Key })) } }));
  // Whichever stands out first: with one more delete elsewhere that is the bucket.
  const about = [
    formatSubject({ kind: 'prefix', bucket, region, prefix: BULK_PREFIX }),
    formatSubject({ kind: 'bucket', bucket, region }),
  ];
  return {
    id: 'mass-delete',
    what: `${OBJECTS} objects under one prefix are deleted`,
    awaited: [{ about, codes: ['mass-delete'], verdict: 'violated' }],
  };
}
