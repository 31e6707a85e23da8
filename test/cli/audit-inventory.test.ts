import { DeleteObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect } from '../../src/cli/connect.ts';
import type { Services } from '../../src/cli/services.ts';
import type { ReplicationMeasurements } from '../../src/model/measurements.ts';
import { createInventories, INVENTORY_SCHEMA as SCHEMA, type Inventories } from './deliver-inventory.ts';
import { type Ended, holdfast, linesOf } from './fake-run.ts';
import { createPairStage, DESTINATION, HOME, type PairStage, SOURCE } from './pair-stage.ts';

const REGION = HOME[SOURCE];
const LOST = 'a b+é😀/"lost",%';
const KEYS = ['a', 'a b+é😀/kept', LOST, 'deleted', 'last', 'last'];

let stage: PairStage;
let inventories: Inventories;

beforeAll(async () => {
  stage = await createPairStage('one-way');
  vi.stubEnv('AWS_ACCESS_KEY_ID', stage.endpoint.credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', stage.endpoint.credentials.secretAccessKey);
  const [s3, copies] = [stage.sdk.s3(REGION), stage.sdk.s3(HOME[DESTINATION])];
  inventories = await createInventories(stage);
  await stage.replicate(SOURCE);
  for (const Key of KEYS) await s3.send(new PutObjectCommand({ Bucket: SOURCE, Key, Body: Key }));
  await s3.send(new DeleteObjectCommand({ Bucket: SOURCE, Key: 'deleted' }));
  await stage.cloud.clock.advance(60_000);
  await stage.cloud.idle();
  const { VersionId } = await s3.send(new HeadObjectCommand({ Bucket: SOURCE, Key: LOST }));
  await copies.send(new DeleteObjectCommand({ Bucket: DESTINATION, Key: LOST, VersionId }));
  await stage.cloud.clock.advance(2 * 24 * 3_600_000);
}, 120_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  await stage.close();
});

/** What was measured of the replication of the pair. */
let measured: ReplicationMeasurements = {};

async function audit(manifests: readonly string[], ...more: readonly string[]): Promise<Ended> {
  const env = { AWS_ENDPOINT_URL: stage.cloud.url };
  const args = ['audit', 'orders', '--json', '--inventory', ...manifests, ...more, '--config', stage.config];
  return holdfast(args, {
    env,
    signal: AbortSignal.timeout(60_000),
    connect: (place): Services => ({
      ...connect(place, { env }),
      stack: (name) => ({ ...connect(place, { env }).stack(name), meter: { read: async () => measured } }),
      clock: { now: () => new Date(stage.cloud.clock.now()) },
      wait: async (ms) => stage.cloud.clock.advance(ms),
    }),
  });
}

describe('an audit by inventories', () => {
  let here: readonly string[];
  let there: readonly string[];

  beforeAll(async () => {
    [here, there] = await Promise.all([inventories.rowsOf(SOURCE), inventories.rowsOf(DESTINATION)]);
  });

  it('finds exactly what is missing, and asks only about that', async () => {
    const manifests = [
      await inventories.deliver('here', SOURCE, { rows: here }),
      await inventories.deliver('there', DESTINATION, { rows: there }),
    ];
    const ended = await audit(manifests, '--versions');
    const findings = linesOf(ended)
      .map((line) => line as { kind: string; verdict: string; code: string; object: { key: string } })
      .filter(({ kind }) => kind === 'finding')
      .map(({ verdict, code, object }) => `${verdict} ${code} ${object.key}`);
    expect(findings).toEqual([`violated replica-missing ${LOST}`]);
    expect(ended.code).toBe(1);
    expect(linesOf(ended).at(-1)).toMatchObject({ complete: true, shards: { done: 1, all: 1 } });
  });

  it('looks again when replicas have had their time, as it was measured', async () => {
    measured = { lag: { p50Ms: 1_000, p90Ms: 2_000, p99Ms: 420_000, maxMs: 900_000, minutes: 60 } };
    const manifests = [
      await inventories.deliver('here', SOURCE, { rows: here }),
      await inventories.deliver('there', DESTINATION, { rows: there }),
    ];
    const begunAt = stage.cloud.clock.now();
    const ended = await audit(manifests, '--versions');
    measured = {};
    expect(ended.stderr).toContain('differences are looked at again after 7m, as replicas take');
    expect(stage.cloud.clock.now() - begunAt).toBeGreaterThanOrEqual(420_000);
    expect(ended.code).toBe(1);
  });

  it.each([
    ['a file was changed since', { md5: 'f11166069f1990abeb9c97ace9cdfabc' }, 'it was changed or is not complete'],
    ['the manifest was changed since', { checksum: 'f11166069f1990abeb9c97ace9cdfabc' }, 'manifest.json has the MD5'],
    ['only Athena reads it', { format: 'Parquet' }, 'is in Parquet, which Athena reads: see `holdfast sql`'],
    ['a field is missing', { schema: 'Bucket, Key, VersionId' }, 'has no size, lastmodifieddate, etag'],
    ['it lists other objects', { schema: SCHEMA.replace('VersionId', 'Owner') }, 'lists current objects only'],
  ])('is refused where %s', async (_, changes, message) => {
    const source = await inventories.deliver('wrong', SOURCE, { rows: here, ...changes });
    const ended = await audit([source, await inventories.deliver('there', DESTINATION, { rows: there })], '--versions');
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining(message) as string });
  });

  it('is refused where rows are in no order, as S3 may deliver them', async () => {
    const source = await inventories.deliver('unsorted', SOURCE, { rows: here.toReversed() });
    const ended = await audit([source, await inventories.deliver('there', DESTINATION, { rows: there })], '--versions');
    expect(ended.stderr).toContain('expected the keys of the source in the order of their UTF-8 bytes');
    expect(ended.code).toBe(2);
  });

  it('is refused without the inventory of a side, and for a part of it', async () => {
    const source = await inventories.deliver('here', SOURCE, { rows: here });
    expect(await audit([source], '--versions')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`there is no inventory of ${DESTINATION}`) as string,
    });
    expect((await audit([source], '--prefix', 'a')).stderr).toContain('--prefix cannot be used with --inventory');
    expect((await audit(['s3://b/x'])).stderr).toContain('manifest.json of an inventory');
  });
});
