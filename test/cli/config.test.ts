import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configCommand } from '../../src/cli/config.ts';
import type { ExitCode, Io } from '../../src/cli/io.ts';
import type { Services } from '../../src/cli/services.ts';
import type { WriteMeasurement } from '../../src/model/measurements.ts';

interface Run {
  readonly code: ExitCode | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

let cwd: string;
let example: string;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'holdfast-'));
  example = await readFile(new URL('../../holdfast.example.yml', import.meta.url), 'utf8');
});

afterAll(async () => {
  await rm(cwd, { recursive: true });
});

async function run(
  args: readonly string[],
  files: Readonly<Record<string, string>>,
  services: Partial<Services> = {},
  env: Io['env'] = {},
): Promise<Run> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text);
  const written = { stdout: '', stderr: '' };
  let code: ExitCode | undefined;
  const io: Io = {
    stdout: { isTerminal: false, write: (text) => void (written.stdout += text) },
    stderr: { isTerminal: false, write: (text) => void (written.stderr += text) },
    stdin: Readable.from([]),
    env,
    cwd,
    signal: AbortSignal.timeout(10_000),
    exit: (given) => {
      code = given;
    },
  };
  await configCommand(io, () => services as Services).parseAsync(args, { from: 'user' });
  return { code, ...written };
}

describe('holdfast config check', () => {
  it('takes the configuration that the environment names', async () => {
    const { code, stdout } = await run(['check'], { 'z.yml': 'version: 1' }, {}, { HOLDFAST_CONFIG: 'z.yml' });
    expect([code, stdout]).toEqual([0, 'z.yml: 0 pairs, 0 buckets in 0 Regions, 0 access points, 0 verify rules\n']);
  });

  it('sums up a good configuration', async () => {
    expect(await run(['check'], { 'holdfast.yml': example })).toEqual({
      code: 0,
      stdout: 'holdfast.yml: 2 pairs, 3 buckets in 2 Regions, 1 access point, 3 verify rules\n',
      stderr: '',
    });
  });

  it('lists every problem of a bad one', async () => {
    expect(await run(['check', 'x.yml'], { 'x.yml': 'version: 2\npair: {}' })).toEqual({
      code: 2,
      stdout:
        'x.yml: line 1, column 10: version: expected 1, got the number 2\n' +
        'x.yml: line 2, column 7: pair: unknown name; did you mean `pairs`?\n' +
        'x.yml: 2 problems\n',
      stderr: '',
    });
  });

  it('writes NDJSON with --json', async () => {
    const { code, stdout } = await run(['check', '--json', 'x.yml'], { 'x.yml': 'version: 1\npair: {}' });
    expect(code).toBe(2);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    ).toEqual([
      {
        kind: 'problem',
        file: 'x.yml',
        path: 'pair',
        line: 2,
        column: 7,
        message: 'unknown name',
        fix: 'did you mean `pairs`?',
      },
      { kind: 'summary', file: 'x.yml', valid: false, problems: 1 },
    ]);
    const good = await run(['check', '--json', 'x.yml'], { 'x.yml': 'version: 1' });
    expect(good).toEqual({
      code: 0,
      stdout: '{"kind":"summary","file":"x.yml","valid":true,"problems":0}\n',
      stderr: '',
    });
  });

  it('says that a file cannot be read', async () => {
    const { code, stdout, stderr } = await run(['check', 'none.yml'], {});
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^none\.yml cannot be read: ENOENT/);
  });
});

describe('holdfast config schema', () => {
  it('prints the JSON Schema', async () => {
    const { code, stdout } = await run(['schema'], {});
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ title: 'Holdfast configuration', required: ['version'] });
  });
});

