import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleConsole } from '../../scripts/bundle.ts';
import { parseConfig } from '../../src/config-schema.ts';
import type { ConsoleEvent } from '../../src/console/view.ts';
import { HoldfastError } from '../../src/errors.ts';
import { present } from '../../src/model/observation.ts';
import type { AlertRange } from '../../src/ports.ts';
import { alertOf } from '../console/scenes.ts';
import { anAuditRun, aRunningAudit } from '../support/audits.ts';
import { createFakeAuditBook } from '../support/fake-audit-book.ts';
import { createFakeCloud } from '../support/fake-cloud.ts';
import { createFakeSteering } from '../support/fake-lists.ts';
import { createFakeServices, type Ended, type FakeServices, holdfast } from './fake-run.ts';

const KEY = 'arn:aws:kms:us-east-1:111122223333:key/0a0a0a0a-1111-2222-3333-444455556666';
const CONFIG = `
version: 1
pairs:
  orders:
    source: { bucket: orders-use1, region: us-east-1, account: '111122223333', kmsKeys: ['${KEY}'] }
    destinations: [{ bucket: orders-euw1, region: eu-west-1, account: '111122223333' }]
  logs:
    source: { bucket: logs-use1, region: us-east-1, account: '111122223333' }
    destinations: [{ bucket: logs-euw1, region: eu-west-1, account: '111122223333' }]
audits:
  nightly: { pair: orders, schedule: rate(1 day) }
`;
const NOW = new Date(Date.UTC(2026, 10, 2));
const checkpoint = {
  link: 'orders/orders-use1/orders-euw1',
  asOf: NOW,
  completeUpTo: NOW,
  pendingVersions: 7,
  pendingBytes: 700,
  bulk: false,
};

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'holdfast-'));
  await writeFile(join(cwd, 'holdfast.yml'), CONFIG);
  await bundleConsole('dist'); // as bin/holdfast.mjs does in a clone
});
afterAll(async () => {
  await rm(cwd, { recursive: true });
});

/** What a page hears until it has heard enough, and how the command ends after that. */
async function watch(
  args: readonly string[],
  isEnough: (heard: readonly ConsoleEvent[]) => boolean,
  change: Partial<ReturnType<FakeServices['stack']>> = {},
): Promise<{ readonly heard: readonly ConsoleEvent[]; readonly ended: Ended; readonly asked: readonly AlertRange[] }> {
  const base = createFakeServices({ cloud: createFakeCloud(), listed: [], config: parseConfig(CONFIG) });
  const asked: AlertRange[] = [];
  const stop = new AbortController();
  const services: FakeServices = {
    ...base,
    usage: { kms: async () => present({ quotaPerSecond: 100, minutes: [{ at: NOW, requests: 3_000 }] }) },
    stack: (stage) => ({
      ...base.stack(stage),
      steering: createFakeSteering(new Map([[checkpoint.link, checkpoint]])),
      lanes: { lanes: async () => present([]) },
      heartbeats: { last: async (region) => ({ region, at: NOW, since: NOW }) },
      alertsIn: (region) => ({
        recent: async (range) => {
          asked.push(range);
          return region === 'us-east-1' ? [alertOf('object-lost', { severity: 'critical', at: NOW })] : [];
        },
      }),
      ...change,
    }),
    wait: async (_, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
  };
  let listens: (url: string) => void = () => undefined;
  const url = new Promise<string>((resolve) => (listens = resolve));
  const run = holdfast(['console', '--json', ...args], {
    connect: () => services,
    cwd,
    signal: stop.signal,
    onStdout: (text) => listens((JSON.parse(text) as { readonly url: string }).url),
  });
  const heard = await Promise.race([url.then(async (at) => listen(at, isEnough)), run.then(() => [])]);
  stop.abort();
  return { heard, ended: await run, asked };
}

async function listen(
  url: string,
  isEnough: (heard: readonly ConsoleEvent[]) => boolean,
): Promise<readonly ConsoleEvent[]> {
  const { body } = await fetch(`${url}events`);
  let text = '';
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const lines = text
      .split('\n')
      .slice(0, -1)
      .filter((line) => line.startsWith('data: '));
    const heard = lines.map((line): ConsoleEvent => JSON.parse(line.slice('data: '.length)));
    if (isEnough(heard)) return heard;
  }
  throw new Error(`the stream ended too early: ${text}`);
}

const has =
  (...kinds: readonly ConsoleEvent['kind'][]) =>
  (heard: readonly ConsoleEvent[]) =>
    kinds.every((kind) =>
      heard.some((event) => event.kind === kind && (event.kind !== 'alerts' || event.alerts.length > 0)),
    );

const last = <Kind extends ConsoleEvent['kind']>(heard: readonly ConsoleEvent[], kind: Kind) =>
  heard.findLast((event): event is Extract<ConsoleEvent, { kind: Kind }> => event.kind === kind);

