import { DeleteObjectsCommand, HeadObjectCommand, type LifecycleRule } from '@aws-sdk/client-s3';
import { createDirectWrites } from './direct-writes.ts';
import { DESTINATION, HOME, ABORT, type PairStage, SOURCE } from './pair-stage.ts';
import { PLANTED, type PlantedKind, type PlantedPair } from './planted-differences.ts';
import { createPlantedSide } from './planted-side.ts';

const DAY_MS = 24 * 3_600_000;

/** How long planting takes in the time of the sandbox, at most: begun so much before now, it ends some minutes before now. */
export const PLANTING_MS: number = 4 * DAY_MS + 3_600_000;
const SPARE_MS = 120_000;

/** Keys that something usually goes wrong with; each kind begins with the first. */
const NAMES = ['000000', ' +%2B é～😀&<>"\'', '1024', 'a//b/./c/', '%41\u0001', '😀'] as const;

/** What an audit has to find. */
export interface Expected {
  /** As `<verdict> <code> <key>`, sorted. */
  readonly all: readonly string[];
  /** Those of current objects. */
  readonly current: readonly string[];
}

/** Runs so many at once. */
async function inGroups<T>(all: readonly T[], size: number, run: (one: T) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < all.length; from += size) {
    await Promise.all(all.slice(from, from + size).map(async (one) => run(one)));
  }
}

function nameOf(prefix: string, index: number): string {
  const name = NAMES[index % NAMES.length] ?? '';
  return name === '1024' ? `${prefix}/`.padEnd(1_024, 'x') : `${prefix}/${name}`;
}

interface Planned extends PlantedKind {
  readonly keys: readonly string[];
}

/**
 * Fills a pair, lets four days pass under lifecycle rules that run, and plants what `PLANTED` lists. The pair must have keys for KMS, and
 * its clock must be `PLANTING_MS` behind. Beside that it has so many healthy objects, one in a hundred of them under KMS, some thousand delete markers
 * each two of them, and what lifecycle rules of one side each have hidden.
 */
export async function plantDifferences(stage: PairStage, healthy: number): Promise<Expected> {
  const { cloud } = stage;
  const source = createPlantedSide(stage, SOURCE);
  const pair: PlantedPair = { source, replica: createPlantedSide(stage, DESTINATION), ids: new Map() };
  const kinds = PLANTED.map((kind) => ({
    ...kind,
    keys: Array.from({ length: kind.count }, (_, index) => nameOf(kind.prefix, index)),
  }));
  const settle = async (): Promise<void> => {
    await cloud.clock.advance(60_000);
    await cloud.idle();
  };
  const write = async (when: PlantedKind['when']): Promise<void> => {
    for (const kind of kinds.filter((each) => each.when === when)) {
      const one = kind.write ?? (async (_: PlantedPair, key: string) => source.put(key));
      for (const [index, key] of kind.keys.entries()) await one(pair, key, index);
    }
  };
  const change = async (what: 'spoil' | 'undo'): Promise<void> => {
    for (const kind of kinds) for (const key of kind.keys) await kind[what]?.(pair, key);
    await settle();
  };

  await stage.ownedByWriters();
  await stage.replicate(SOURCE, { Status: 'Disabled' });
  await stage.withoutVersions(async () => write('no-versions'));
  await write('no-rule');
  await stage.replicate(SOURCE);
  await fill(stage, pair, healthy);
  await write(undefined);
  await settle();
  cloud.faults.plant({ kind: 'fail-replication', key: 'failed/*', reason: 'DstPutObjectNotPermitted' });
  cloud.faults.plant({ kind: 'lose-replica', key: 'lost/*' });
  await write('faults');
  await settle();
  await stage.lifecycle(SOURCE, [ABORT, expire('tmp/')]);
  await stage.lifecycle(DESTINATION, [ABORT, expire('logs/')]);
  await cloud.clock.advance(2 * DAY_MS);
  await settle();
  await tellTheTime(stage);
  await change('spoil');
  await change('undo');
  // Last, because S3 is never idle again: what should take seconds takes a month.
  cloud.faults.plant({ kind: 'delay-replication', key: 'late/*', delayMs: 30 * DAY_MS });
  await write('late');
  await cloud.clock.advance(2 * DAY_MS);
  await cloud.clock.advance(Math.max(0, Date.now() - SPARE_MS - cloud.clock.now()));
  await tellTheTime(stage);
  return { all: linesOf(kinds), current: linesOf(kinds.filter(({ versionsOnly }) => versionsOnly !== true)) };
}

/** The first answer tells a client what time it is. */
async function tellTheTime({ sdk }: PairStage): Promise<void> {
  for (const Bucket of [SOURCE, DESTINATION] as const) {
    const look = new HeadObjectCommand({ Bucket, Key: 'data/000000' });
    await sdk
      .s3(HOME[Bucket])
      .send(look)
      .catch(() => undefined);
  }
}

/** What is as it should be. */
async function fill(stage: PairStage, { source }: PlantedPair, healthy: number): Promise<void> {
  const at = { bucket: SOURCE, region: HOME[SOURCE] };
  const direct = createDirectWrites(stage.cloud, at);
  const keys = Array.from({ length: healthy }, (_, index) => `data/${String(index).padStart(6, '0')}`);
  await inGroups(keys, 64, async (key) => (key.endsWith('63') ? source.put(key, { kms: true }) : direct.put(key, key)));
  for (const [index] of NAMES.entries()) await source.put(nameOf('hostile', index));
  await source.upload('in-parts');
  // Lifecycle rules of one side each hide what they are told to, and nothing of that is replicated.
  for (let index = 0; index < 5; index += 1)
    for (const prefix of ['logs', 'tmp']) await source.put(`${prefix}/${index}`);
  const hidden = Array.from({ length: Math.min(3_000, Math.ceil(1.5 * healthy)) }, (_, index) => `deleted/${index}`);
  for (let from = 0; from < hidden.length; from += 1_000) {
    const Objects = hidden.slice(from, from + 1_000).map((Key) => ({ Key }));
    await stage.sdk.s3(at.region).send(new DeleteObjectsCommand({ Bucket: SOURCE, Delete: { Objects, Quiet: true } }));
  }
}

function expire(prefix: string): LifecycleRule {
  return { ID: prefix, Status: 'Enabled', Filter: { Prefix: prefix }, Expiration: { Days: 1 } };
}

function linesOf(kinds: readonly Planned[]): readonly string[] {
  return kinds.flatMap(({ verdict, code, keys }) => keys.map((key) => `${verdict} ${code} ${key}`)).toSorted();
}
