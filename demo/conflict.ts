import { PutObjectCommand } from '@aws-sdk/client-s3';
import { plant } from './control.ts';
import { LEDGER, OTHER_LEDGER, type Place } from './places.ts';
import type { Scene } from './scene.ts';
import type { Stage } from './stage.ts';
import { versionName } from './verdict.ts';

const KEY = 'accounts/4711.json';

/** Long enough that both writes are made before either arrives. */
const CROSSING_MS = 700;

/** Two people write the same key at the same time, each at the side that is near: readers get different objects for ever. */
export async function showConflict(stage: Stage): Promise<Scene> {
  const sides = [LEDGER, OTHER_LEDGER];
  for (const { bucket } of sides) {
    await plant(stage, { kind: 'delay-replication', delayMs: CROSSING_MS, times: 1, bucket, key: KEY });
  }
  const about = await Promise.all(sides.map(async (side) => write(stage, side)));
  return {
    id: 'conflict',
    what: 'both sides of a two-way pair write one key',
    awaited: [{ about, codes: ['versions-conflict'], verdict: 'violated' }],
  };
}

async function write(stage: Stage, { bucket, region }: Place): Promise<string> {
  const put = new PutObjectCommand({ Bucket: bucket, Key: KEY, Body: `the balance as ${region} sees it` });
  const { VersionId: versionId = '' } = await stage.s3(region).send(put);
  return versionName({ bucket, key: KEY, versionId });
}
