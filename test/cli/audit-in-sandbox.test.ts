import { PutObjectCommand } from '@aws-sdk/client-s3';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect } from '../../src/cli/connect.ts';
import type { Services } from '../../src/cli/services.ts';
import { type AuditedPair, createAuditedPair, findingsOf } from './audited-pair.ts';
import { createInventories } from './deliver-inventory.ts';
import { type Ended, holdfast, linesOf } from './fake-run.ts';
import { writeLive } from './live-writes.ts';
import { DESTINATION, SOURCE } from './pair-stage.ts';
import { hasRclone, rcloneCheck } from './rclone-check.ts';
import { type Killed, runAndKill } from './run-and-kill.ts';

/** Beside the 40 that are planted. With their versions and markers enough for several shards. */
const HEALTHY = Number(process.env['HOLDFAST_AUDIT_OBJECTS'] ?? 2_000);

/** How often a process is killed before one is let to its end. */
const KILLS = Number(process.env['HOLDFAST_AUDIT_KILLS'] ?? 2);

/** Each of them is looked at while it is on its way, which takes most of the time. */
const LIVE = { perSecond: process.env['HOLDFAST_AUDIT_OBJECTS'] === undefined ? 100 : 1_000, among: HEALTHY };

/** Less time between two looks at a difference leaves more to be told apart from what is on its way. */
const SOON = ['--gap', '1s'] as const;

/** Of one step, in milliseconds. */
const PATIENCE_MS = 90_000 + 30 * HEALTHY;

let pair: AuditedPair;
let stage: AuditedPair['stage'];
let folder: string;

beforeAll(async () => {
  pair = await createAuditedPair(HEALTHY);
  ({ stage, folder } = pair);
  for (const [name, value] of Object.entries(pair.env)) vi.stubEnv(name, value);
}, PATIENCE_MS);

afterAll(async () => {
  vi.unstubAllEnvs();
  await pair.close();
});

async function run(args: readonly string[]): Promise<Ended> {
  return pair.run(args[0] === 'audit' ? [...args, ...SOON] : args, PATIENCE_MS);
}