describe('holdfast console', () => {
  it('shows what status, the stacks, KMS and the history of alerts say', async () => {
    const { heard, ended } = await watch([], has('about', 'links', 'stacks', 'keys', 'alerts'));
    expect(last(heard, 'about')?.about).toEqual({
      stage: 'dev',
      pairs: ['orders', 'logs'],
      accessPoints: [],
      audits: ['nightly'],
    });
    expect(last(heard, 'links')?.links).toMatchObject([
      { id: checkpoint.link, state: 'on-its-way', atRisk: { versions: 7, bytes: 700 } },
      { id: 'logs/logs-use1/logs-euw1', state: 'unknown' },
    ]);
    expect(last(heard, 'stacks')?.stacks.map(({ region, alive }) => [region, alive])).toEqual([
      ['eu-west-1', 'yes'],
      ['us-east-1', 'yes'],
    ]);
    expect(last(heard, 'keys')?.regions).toMatchObject([
      { region: 'us-east-1', buckets: ['orders-use1'], minutes: [{ load: 0.5 }] },
    ]);
    expect(last(heard, 'alerts')?.alerts).toMatchObject([{ data: { code: 'object-lost' } }]);
    expect(ended).toMatchObject({ code: 0 });
  });

  it('looks at the pairs that are named, and no other', async () => {
    const { heard } = await watch(['--pair', 'logs', '--stage', 'prod'], has('about', 'links'));
    expect(last(heard, 'about')?.about).toMatchObject({ stage: 'prod', pairs: ['logs'] });
    expect(last(heard, 'links')?.links.map(({ pair }) => pair)).toEqual(['logs']);
    expect(last(heard, 'about')?.about.audits).toEqual([]);
    expect(last(heard, 'audits')).toBeUndefined();
  });

  it('shows how far an audit is, what the last one proved, and when the next is due', async () => {
    const before = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);
    const last24 = anAuditRun({ startedAt: before(1_440), endedAt: before(1_430), updatedAt: before(1_430) });
    const running = aRunningAudit({ startedAt: before(30), updatedAt: before(10), run: '20261101T233000Z-ffffff' });
    const { heard } = await watch([], has('audits'), {
      auditsIn(region) {
        const book = createFakeAuditBook({ now: () => NOW });
        if (region === 'us-east-1') book.kept.push(last24, running);
        return book;
      },
    });
    const { root, shards } = last24;
    expect(last(heard, 'audits')?.audits).toMatchObject([
      {
        name: 'nightly',
        pair: 'orders',
        state: 'under-way',
        running: { run: running.run, phase: 'running', share: 0.25, leftMs: 50 * 60_000, violated: 0 },
        last: {
          outcome: 'proved',
          tookMs: 600_000,
          root,
          shards,
          report: `s3://holdfast-dev-reports-111122223333-us-east-1/audits/nightly/${last24.run}/`,
        },
        nextAt: new Date(NOW.getTime() + 1_410 * 60_000).toISOString(),
      },
    ]);
  });

  it('says why nothing is known of an audit, why one failed, and since when it is overdue', async () => {
    const {
      endedAt: _,
      root: __,
      report: ___,
      ...run
    } = anAuditRun({ startedAt: new Date(NOW.getTime() - 9 * 86_400_000) });
    const failed = { ...run, phase: 'failed', stopped: 'error', reason: 'no role' } as const;
    const known = await watch([], has('audits'), {
      auditsIn: () => ({ get: async () => failed, runs: async () => [failed] }),
    });
    expect(last(known.heard, 'audits')?.audits).toEqual([
      expect.objectContaining({
        state: 'overdue',
        overdueSince: new Date(NOW.getTime() - 8 * 86_400_000).toISOString(),
        last: expect.objectContaining({ outcome: 'failed', stopped: 'error', reason: 'no role' }),
      }),
    ]);
    const runs = async (): Promise<never> =>
      Promise.reject(new HoldfastError('access-denied', 'AuditBook', 'not allowed'));
    const unknown = await watch([], has('audits'), { auditsIn: () => ({ get: async () => undefined, runs }) });
    expect(last(unknown.heard, 'audits')?.audits).toEqual([
      { name: 'nightly', pair: 'orders', schedule: 'rate(1 day)', state: 'unknown', unknown: 'not allowed' },
    ]);
  });

  it('says what cannot be seen, and goes on with the rest', async () => {
    const denied = new HoldfastError('access-denied', 'AlertHistory.query', 'not allowed');
    const { heard } = await watch(
      [],
      (events) => has('links', 'troubles')(events) && (last(events, 'troubles')?.troubles.length ?? 0) === 2,
      {
        alertsIn: () => ({ recent: async () => Promise.reject(denied) }),
        lanes: { lanes: async () => ({ state: 'unreadable', reason: 'access-denied' }) },
        heartbeats: { last: async () => Promise.reject(denied) },
      },
    );
    expect(last(heard, 'troubles')?.troubles).toEqual([
      { what: 'alerts of eu-west-1', why: 'not allowed' },
      { what: 'alerts of us-east-1', why: 'not allowed' },
    ]);
  });

  it('reads alerts of the last day at first', async () => {
    const { asked } = await watch([], has('alerts'));
    expect(asked[0]).toEqual({ since: new Date(NOW.getTime() - 86_400_000), until: NOW });
  });

  it.each([
    ['a pair that there is not', ['--pair', 'absent'], 'there is no pair absent'],
    ['a port that there is not', ['--port', '70000'], 'expected a port from 0 to 65535'],
  ])('refuses %s', async (_, args, message) => {
    const { ended } = await watch(args, () => true);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(message);
  });
});