describe('the price of a configuration', () => {
  const clock = { now: () => new Date('2026-11-02T00:00:00Z') };

  interface PriceLine {
    readonly kind: string;
    readonly total: number;
    readonly pairs: readonly { readonly pair: string; readonly versionsPerSecond: number; readonly basis: string }[];
    readonly cheaper: readonly { readonly policy: string; readonly total: number }[];
  }

  function priceIn({ stdout }: Run): PriceLine {
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as PriceLine);
    return lines.find(({ kind }) => kind === 'price') as PriceLine;
  }

  function metered(rates: Readonly<Record<string, WriteMeasurement>>): Partial<Services> {
    return { clock, writes: { read: async ({ bucket }) => rates[bucket] } };
  }

  it('is a table, with the cheaper policies beside it', async () => {
    const args = ['check', '--writes-per-second', '50', '--object-size', '256KiB', '--kms-share', '0.8'];
    const { code, stdout } = await run(args, { 'holdfast.yml': example });
    expect(code).toBe(0);
    expect(stdout).toContain(
      '  orders: 50 versions/s of 256 KiB, 80 % of them SSE-KMS without a bucket key (as given); evidence: computed-checksum, followUp: every\n',
    );
    expect(stdout).toMatch(
      /as configured +followUp: sampled +followUp: failures-only +evidence: stored-checksum +evidence: etag\n/,
    );
    expect(stdout).toMatch(/^ {2}KMS +1,910\.29 +1,008\.56 +948\.45 +1,279\.57 +2\.37$/m);
    expect(stdout).toMatch(/^ {2}total +7,394\.73 /m);
  });

  it('is one JSON object with --json, and the sum of its items', async () => {
    const ended = await run(['check', '--writes-per-second', '1', '--json'], { 'holdfast.yml': example });
    const { total, cheaper, ...price } = priceIn(ended);
    const { items } = price as unknown as { items: Readonly<Record<string, number>> };
    expect(total).toBeCloseTo(Object.values(items).reduce((sum, usd) => sum + usd, 0));
    expect(cheaper.map(({ policy }) => policy)).toContain('followUp: sampled');
    expect(cheaper.every((policy) => policy.total < total)).toBe(true);
    expect(ended.stdout.split('\n').map((line) => (line === '' ? '' : (JSON.parse(line) as PriceLine).kind))).toEqual([
      'price',
      'summary',
      '',
    ]);
  });

  it('is measured: requests of both sides of a two-way pair, or the growth of the source', async () => {
    const requests = metered({
      'orders-use1': { versionsPerSecond: 3, sizeBytes: 1_000, basis: 'request-metrics' },
      'orders-euw1': { versionsPerSecond: 2, basis: 'request-metrics' },
      'archive-use1': { versionsPerSecond: 0.25, basis: 'object-count' },
    });
    const measured = await run(['check', '--measure', '--json'], { 'holdfast.yml': example }, requests);
    expect(measured.code).toBe(0);
    expect(priceIn(measured).pairs).toMatchObject([
      { pair: 'orders', versionsPerSecond: 5, sizeBytes: 1_000, basis: 'request-metrics' },
      { pair: 'archive', versionsPerSecond: 0.25, sizeBytes: 1_048_576, basis: 'object-count' },
    ]);
    const growth = metered({
      'orders-use1': { versionsPerSecond: 3, basis: 'object-count' },
      'orders-euw1': { versionsPerSecond: 3, basis: 'object-count' },
    });
    const grown = await run(
      ['check', '--measure', '--object-size', '7B', '--json'],
      { 'holdfast.yml': example },
      growth,
    );
    expect(priceIn(grown).pairs[0]).toMatchObject({ versionsPerSecond: 3, sizeBytes: 7, basis: 'object-count' });
  });

  it('is not made up where nothing is known of the writes', async () => {
    const { code, stdout } = await run(['check', '--measure'], { 'holdfast.yml': example }, metered({}));
    expect(code).toBe(2);
    expect(stdout).toContain('NOT KNOWN, priced as none');
  });

  it('is not asked of a configuration that is wrong', async () => {
    const { code, stdout } = await run(['check', '--writes-per-second', '1', 'x.yml'], { 'x.yml': 'version: 2' });
    expect([code, stdout]).toEqual([2, expect.not.stringContaining('Standing monitor')]);
  });
});
