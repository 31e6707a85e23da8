import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect } from '../../src/cli/connect.ts';
import type { Services } from '../../src/cli/services.ts';
import { findingsOf } from './audited-pair.ts';
import { type Ended, holdfast, linesOf } from './fake-run.ts';
import {
  type BucketName,
  createPairStage,
  DESTINATION,
  HOME,
  type Kind,
  type PairStage,
  SOURCE,
} from './pair-stage.ts';
import { createPlantedSide } from './planted-side.ts';

const HOUR_MS = 3_600_000;
const JOB_PLACES = ['s3://ops-us/cc', 's3://ops-eu/cc'];
const PATIENCE = { timeout: 60_000 };

let stage: PairStage;
let folder: string;

async function open(kind: Kind): Promise<void> {
  stage = await createPairStage(kind);
  folder = await mkdtemp(join(tmpdir(), 'holdfast-'));
  const { accessKeyId, secretAccessKey } = stage.endpoint.credentials;
  vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey);
}

async function close(): Promise<void> {
  vi.unstubAllEnvs();
  await stage.close();
  await rm(folder, { recursive: true });
}

async function run(...args: readonly string[]): Promise<Ended> {
  const { clock, url } = stage.cloud;
  const env = { AWS_ENDPOINT_URL: url };
  return holdfast(['audit', 'orders', '--config', stage.config, ...args], {
    env,
    cwd: folder,
    connect: (place): Services => ({
      ...connect(place, { env }),
      clock: { now: () => new Date(clock.now()) },
      wait: async (ms) => clock.advance(ms),
    }),
  });
}

async function put(bucket: BucketName, key: string, more: object = {}): Promise<void> {
  await stage.sdk
    .s3(HOME[bucket])
    .send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: `${key} of ${bucket}`, ...more }));
}

async function settle(): Promise<void> {
  for (let round = 0; round < 5; round += 1) {
    await stage.cloud.clock.advance(1_000);
    await stage.cloud.idle();
  }
}

const damage = async (bucket: BucketName, key: string): Promise<unknown> =>
  stage.cloud.s3.corrupt({ bucket, key }, { kind: 'flip', offset: 3 });

/** The first run that ends with a summary: what a job reads it reads in real time. */
async function ending(ask: () => Promise<Ended>): Promise<Ended> {
  for (let round = 0; round < 50; round += 1) {
    await settle();
    const ended = await ask();
    if ((linesOf(ended).at(-1) as { kind: string }).kind === 'summary') return ended;
  }
  throw new Error('the jobs do not end');
}

interface Summary {
  readonly read: { readonly versions: number };
  readonly expected: Readonly<Record<string, number>>;
  readonly complete: boolean;
}

const summaryOf = (ended: Ended): Summary => linesOf(ended).at(-1) as Summary;