describe('holdfast audit in the sandbox', () => {
  it('finds exactly what was planted, among live writes and lifecycle rules', { timeout: PATIENCE_MS }, async () => {
    expect(pair.planted.all.length).toBe(40);
    const writes = writeLive(stage, LIVE);
    const ended = await run(['audit', 'orders', '--versions', '--json']);
    const written = await writes.end();
    expect(ended.stderr).not.toMatch(/^holdfast:/m);
    expect(findingsOf(ended)).toEqual(pair.planted.all);
    expect(ended.code).toBe(1);
    expect(written.count).toBeGreaterThan(20);
    tell({ written, summary: linesOf(ended).at(-1) });
  });

  it('finds the same by inventories that were taken while somebody wrote', { timeout: PATIENCE_MS }, async () => {
    const inventories = await createInventories(stage);
    const writes = writeLive(stage, LIVE);
    const manifests: string[] = [];
    for (const bucket of [SOURCE, DESTINATION] as const) {
      manifests.push(await inventories.deliver(bucket, bucket, { rows: await inventories.rowsOf(bucket) }));
    }
    const ended = await run(['audit', 'orders', '--versions', '--json', '--inventory', ...manifests]);
    const written = await writes.end();
    expect(ended.stderr).not.toMatch(/^holdfast:/m);
    expect(findingsOf(ended)).toEqual(pair.planted.all);
    expect(ended.code).toBe(1);
    expect(written.count).toBeGreaterThan(20);
    tell({ inventory: true, written, summary: linesOf(ended).at(-1) });
  });

  it('finds in current objects what readers of the destination get or miss', { timeout: PATIENCE_MS }, async () => {
    const ended = await run(['audit', 'orders', '--json']);
    expect(findingsOf(ended)).toEqual(pair.planted.current);
  });

  it('says the same, with the same root, however often it was killed', { timeout: PATIENCE_MS }, async () => {
    await frozen();
    const args = ['audit', 'orders', '--versions', '--ranges', '4', '--json'];
    const whole = await run([...args, '--out', 'whole']);
    const killable = {
      args: [...args, ...SOON, '--out', 'killed', '--config', stage.config],
      env: pair.env,
      cwd: folder,
      out: 'killed',
    };
    const kills: Killed[] = [];
    for (let count = 0; count < KILLS; count += 1) {
      const [moreShards, afterMs] = [1 + Math.floor(Math.random() * 3), Math.floor(Math.random() * 200)];
      kills.push(await runAndKill(killable, { moreShards, afterMs }));
    }
    const last = await runAndKill(killable);
    expect(kills.map(({ signal, stderr }) => signal ?? stderr)).toEqual(kills.map(() => 'SIGKILL'));
    expect(kills.at(-1)?.shards).toBeGreaterThan(0);
    expect(last).toMatchObject({ code: 1, signal: null });
    const [one, other] = [await reportOf('whole'), await reportOf('killed')];
    expect(other.findings).toEqual(one.findings);
    expect(other.findings.length).toBe(40);
    expect(other.root).toBe(one.root);
    expect(one.root).toMatch(/^[0-9a-f]{64}$/);
    expect(whole.code).toBe(1);
    tell({ kills: kills.map(({ shards }) => shards), shards: last.shards });
  });

  it('quotes within a tenth what an audit then takes', { timeout: PATIENCE_MS }, async () => {
    await frozen();
    const [quoted] = linesOf(await run(['audit', 'orders', '--versions', '--quote', '--json'])) as readonly Quote[];
    const sum = (what: RegExp): number =>
      (quoted?.lines ?? []).filter((line) => what.test(line.what)).reduce((total, { count }) => total + count, 0);
    const [lists, looks] = [sum(/^(list|cut) /), sum(/^look at /)];
    const versions = Number(quoted?.lines.map(({ what }) => /^look at (\d+) /.exec(what)?.[1]).find(Boolean));
    const before = requestsOf();
    const ended = await run(['audit', 'orders', '--versions', '--json']);
    expect(linesOf(ended).at(-1)).toMatchObject({ source: { versions: quoted?.versions, bytes: quoted?.bytes } });
    const taken = requestsOf().map((count, index) => count - (before[index] ?? 0));
    // What is found is looked at once more: the quote prices that apart.
    const found = findingsOf(ended).length;
    const expected = [lists, Math.round(looks * (1 + found / versions))];
    tell({ quoted: { lists, looks, versions }, expected, taken });
    for (const [index, count] of taken.entries()) {
      expect(Math.abs(count - (expected[index] ?? 0))).toBeLessThanOrEqual(count / 10);
    }
  });

  it('reads damaged bytes that no listing shows, and proves the rest', { timeout: PATIENCE_MS }, async () => {
    await stage.cloud.s3.corrupt({ bucket: 'orders-euw1', key: 'data/000007' }, { kind: 'flip', offset: 3 });
    const args = ['audit', 'orders', '--content', 'all', '--prefix', 'data/00000', '--out', 'content'];
    const ended = await run([...args, '--json']);
    expect(findingsOf(ended)).toContain('violated content-differs-from-checksum data/000007');
    expect(linesOf(ended).at(-1)).toMatchObject({ complete: true, read: { versions: 19 }, verdicts: { violated: 2 } });
    const proof = await holdfast(['verify-report', 'content/report.ndjson'], { cwd: folder });
    expect(proof).toMatchObject({ code: 0, stdout: expect.stringContaining('The report is whole.') });
    const again = await run(args);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('holds a finished audit') });
  });

  it('stops at its budget, says so, and goes on with the same command', { timeout: PATIENCE_MS }, async () => {
    const args = ['audit', 'orders', '--versions', '--prefix', 'missing/', '--out', 'budget'];
    const stopped = await run([...args, '--budget', '0.00001']);
    expect(stopped).toMatchObject({ code: 2, stdout: expect.stringContaining('the budget is used up') });
    const resumed = await run([...args, '--json']);
    expect(linesOf(resumed).at(-1)).toMatchObject({ complete: true, verdicts: { violated: 6 } });
  });

  it('refuses to call it an audit where everything differs', { timeout: PATIENCE_MS }, async () => {
    const ended = await run(['audit', 'orders', '--versions', '--prefix', 'm', '--ceiling', '5']);
    expect(ended).toMatchObject({ code: 2, stdout: expect.stringContaining('are these the right buckets?') });
  });
});

