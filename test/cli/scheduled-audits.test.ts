import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createClients } from '../../src/adapters/aws/clients.ts';
import { createDynamoDbAuditBook } from '../../src/adapters/aws/dynamodb-audit-book.ts';
import { systemClock } from '../../src/adapters/aws/system-clock.ts';
import { HoldfastError } from '../../src/errors.ts';
import type { Services } from '../../src/cli/services.ts';
import type { AuditRun } from '../../src/model/audit-run.ts';
import type { AuditConfig } from '../../src/model/config.ts';
import type { AuditBook } from '../../src/ports.ts';
import { type Cloud, createCloud } from '../../src/sandbox/cloud.ts';
import { anAudit, anAuditRun, aRunningAudit } from '../support/audits.ts';
import { createFakeAuditBook } from '../support/fake-audit-book.ts';
import { createFakeCloud } from '../support/fake-cloud.ts';
import { createSdkClients } from '../support/sdk-clients.ts';
import { aBucket, aPair, pairConfig } from '../support/pairs.ts';
import { createFakeServices, type Ended, holdfast, linesOf } from './fake-run.ts';

/** It is 2026-11-02T00:00:00Z in the world of these services. */
const NOW = Date.UTC(2026, 10, 2);
const ago = (minutes: number): Date => new Date(NOW - minutes * 60_000);

const PAIRS = [
  aPair({ name: 'orders', source: aBucket('orders-use1', 'us-east-1'), destinations: [aBucket('c', 'eu-west-1')] }),
  aPair({ name: 'photos', source: aBucket('photos-euw1', 'eu-west-1'), destinations: [aBucket('d', 'us-east-1')] }),
];

const NIGHTLY = anAudit();
const WEEKLY = anAudit({ name: 'weekly', pair: 'photos', schedule: 'cron(0 3 ? * SUN *)', prefix: 'in\u001b[2J/' });

const proved = anAuditRun({ startedAt: ago(1_000), endedAt: ago(940), updatedAt: ago(940) });
const running = aRunningAudit({
  startedAt: ago(40),
  updatedAt: ago(10),
  findings: 2,
  violated: 1,
  run: '20261101T232000Z-ffffff',
});
const { endedAt: _, root: __, ...open } = anAuditRun({ startedAt: ago(500), updatedAt: ago(300) });

/** Runs of each Region; `silent`: its ledger does not answer. */
interface World {
  readonly audits?: readonly AuditConfig[];
  readonly runs?: readonly AuditRun[];
  readonly silent?: string;
}

async function run(args: readonly string[], { audits = [NIGHTLY], runs = [], silent }: World = {}): Promise<Ended> {
  const config = { ...pairConfig(PAIRS), ...(audits.length === 0 ? {} : { audits }) };
  const base = createFakeServices({ cloud: createFakeCloud(), listed: [], config });
  const services: Services = {
    ...base,
    stack: (stage) => ({
      ...base.stack(stage),
      auditsIn(region) {
        const book = createFakeAuditBook(base.clock);
        const isHere = (each: AuditRun): boolean => (each.pair === 'photos') === (region === 'eu-west-1');
        book.kept.push(...runs.filter(isHere));
        if (region !== silent) return book;
        const runsOf = async (): Promise<never> => {
          throw new HoldfastError('access-denied', 'AuditBook.runs', 'not allowed');
        };
        return { ...book, runs: runsOf };
      },
    }),
  };
  return holdfast(args, { connect: () => services });
}

