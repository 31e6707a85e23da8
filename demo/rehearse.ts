import { readFile } from 'node:fs/promises';
import { GetBucketNotificationConfigurationCommand, S3ServiceException } from '@aws-sdk/client-s3';
import { HoldfastError } from '../src/errors.ts';
import { formatAmount } from '../src/model/quantity-text.ts';
import { KIB, MIB, randomContent } from './content.ts';
import { plant } from './control.ts';
import type { PlannedFault } from './demo-object.ts';
import { environmentOf } from './environment.ts';
import { createHearing } from './hearing.ts';
import type { DemoOptions } from './options.ts';
import type { Place } from './places.ts';
import { type Scenery, sceneryOf } from './scenery.ts';
import type { Screen } from './screen.ts';
import { setStage, type Stage } from './stage.ts';
import { subscribe } from './subscriber.ts';
import { createTeller } from './teller.ts';
import { type Uploaded, upload } from './upload.ts';

const LOOK_EVERY_MS = 500;

const PREFIX = 'rehearsal/';

type Rehearsed = Uploaded & { readonly fault?: PlannedFault };

/**
 * What is uploaded into a bucket once it notifies: two that are as they should be, and one that is damaged as it arrives. Each bucket
 * has keys of its own, or those of a two-way pair would be in conflict.
 */
function uploadsInto({ bucket }: Place): readonly Rehearsed[] {
  const folder = `${PREFIX}${bucket}/`;
  return [
    { key: `${folder}good.bin`, ...randomContent(100 * KIB) },
    { key: `${folder}parts.bin`, ...randomContent(11 * MIB), partSizes: [5 * MIB, 5 * MIB, MIB] },
    { key: `${folder}flipped.bin`, ...randomContent(100 * KIB), fault: { kind: 'flip', offset: KIB } },
  ];
}

/** Buckets that people write into: what only replicas come to gets them from there. */
function writtenBuckets({ buckets, ways }: Pick<Scenery, 'buckets' | 'ways'>): readonly Place[] {
  const isFrom = ({ bucket }: Place): boolean => ways.some(({ from }) => from.bucket === bucket);
  const isTo = ({ bucket }: Place): boolean => ways.some(({ to }) => to.bucket === bucket);
  return buckets.filter((place) => isFrom(place) || !isTo(place));
}

/**
 * Deploys somebody's own configuration into the embedded cloud, with buckets as they should be and which notify nobody yet, and waits
 * until they are wired; then something happens in them. Goes on until it is interrupted; resolves to the exit code.
 */
export async function rehearse(
  { config, ...options }: DemoOptions & { readonly config: string },
  screen: Screen,
  stop: AbortSignal,
): Promise<number> {
  const scenery = await readScenery(config);
  const stage = await setStage({ ...options, scenery, progress: screen.progress });
  const curtain = new AbortController();
  const { tell, flush } = createTeller(screen);
  const { hear } = createHearing({ tell, now: () => stage.cloud.clock.now(), isIdle: () => stage.cloud.isIdle() });
  const listeners = await Promise.all(
    [...stage.topicArns].map(async ([region, topicArn]) =>
      subscribe(stage, { region, topicArn, signal: curtain.signal, hear }),
    ),
  );
  try {
    introduce(stage, scenery, { file: config, screen });
    await watchBuckets(stage, writtenBuckets(scenery), { screen, stop });
    flush();
    return 0;
  } finally {
    curtain.abort();
    await Promise.all(listeners.map(({ done }) => done.catch(() => undefined)));
    await stage.close();
  }
}

async function readScenery(file: string): Promise<Scenery> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : 'no reason given';
    throw new HoldfastError('invalid-config', 'demo', `${file} cannot be read: ${reason}`, { cause });
  });
  const scenery = sceneryOf(text);
  if (scenery.buckets.length > 0) return scenery;
  throw new HoldfastError('invalid-config', 'demo', `${file} names no bucket: there is nothing to rehearse`);
}

function introduce(
  { cloud, configFile }: Stage,
  { buckets, ways }: Scenery,
  { file, screen }: { readonly file: string; readonly screen: Screen },
): void {
  const environment = { ...environmentOf(cloud), HOLDFAST_CONFIG: configFile };
  screen.heading(
    `${file} stands in the embedded cloud: ${formatAmount(buckets.length, 'bucket')}, ${formatAmount(ways.length, 'direction')} of replication.`,
  );
  screen.line('In another terminal, in this folder:');
  for (const [name, value] of Object.entries(environment)) screen.line(`  export ${name}=${value}`);
  for (const line of [
    '',
    '  npx holdfast doctor          # what is not as it should be: nobody notifies Holdfast yet',
    '  npx holdfast wire PAIR       # what would be changed; --yes changes it',
    '',
    'As soon as a source notifies Holdfast, three objects are uploaded into it, one of them damaged. Ctrl-C ends it; nothing is kept.',
  ])
    screen.line(line);
  screen.record({ type: 'ready', url: cloud.url, environment });
}

/** Each bucket is served once. Whoever subscribed at the topic hears what the monitor says of it. */
async function watchBuckets(
  stage: Stage,
  buckets: readonly Place[],
  { screen, stop }: { readonly screen: Screen; readonly stop: AbortSignal },
): Promise<void> {
  const waiting = new Set(buckets);
  while (!stop.aborted) {
    for (const place of waiting) {
      if (stop.aborted || !(await isWired(stage, place))) continue;
      waiting.delete(place);
      const uploads = uploadsInto(place);
      screen.line(`${place.bucket} notifies Holdfast: uploading ${uploads.map(({ key }) => key).join(', ')}`);
      await uploadAll(stage, place, uploads);
      screen.record({ type: 'uploaded', bucket: place.bucket });
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** A Region that is out, in a drill, tells nothing: it is asked again. */
async function isWired(stage: Stage, { bucket, region }: Place): Promise<boolean> {
  try {
    const { QueueConfigurations: entries = [], EventBridgeConfiguration: bus } = await stage
      .s3(region)
      .send(new GetBucketNotificationConfigurationCommand({ Bucket: bucket }));
    return entries.length > 0 || bus !== undefined;
  } catch (error) {
    if (error instanceof S3ServiceException) return false;
    throw error;
  }
}

async function uploadAll(stage: Stage, { bucket, region }: Place, uploads: readonly Rehearsed[]): Promise<void> {
  for (const { fault, ...object } of uploads) {
    if (fault !== undefined) await plant(stage, { bucket, key: object.key, ...fault });
    await upload(stage.s3(region), bucket, object);
  }
}
