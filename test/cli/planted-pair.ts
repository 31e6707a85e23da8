import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { setTimeout } from 'node:timers/promises';
import type { FindingCode } from '../../src/model/finding.ts';
import { ABORT, DESTINATION, HOME, type PairStage, SOURCE } from './pair-stage.ts';

const DAY_MS = 24 * 3_600_000;

/** What an audit has to find, as `<verdict> <code> <key>`. */
export type Expected = ReadonlySet<string>;

interface Side {
  readonly bucket: string;
  readonly s3: S3Client;
}

/** Runs so many at once. */
export async function inGroups<T>(all: readonly T[], size: number, run: (one: T) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < all.length; from += size) {
    await Promise.all(all.slice(from, from + size).map(async (one) => run(one)));
  }
}

function numbered(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}/${String(index).padStart(6, '0')}`);
}

/**
 * Fills a pair with healthy objects, lets two days pass under lifecycle rules that run, and plants 40 differences of ten kinds that
 * two listings of versions, and looks at what differs in them, can show.
 */
export async function plantDifferences(stage: PairStage, healthy: number): Promise<Expected> {
  const { cloud } = stage;
  const source: Side = { bucket: SOURCE, s3: stage.sdk.s3(HOME[SOURCE]) };
  const replica: Side = { bucket: DESTINATION, s3: stage.sdk.s3(HOME[DESTINATION]) };
  const expected = new Set<string>();
  const expect = (verdict: string, code: FindingCode, keys: readonly string[]): void => {
    for (const key of keys) expected.add(`${verdict} ${code} ${key}`);
  };
  const put = async ({ bucket, s3 }: Side, key: string, text = key): Promise<string> => {
    const { VersionId } = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text }));
    return VersionId ?? '';
  };
  const settle = async (): Promise<void> => {
    await cloud.clock.advance(60_000);
    await cloud.idle();
  };

  // Before there was a rule: S3 has never tried them.
  await stage.replicate(SOURCE, { Status: 'Disabled' });
  const early = numbered('early', 4);
  await inGroups(early, 8, async (key) => put(source, key));
  expect('unverifiable', 'replica-missing', early);
  await stage.replicate(SOURCE);

  await inGroups([...numbered('data', healthy), ...numbered('hostile/ +%é～😀&<', 4)], 32, async (key) =>
    put(source, key),
  );
  const missing = numbered('missing', 5);
  const hidden = numbered('hidden', 4);
  const overwritten = numbered('overwritten', 4);
  const moved = numbered('moved', 4);
  const revived = numbered('revived', 3);
  const gone = numbered('gone', 4);
  const old = numbered('old', 4);
  const lost = numbered('lost', 3);
  const oldIds = new Map<string, string>();
  for (const key of old) oldIds.set(key, await put(source, key, 'old'));
  for (const key of [...missing, ...hidden, ...overwritten, ...moved, ...revived, ...gone, ...old])
    await put(source, key);
  // Lifecycle rules of one side each hide what they are told to, and nothing of that is replicated.
  const expiring = [...numbered('logs', 5), ...numbered('tmp', 5)];
  for (const key of expiring) await put(source, key);
  await settle();

  const failed = numbered('failed', 3);
  cloud.faults.plant({ kind: 'fail-replication', key: 'failed/*', reason: 'DstPutObjectNotPermitted' });
  cloud.faults.plant({ kind: 'lose-replica', key: 'lost/*' });
  for (const key of [...failed, ...lost]) await put(source, key);
  await settle();
  const expire = (prefix: string) => ({
    ID: prefix,
    Status: 'Enabled' as const,
    Filter: { Prefix: prefix },
    Expiration: { Days: 1 },
  });
  await stage.lifecycle(SOURCE, [ABORT, expire('tmp/')]);
  await stage.lifecycle(DESTINATION, [ABORT, expire('logs/')]);
  await cloud.clock.advance(2 * DAY_MS);
  await settle();

  for (const key of missing) await removeCurrent(replica, key);
  expect('violated', 'replica-missing', [...missing, ...lost]);
  for (const key of hidden) await replica.s3.send(new DeleteObjectCommand({ Bucket: DESTINATION, Key: key }));
  expect('violated', 'delete-marker-differs', hidden);
  for (const key of overwritten) await put(replica, key, 'somebody else');
  expect('violated', 'versions-conflict', overwritten);
  for (const key of moved) {
    const change = { kind: 'drift', change: { storageClass: 'STANDARD_IA' } } as const;
    await cloud.s3.corrupt({ bucket: DESTINATION, key }, change);
  }
  expect('violated', 'replica-class-differs', moved);
  // A delete that is replicated and then undone at the source: its marker stays at the destination.
  for (const key of revived) await source.s3.send(new DeleteObjectCommand({ Bucket: SOURCE, Key: key }));
  await settle();
  for (const key of revived) await removeMarker(source, key);
  expect('violated', 'delete-marker-differs', revived);
  for (const key of gone) await removeCurrent(source, key);
  expect('unverifiable', 'source-version-gone', gone);
  for (const [key, VersionId] of oldIds) {
    await replica.s3.send(new DeleteObjectCommand({ Bucket: DESTINATION, Key: key, VersionId }));
  }
  expect('violated', 'replica-missing', old);
  expect('violated', 'replication-failed', failed);
  // Last, because S3 is never idle again: what should take seconds takes a month.
  cloud.faults.plant({ kind: 'delay-replication', key: 'late/*', delayMs: 30 * DAY_MS });
  const late = numbered('late', 2);
  for (const key of late) await put(source, key);
  await cloud.clock.advance(2 * DAY_MS);
  // The first answer tells a client what time it is.
  const look = new HeadObjectCommand({ Bucket: SOURCE, Key: 'data/000000' });
  await source.s3.send(look).catch(() => undefined);
  expect('violated', 'replica-overdue', late);
  return expected;
}

async function removeCurrent({ bucket, s3 }: Side, key: string): Promise<void> {
  const { VersionId } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId }));
}

async function removeMarker({ bucket, s3 }: Side, key: string): Promise<void> {
  // The 404 of a key whose current version is a marker names the marker.
  const error: unknown = await s3
    .send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    .then(() => undefined)
    .catch((cause: unknown) => cause);
  const VersionId = markerOf(error);
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId }));
}

function markerOf(error: unknown): string {
  const response = typeof error === 'object' && error !== null && '$response' in error ? error.$response : undefined;
  const headers =
    typeof response === 'object' && response !== null && 'headers' in response
      ? (response.headers as Readonly<Record<string, string>>)
      : {};
  return headers['x-amz-version-id'] ?? '';
}

/** Writes, overwrites and deletes as fast as it can until it is ended; resolves to how many. */
export function writeMeanwhile(stage: PairStage): { end(): Promise<number> } {
  const s3 = stage.sdk.s3(HOME[SOURCE]);
  let written = 0;
  const state = { ended: false };
  const work = async (worker: number): Promise<void> => {
    for (let index = 0; !state.ended; index += 1) {
      const Key = `data/live-${worker}-${index % 50}`;
      await s3.send(new PutObjectCommand({ Bucket: SOURCE, Key, Body: String(index) }));
      if (index % 7 === 0) await s3.send(new DeleteObjectCommand({ Bucket: SOURCE, Key }));
      written += 1;
      await setTimeout(10); // the sandbox and the audit share this process
    }
  };
  const workers = Promise.all([work(0), work(1)]);
  workers.catch(() => undefined); // awaited when it is ended
  return {
    async end() {
      state.ended = true;
      await workers;
      return written;
    },
  };
}