describe('holdfast audits', () => {
  it('shows what each audit is doing, what its last run proved, and when the next is due', async () => {
    const { stdout, code } = await run(['audits'], { audits: [NIGHTLY, WEEKLY], runs: [proved, running] });
    const [headings, nightly, weekly, ...rest] = stdout.split('\n');
    expect(headings).toMatch(/^audit +pair +state +last run +found +next$/);
    expect(nightly).toMatch(/^nightly +orders +under way +16h 40m ago +0 findings +in 23h 20m$/);
    expect(weekly).toMatch(/^weekly +photos +never ran +- +- +in 6d 3h$/);
    expect(rest).toEqual([
      '',
      'audit nightly of pair orders, rate(1 day)',
      '  2026-11-01T23:20:00Z: running; 2 of 8 shards; 25 %; about 1h 20m left (20261101T232000Z-ffffff)',
      '    5,000 versions of 3.73 GiB, 3/s; 2 findings, 1 violated; $0.1200 so far',
      `  2026-11-01T07:20:00Z: proved after 1h (${proved.run})`,
      '    20,000 versions of 3.73 GiB; 0 findings; $0.1200; 8 of 8 shards',
      `    root ${'ab'.repeat(32)}`,
      `    report s3://holdfast-dev-reports-111122223333-us-east-1/audits/nightly/${proved.run}/`,
      '',
      'audit weekly of pair photos, cron(0 3 ? * SUN *), keys that begin with in\\u{1b}[2J/',
      '',
    ]);
    expect(code).toBe(2); // one has proved nothing yet
  });

  it.each<[string, AuditRun, string, number]>([
    ['proved', proved, 'proved after 1h', 0],
    ['violated', { ...proved, findings: 3, violated: 2 }, 'VIOLATED after 1h', 1],
    ['not judged', { ...proved, findings: 3 }, 'not all judged after 1h', 2],
    ['stopped', { ...open, stopped: 'budget' }, 'incomplete (budget) after 3h 20m', 2],
    ['empty', { ...proved, versions: 0 }, 'nothing there after 1h', 2],
    ['refused', { ...open, phase: 'refused', reason: 'above\u0007 the budget' }, 'refused (above\\u{7} the budget)', 2],
    ['failed', { ...open, phase: 'failed', stopped: 'error', reason: 'no role' }, 'FAILED (error: no role)', 2],
    ['silent', { ...open, phase: 'running' }, 'went silent after 3h 20m', 2],
  ])('ends as the last run did: %s', async (_name, last, text, expected) => {
    const { stdout, code } = await run(['audits', 'list', 'orders'], { runs: [last] });
    expect(stdout).toContain(text);
    expect(code).toBe(expected);
  });

  it('tells of one that does not come any more', async () => {
    const old = anAuditRun({ startedAt: ago(3 * 1_440), endedAt: ago(3 * 1_440 - 60) });
    const { stdout, code } = await run(['audits'], { runs: [old] });
    expect(stdout).toMatch(/^nightly +orders +OVERDUE +3d ago/m);
    expect(stdout).toContain('  OVERDUE: due since 2026-10-31T00:00:00Z, and nothing has finished\n');
    expect(code).toBe(1);
  });

  it('says what it could not ask, beside what it could', async () => {
    const world = { audits: [NIGHTLY, WEEKLY], runs: [proved], silent: 'eu-west-1' };
    const { stdout, code } = await run(['audits'], world);
    expect(stdout).toMatch(/^nightly +orders +proved/m);
    expect(stdout).toMatch(/^weekly +photos +unknown +- +- +-$/m);
    expect(stdout).toContain('  not known: not allowed\n');
    expect(code).toBe(2);
    const records = linesOf(await run(['audits', '--json'], world));
    expect(records).toMatchObject([
      {
        kind: 'scheduled-audit',
        audit: 'nightly',
        region: 'us-east-1',
        state: 'proved',
        nextAt: '2026-11-02T07:20:00.000Z',
        lastFinishedAt: '2026-11-01T08:20:00.000Z',
        last: { run: proved.run, outcome: 'proved' },
      },
      { audit: 'weekly', state: 'unknown', notKnown: 'not allowed' },
    ]);
  });

  it('gives the numbers of a run that is under way to programs', async () => {
    const records = linesOf(await run(['audits', '--json'], { runs: [running] }));
    expect(records).toMatchObject([
      { state: 'under-way', running: { run: running.run, violated: 1, share: 0.25, leftMs: 80 * 60_000 } },
    ]);
  });

  it.each([
    [[], ['audits'], 'the configuration has no audits'],
    [[], ['audits', 'list', 'orders'], 'the configuration has no audits'],
    [[NIGHTLY], ['audits', 'list', 'photos'], 'there is no audit of pair photos'],
  ])('refuses where there is nothing to list: %#', async (audits, args, message) => {
    const { stderr, code } = await run(args, { audits });
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});

describe('holdfast audits show', () => {
  it('shows one run, and how its report is verified', async () => {
    const { stdout, code } = await run(['audits', 'show', proved.run.slice(0, 12)], { runs: [proved, running] });
    expect(stdout).toContain(`audit nightly of pair orders\n  2026-11-01T07:20:00Z: proved after 1h (${proved.run})\n`);
    expect(stdout).toContain(
      `  npx holdfast verify-report s3://holdfast-dev-reports-111122223333-us-east-1/audits/nightly/${proved.run}/report.ndjson --root ${'ab'.repeat(32)}\n`,
    );
    expect(code).toBe(0);
  });

  it('shows one that is under way', async () => {
    const { stdout, code } = await run(['audits', 'show', running.run], { runs: [proved, running] });
    expect(stdout).toContain('running; 2 of 8 shards; 25 %; about 1h 20m left');
    expect(code).toBe(0);
    const [record] = linesOf(await run(['audits', 'show', running.run, '--json'], { runs: [running] }));
    expect(record).toMatchObject({ kind: 'audit-run', phase: 'running' });
    expect(record).not.toHaveProperty('outcome');
  });

  it('gives what a run came to to programs', async () => {
    const runs = [{ ...proved, findings: 1, violated: 1 }];
    const ended = await run(['audits', 'show', proved.run, '--json'], { runs });
    expect(linesOf(ended)).toMatchObject([{ kind: 'audit-run', outcome: 'violated', violated: 1 }]);
    expect(ended.code).toBe(1);
  });

  it.each([
    ['2027', 'there is no run whose name begins with 2027'],
    ['2026', `there is more than one run (${running.run}, ${proved.run}) whose name begins with 2026`],
  ])('refuses %s', async (name, message) => {
    const { stderr, code } = await run(['audits', 'show', name], { runs: [proved, running] });
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});

describe('holdfast audits start', () => {
  const command =
    'aws stepfunctions start-execution --state-machine-arn arn:aws:states:us-east-1:111122223333:stateMachine:holdfast-prod-audit' +
    ` --input '{"audit":"nightly"}' --region us-east-1`;

  it('prints the command, and does nothing', async () => {
    const { stdout, code } = await run(['audits', 'start', 'nightly', '--stage', 'prod']);
    expect(stdout).toBe(`# Nothing was started. Run this, or the same again with --yes.\n${command}\n`);
    expect(code).toBe(0);
    const [record] = linesOf(await run(['audits', 'start', 'nightly', '--stage', 'prod', '--json']));
    expect(record).toEqual({
      kind: 'start',
      audit: 'nightly',
      region: 'us-east-1',
      stage: 'prod',
      command,
      started: false,
    });
  });

  it('starts it with --yes, and says how to follow it', async () => {
    const execution = 'arn:aws:states:us-east-1:111122223333:execution:holdfast-prod-audit:by-hand';
    const { stdout, code } = await run(['audits', 'start', 'nightly', '--stage', 'prod', '--yes'], { runs: [proved] });
    expect(stdout).toBe(`Started ${execution}\nnpx holdfast audits list orders --stage prod\n`);
    expect(code).toBe(0);
    const [record] = linesOf(await run(['audits', 'start', 'nightly', '--stage', 'prod', '--yes', '--json']));
    expect(record).toEqual({
      kind: 'start',
      audit: 'nightly',
      region: 'us-east-1',
      stage: 'prod',
      execution,
      started: true,
    });
  });

  it('starts none while one is under way, but beside one that went silent', async () => {
    const { stdout, stderr, code } = await run(['audits', 'start', 'nightly', '--yes'], { runs: [proved, running] });
    expect(stdout).toBe('');
    expect(stderr).toContain(`the run ${running.run} is under way: nothing was started`);
    expect(code).toBe(2);
    const silent = { ...running, updatedAt: ago(200) };
    expect((await run(['audits', 'start', 'nightly', '--yes'], { runs: [silent] })).stdout).toContain('Started');
  });

  it('takes --yes and --dry-run for a contradiction', async () => {
    expect((await run(['audits', 'start', 'nightly', '--yes', '--dry-run'])).code).toBe(2);
  });

  it.each([
    [[NIGHTLY, WEEKLY], 'there is no audit monthly; there are nightly, weekly'],
    [[], 'there is no audit monthly; the configuration has none'],
  ])('refuses an audit that is not in the configuration', async (audits, message) => {
    const { stderr, code } = await run(['audits', 'start', 'monthly'], { audits });
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});

describe('holdfast audits against the sandbox', () => {
  it('reads what the functions write down', async () => {
    const cloud = await createCloud();
    vi.stubEnv('AWS_ACCESS_KEY_ID', cloud.credentials.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', cloud.credentials.secretAccessKey);
    const env = { AWS_ENDPOINT_URL: cloud.url, AWS_REGION: 'us-east-1' };
    const cwd = await mkdtemp(join(tmpdir(), 'holdfast-'));
    const bucket = (name: string, region: string): string =>
      `{bucket: ${name}, region: ${region}, account: '111122223333'}`;
    const pair = `{source: ${bucket('orders-use1', 'us-east-1')}, destinations: [${bucket('orders-euw1', 'eu-west-1')}]}`;
    const audit = '{pair: orders, schedule: rate(1 day)}';
    await writeFile(join(cwd, 'holdfast.yml'), `version: 1\npairs: {orders: ${pair}}\naudits: {nightly: ${audit}}\n`);
    try {
      const none = await holdfast(['audits'], { env, cwd });
      expect(none).toMatchObject({
        code: 2,
        stderr: '',
        stdout: expect.stringContaining('no stack of stage dev is there'),
      });
      const book = await openLedger(cloud);
      const startedAt = new Date();
      const begun = aRunningAudit({
        startedAt,
        updatedAt: startedAt,
        shards: { done: 0, all: 4 },
        versions: 0,
        bytes: 0,
      });
      await vi.waitFor(async () => book.begin(begun, { ...call, silentMs: 1_000 }), { timeout: 10_000 });
      await book.add(begun, { shards: 1, versions: 500, bytes: 2_048, findings: 2, violated: 1, dollars: 0.5 }, call);
      const [record] = linesOf(await holdfast(['audits', '--json'], { env, cwd }));
      expect(record).toMatchObject({
        state: 'under-way',
        running: { run: begun.run, share: 0.25, versions: 500, bytes: 2_048, findings: 2, violated: 1 },
      });
      await book.save(begun, { phase: 'finished', endedAt: new Date(), root: 'cd'.repeat(32) }, call);
      const ended = await holdfast(['audits', 'show', begun.run], { env, cwd });
      expect(ended).toMatchObject({ code: 1, stdout: expect.stringContaining(`root ${'cd'.repeat(32)}`) });
    } finally {
      vi.unstubAllEnvs();
      await rm(cwd, { recursive: true });
      await cloud.close();
    }
  });
});

const call = { signal: AbortSignal.timeout(60_000) };

async function openLedger(cloud: Cloud): Promise<AuditBook> {
  const sdk = createSdkClients({ endpoint: cloud.url, credentials: cloud.credentials });
  await sdk.dynamodb('us-east-1').send(
    new CreateTableCommand({
      TableName: 'holdfast-dev-ledger',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  sdk.destroy();
  const clients = createClients({ customEndpoint: true, endpoint: cloud.url });
  return createDynamoDbAuditBook(clients, { table: 'holdfast-dev-ledger', region: 'us-east-1', clock: systemClock });
}

describe('holdfast status', () => {
  it('ends with the audits of the pair', async () => {
    const { stdout } = await run(['status', 'orders'], { audits: [NIGHTLY, WEEKLY], runs: [proved] });
    expect(stdout).toMatch(/^orders-use1 → c /m);
    expect(stdout).toMatch(/\n\naudit +pair +state .*\nnightly +orders +proved /);
    expect(stdout).not.toContain('weekly');
    const records = linesOf(await run(['status', '--json'], { audits: [NIGHTLY, WEEKLY], runs: [proved] }));
    expect(records).toMatchObject([{ kind: 'link' }, { kind: 'link' }, { audit: 'nightly' }, { audit: 'weekly' }]);
  });

  it('says nothing of audits where there are none', async () => {
    expect((await run(['status'], { audits: [] })).stdout).not.toContain('audit');
  });

  it('ends with 1 where an audit is overdue, and not for what one has found', async () => {
    const old = anAuditRun({ startedAt: ago(3 * 1_440), endedAt: ago(3 * 1_440 - 60) });
    expect((await run(['status'], { runs: [old] })).code).toBe(1);
    expect((await run(['status'], { runs: [{ ...proved, violated: 1, findings: 1 }] })).code).toBe(2); // links are unknown
  });
});