describe('holdfast compare in the sandbox', () => {
  const compare = async (args: readonly string[]): Promise<Ended> => {
    const env = { AWS_ENDPOINT_URL: stage.cloud.url };
    return holdfast(['compare', ...args], { env, cwd: folder, connect: (place): Services => connect(place, { env }) });
  };

  it.each([
    ['equal objects', 'hostile', 0, ['alike']],
    ['one that is hidden or missing', 'missing/', 1, ['onlyA']],
    ['what somebody else wrote', 'overwritten/', 1, ['different']],
    ['what is left of a deleted object', 'gone/', 1, ['onlyB']],
  ])('tells %s', { timeout: 30_000 }, async (_, prefix, code, counted) => {
    const ended = await compare([`s3://orders-use1/${prefix}`, `s3://orders-euw1/${prefix}`, '--json']);
    expect(ended.code).toBe(code);
    const summary = Object.entries(linesOf(ended).at(-1) as Readonly<Record<string, unknown>>);
    expect(summary.filter(([, count]) => typeof count === 'number' && count > 0).map(([name]) => name)).toEqual(
      counted,
    );
  });

  it.skipIf(!hasRclone())('agrees with rclone check, and knows more', { timeout: PATIENCE_MS }, async () => {
    await frozen();
    const theirs = await rcloneCheck(stage, '');
    const ended = await compare(['s3://orders-use1', 's3://orders-euw1', '--json']);
    const outcomes = linesOf(ended) as readonly { readonly kind: string; readonly entry?: { readonly key: string } }[];
    const keysOf = (kind: string): readonly string[] =>
      outcomes.filter((each) => each.kind === kind).flatMap(({ entry }) => (entry === undefined ? [] : [entry.key]));
    expect(ended.code).toBe(1);
    // Names that end in a slash are folders to rclone, and it shows control characters as pictures.
    const isPlain = (key: string): boolean => !key.includes('//') && !key.includes('%41');
    expect(theirs.onlySource.filter(isPlain)).toEqual(keysOf('only-a').filter(isPlain).toSorted());
    expect(theirs.onlyDestination).toEqual(keysOf('only-b').toSorted());
    // Two ETags under SSE-KMS always differ, which says nothing: rclone takes them for MD5s.
    const encrypted = theirs.different.filter((key) => /^kms-|63$/.test(key));
    expect(encrypted.length).toBeGreaterThan(5);
    expect(theirs.different.filter((key) => !encrypted.includes(key))).toEqual(keysOf('different').toSorted());
    // Where no hash is common rclone is content with equal sizes.
    expect(keysOf('unknown').toSorted()).toEqual(['null-content/ +%2B é～😀&<>"\'', 'null-unknown/000000']);
    expect([...theirs.onlySource, ...theirs.different].filter((key) => keysOf('unknown').includes(key))).toEqual([]);
  });

  it('compares a folder with a bucket by what S3 recorded, and by the bytes', { timeout: 30_000 }, async () => {
    const local = join(folder, 'local');
    await mkdir(join(local, 'sub ～😀'), { recursive: true });
    const { s3 } = stage.sdk;
    const write = async (key: string, there: string, here?: string): Promise<void> => {
      await s3('us-east-1').send(new PutObjectCommand({ Bucket: 'orders-use1', Key: `local/${key}`, Body: there }));
      if (here !== undefined) await writeFile(join(local, key), here);
    };
    await write('a', 'same', 'same');
    await write('b', 'this', 'that');
    await write('sub ～😀/c', 'same', 'same');
    await write('d', 'there');
    const [recorded, read] = [[], ['--content']] as const;
    for (const options of [recorded, read]) {
      const ended = await compare([local, 's3://orders-use1/local/', '--json', ...options]);
      const summary = { alike: 0, looked: 2, onlyA: 0, onlyB: 1, different: 1, unknown: 0 };
      expect(linesOf(ended).at(-1)).toEqual({ kind: 'summary', ...summary });
      expect(ended.code).toBe(1);
    }
    const people = await compare([local, 's3://orders-use1/local/']);
    expect(people.stdout).toContain('different    b  (checksum)');
    expect(people.stdout).toContain('only in B    d');
  });
});

interface Quote {
  readonly versions: number;
  readonly bytes: number;
  readonly lines: readonly { readonly what: string; readonly count: number }[];
}

/** What the sandbox was asked for: pages of listings, and everything about single objects. */
function requestsOf(): readonly [lists: number, looks: number] {
  const asked = stage.cloud.requests().filter(({ service }) => service === 's3');
  const count = (what: RegExp): number =>
    asked.filter(({ operation }) => what.test(operation)).reduce((sum, each) => sum + each.count, 0);
  return [count(/^ListObject/), count(/^(Head|Get)Object/)];
}

/** Nothing is under way any more but what is a month late. */
async function frozen(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) {
    await stage.cloud.clock.advance(10_000);
    await setTimeout(100);
  }
}

/** What a report says, shards and times left out. */
async function reportOf(out: string): Promise<{ readonly findings: readonly string[]; readonly root: string }> {
  const [report, summary] = await Promise.all(
    ['report.ndjson', 'summary.json'].map(async (name) => readFile(join(folder, out, name), 'utf8')),
  );
  const lines = (report ?? '').split('\n').filter((line) => line.startsWith('{"kind":"finding"'));
  const { root } = JSON.parse(summary ?? '') as { readonly root: string };
  return { findings: lines.toSorted(), root };
}

/** Figures of a large run, for whoever asked for one. */
function tell(figures: object): void {
  if (process.env['HOLDFAST_AUDIT_OBJECTS'] !== undefined) process.stderr.write(`${JSON.stringify(figures)}\n`);
}