describe('the bytes of a pair under KMS keys', () => {
  beforeAll(async () => {
    await open('kms');
    const { s3 } = stage.sdk;
    await s3('us-east-1').send(new CreateBucketCommand({ Bucket: 'ops-us' }));
    await s3('eu-west-1').send(
      new CreateBucketCommand({ Bucket: 'ops-eu', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
    );
    const source = createPlantedSide(stage, SOURCE);
    await source.put('a plain+é 😀');
    await source.put('kms', { kms: true });
    await source.put('rotten');
    await source.upload('parts');
    await source.put('cold');
    await settle();
    // Lifecycle rules of both buckets moved it: what is written to an archive class is not replicated.
    const change = { storageClass: 'DEEP_ARCHIVE' };
    for (const bucket of [SOURCE, DESTINATION])
      await stage.cloud.s3.corrupt({ bucket, key: 'cold' }, { kind: 'drift', change });
  }, 60_000);
  afterAll(close);

  it('are read by S3 in jobs: shown, created, and judged when they are complete', PATIENCE, async () => {
    const asked = ['--versions', '--content', 'all', '--by', 'compute-checksum', '--out', 'rest'];
    const shown = await run(...asked, '--job-reports', ...JOB_PLACES);
    expect(shown).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(/job for orders-use1 +1 jobs +\$0\.2500/),
      stderr: expect.stringContaining('Nothing is created without --yes.'),
    });
    expect(shown.stderr).toContain('batchoperations.s3.amazonaws.com');

    const role = ['--job-role', `arn:aws:iam::${stage.cloud.account}:role/checksums`];
    const created = await run(...asked, ...role, '--job-reports', ...JOB_PLACES, '--yes');
    expect(created).toMatchObject({ code: 2, stdout: expect.stringMatching(/^job \S+ in us-east-1 reads 5 versions/) });

    await damage(DESTINATION, 'rotten');
    await damage(SOURCE, 'cold');
    const early = await run(...asked, '--json');
    expect(early.code).toBe(2);
    expect(linesOf(early)).toMatchObject([
      { kind: 'job', state: expect.stringMatching(/^New|^Prep/) },
      { kind: 'job' },
    ]);
    await put(SOURCE, 'later');
    const ended = await ending(async () => run(...asked, '--json'));
    expect(findingsOf(ended)).toEqual([
      'violated content-differs-from-checksum cold',
      'violated content-differs-from-checksum rotten',
      'violated content-differs-from-etag rotten',
    ]);
    expect(linesOf(ended).filter((line) => (line as { code?: string }).code !== undefined)).toMatchObject([
      // What is archived only S3 can read.
      { object: { bucket: SOURCE, key: 'cold' }, basis: 'at-rest-checksum', proves: 'stored', severity: 'critical' },
      // Of everything else we are the second witness.
      { object: { bucket: DESTINATION, key: 'rotten' }, basis: 'computed-checksum' },
      { object: { bucket: DESTINATION, key: 'rotten' }, basis: 'computed-checksum' },
    ]);
    expect(summaryOf(ended)).toMatchObject({
      complete: true,
      read: { versions: 8 },
      expected: { 'not-in-the-job': 2 },
    });
    expect(ended.code).toBe(1);
  });

  it('are not asked of S3 for more than the budget', PATIENCE, async () => {
    const role = ['--job-role', `arn:aws:iam::${stage.cloud.account}:role/checksums`];
    const asked = ['--content', 'all', '--by', 'compute-checksum', '--out', 'dear', '--yes', '--budget', '0.1'];
    const ended = await run(...asked, ...role, '--job-reports', ...JOB_PLACES);
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('none is created') });
    await expect(readFile(join(folder, 'dear', 'jobs.json'))).rejects.toThrow('ENOENT');
  });

  it.each([
    [['--content', 'all'], '--out'],
    [['--out', 'x'], '--content'],
    [['--content', 'all', '--out', 'x', '--yes'], '--job-role'],
  ])('are not asked of S3 with %j alone', PATIENCE, async (args, missing) => {
    const ended = await run('--by', 'compute-checksum', ...args);
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining(missing) });
  });

  it('are read by us, and restored first where somebody pays for it', PATIENCE, async () => {
    const asked = ['--versions', '--content', 'all', '--json'];
    const rotten = ['violated content-differs-from-checksum rotten', 'violated content-differs-from-etag rotten'];
    const cold = rotten.map((line) => line.replace('rotten', 'cold'));
    const counted = await run(...asked);
    expect(findingsOf(counted)).toEqual(rotten);
    expect(summaryOf(counted)).toMatchObject({ expected: { archived: 1 }, read: { versions: 9 } });

    const poor = await run(...asked, '--restore-budget', '0');
    expect(summaryOf(poor).expected).toEqual({ archived: 2 });
    const restore = [...asked, '--restore-budget', '0.5', '--restore-days', '2'];
    expect(summaryOf(await run(...restore)).expected).toEqual({ 'restore-asked': 2 });
    expect(summaryOf(await run(...restore)).expected).toEqual({ restoring: 2 });
    await stage.cloud.clock.advance(13 * HOUR_MS);
    const restored = await run(...restore);
    expect(findingsOf(restored)).toEqual([...cold, ...rotten].toSorted());
    expect(summaryOf(restored)).toMatchObject({ expected: {}, read: { versions: 10 } });
  });

  it('are read again as often as the rule of their prefix asks', PATIENCE, async () => {
    const rules = [
      'verify:',
      `  - { prefix: 's3://${SOURCE}/', every: 100d }`,
      `  - { prefix: 's3://${SOURCE}/rot', every: 1d }`,
      '',
    ];
    const config = join(folder, 'aged.yml');
    await writeFile(config, `${await readFile(stage.config, 'utf8')}${rules.join('\n')}`);
    const told = await run('--content', 'age', '--prefix', 'none', '--config', config);
    expect(told.stdout).toMatch(
      /proof +of every version again within 90d\n.+under s3:\/\/orders-use1\/ within 100d\n.+rot within 1d/,
    );
    const found = [];
    for (let day = 0; day < 2; day += 1) {
      const ended = await run('--content', 'age', '--json', '--prefix', 'rot', '--config', config);
      found.push(...findingsOf(ended));
      await stage.cloud.clock.advance(24 * HOUR_MS);
    }
    expect(found.filter((line) => line.includes('checksum'))).toHaveLength(2);
  });
});

describe('the bytes of a pair that replicates both ways', () => {
  beforeAll(async () => {
    await open('two-way');
    await put(SOURCE, 'from here');
    await put(DESTINATION, 'from there');
    await settle();
  }, 60_000);
  afterAll(close);

  it('are read on both sides, wherever they were written', PATIENCE, async () => {
    await damage(SOURCE, 'from there');
    const ended = await run('--versions', '--content', 'all', '--json');
    expect(findingsOf(ended)).toContain('violated content-differs-from-checksum from there');
    expect(summaryOf(ended)).toMatchObject({ read: { versions: 3 } });
  });

  it('are read where the versions only have the same content', PATIENCE, async () => {
    const config = join(folder, 'seeded.yml');
    await writeFile(config, (await readFile(stage.config, 'utf8')).replace('twoWay: true', 'match: content'));
    await stage.sdk.s3(HOME[SOURCE]).send(new PutObjectCommand({ Bucket: SOURCE, Key: 'seeded', Body: 'same' }));
    await stage.sdk
      .s3(HOME[DESTINATION])
      .send(new PutObjectCommand({ Bucket: DESTINATION, Key: 'seeded', Body: 'same' }));
    await settle();
    await damage(DESTINATION, 'seeded');
    const ended = await run('--content', 'all', '--prefix', 'seeded', '--json', '--config', config);
    expect(findingsOf(ended)).toContain('violated content-differs-from-checksum seeded');
  });
});
