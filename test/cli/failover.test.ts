import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HoldfastError } from '../../src/errors.ts';
import type { RouteSubmission } from '../../src/ports.ts';
import { alertOf } from '../console/scenes.ts';
import { type Ended, holdfast, linesOf } from './fake-run.ts';
import { ago, AWAY, CONFIG, createRouteScene, HOME, type RouteScene } from './route-scene.ts';

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'holdfast-'));
  await writeFile(join(cwd, 'holdfast.yml'), CONFIG);
});
afterAll(async () => {
  await rm(cwd, { recursive: true });
});

let scene: RouteScene;
beforeEach(() => {
  scene = createRouteScene();
});

async function run(args: readonly string[], stdin = ''): Promise<Ended> {
  return holdfast(args, { connect: () => scene.services, cwd, stdin });
}

const failover = async (...args: readonly string[]): Promise<Ended> =>
  run(['failover', 'orders', '--to', 'eu-west-1', ...args]);

const unavailable = new HoldfastError('unavailable', 'Table.query', 'connect ETIMEDOUT');
const silent = async (): Promise<never> => Promise.reject(unavailable);

function loseLedger(): void {
  const { probes: _, ...books } = scene.books;
  scene.stack = { routing: { ...books, probes: { recent: silent } } };
}

describe('holdfast failover', () => {
  it('shows at a glance what a change would do and lose, and changes nothing with --dry-run', async () => {
    scene.probe('us-east-1', 'failed');
    scene.know({ pendingVersions: 12, pendingBytes: 3_500_000, oldestPendingAt: ago(95) });
    const { code, stdout } = await failover('--dry-run');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^DRY RUN: nothing is changed.\n\nFAILOVER of orders: us-east-1 → eu-west-1\nALLOWED/);
    expect(stdout).toMatch(/orders-use1 +us-east-1 +active +PASSIVE\n +orders-euw1 +eu-west-1 +passive +ACTIVE/);
    expect(stdout).toContain('12 versions of 3.34 MiB are not in eu-west-1 yet, the oldest of 1m 35s ago.');
    expect(stdout).toContain('This is complete up to 2026-11-01T23:59:00.000Z, 1m ago.');
    expect(stdout).toContain('Written after that, estimated: about 30 versions of 30.0 KiB.');
    expect(stdout).toMatch(/us-east-1 fails: .*eu-west-1 cannot read it/);
    expect(stdout).toMatch(/To do it:\n {2}holdfast failover orders --to eu-west-1\n/);
    expect([scene.submitted, scene.books.kept]).toEqual([[], []]);
  });

  it.each<[string, () => void, string, RegExp, string]>([
    [
      'the RPO budget',
      () => scene.know({ pendingVersions: 3, oldestPendingAt: ago(3_600) }),
      'REFUSED by rpo-budget.',
      /✗ rpo-budget +the oldest version that may be missing is 1h old; allowed are 15m/,
      '--accept-loss 33',
    ],
    [
      'a backlog that nobody knows',
      () => scene.know({ asOf: ago(400) }),
      'REFUSED by backlog-known, rpo-budget.',
      /UNKNOWN. Nobody knows which versions are in us-east-1 alone. Unknown is not zero./,
      '--accept-loss unknown',
    ],
  ])('is refused for %s, until a person answers for it', async (_, happen, verdict, said, option) => {
    happen();
    const { code, stdout } = await failover('--yes');
    expect(code).toBe(1);
    expect(stdout).toContain(verdict);
    expect(stdout).toMatch(said);
    expect(stdout).toContain(`holdfast failover orders --to eu-west-1 ${option}\n`);
    expect(scene.submitted).toEqual([]);
    expect(await failover('--yes', ...option.split(' '))).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('because you answer for'),
    });
    expect(scene.submitted).toHaveLength(1);
  });

  it('says when no option helps', async () => {
    const change = {
      mrap: 'orders',
      id: '00000001',
      by: 'automatic',
      kind: 'failover',
      reasons: [],
      holder: '',
    } as const;
    scene.books.kept.push({ ...change, decidedAt: ago(60), submittedAt: ago(60), from: AWAY, to: HOME, revision: 1 });
    const { code, stdout } = await failover('--yes', '--accept-loss', 'unknown');
    expect(code).toBe(1);
    expect(stdout).toContain('REFUSED by cool-down.');
    expect(stdout).toContain('No option overrides this.');
    expect(scene.submitted).toEqual([]);
  });

  it('has nothing to do where traffic goes there already', async () => {
    scene.routes = AWAY;
    expect(await failover('--yes')).toMatchObject({ code: 0, stdout: expect.stringContaining('NOTHING TO DO') });
    expect(scene.submitted).toEqual([]);
  });

  it('asks for the name of the access point, and does nothing without it', async () => {
    const args = ['failover', 'orders', '--to', 'eu-west-1'];
    for (const typed of ['', 'yes\n', 'order\n']) {
      const { code, stderr } = await run(args, typed);
      expect(code).toBe(2);
      expect(stderr).toContain('Type the name of the access point to do it (orders): Nothing was changed.');
    }
    expect(scene.submitted).toEqual([]);
    expect(await run(args, 'orders\n')).toMatchObject({ code: 0 });
    expect(scene.submitted).toHaveLength(1);
  });

  it('changes the routes alone, waits for the proof, says both times and remembers everything', async () => {
    const { code, stdout } = await failover('--yes');
    expect(code).toBe(0);
    expect(scene.submitted).toEqual([AWAY]);
    expect(stdout).toContain('ACCEPTED by us-west-2 after 0.0 s.');
    expect(stdout).toContain('EFFECTIVE after 2.0 s: reads through the access point come from eu-west-1.');
    expect(scene.books.kept).toMatchObject([
      { by: 'person', kind: 'failover', holder: 'person', from: HOME, to: AWAY, away: 'us-east-1', revision: 4 },
    ]);
    const [kept] = scene.books.kept;
    expect(kept?.effectiveAt?.getTime()).toBe((kept?.acceptedAt?.getTime() ?? 0) + 2_000);
    expect(kept?.reasons.join()).toContain('rpo-budget (passes)');
  });

  it('does not call effective what only S3 has accepted', async () => {
    scene.answering = 'orders-use1';
    const { code, stdout } = await failover('--yes', '--wait', '20s');
    expect(code).toBe(1);
    expect(stdout).toContain('NOT PROVED within 20s: reads through the access point do not come from eu-west-1 yet.');
    expect(scene.books.kept[0]).not.toHaveProperty('effectiveAt');
  });

  it.each<[string, RouteSubmission, number, string, string]>([
    ['somebody else is at it', { kind: 'conflict' }, 2, 'NOT DONE: S3 is taking another change', 'somebody else'],
    ['S3 refuses', { kind: 'refused', reason: 'all passive' }, 1, 'REFUSED by S3: all passive', 'all passive'],
  ])('does not try again where %s', async (_, submission, expected, said, remembered) => {
    scene.submission = submission;
    expect(await failover('--yes')).toMatchObject({ code: expected, stdout: expect.stringContaining(said) });
    expect(scene.submitted).toHaveLength(1);
    expect(scene.books.kept[0]?.abandoned).toContain(remembered);
  });

  it.each([
    ['it was taken all the same', AWAY, 0, 'ACCEPTED by us-west-2'],
    ['nobody knows', HOME, 2, 'UNKNOWN: no Region of the control plane answered'],
  ])('looks at the routes where the control plane does not answer: %s', async (_, routes, expected, said) => {
    const submit = async (): Promise<never> => {
      scene.routes = routes;
      return silent();
    };
    Object.assign(scene.services, { routes: { ...scene.services.routes, submit } });
    expect(await failover('--yes')).toMatchObject({ code: expected, stdout: expect.stringContaining(said) });
    expect(scene.books.kept[0]).not.toHaveProperty('abandoned');
  });

  it('stops where the routes were changed while a person read', async () => {
    let reads = 0;
    const { routes } = scene.services;
    const moving = {
      ...routes,
      read: async (...asked: Parameters<typeof routes.read>) => {
        if ((reads += 1) > 1) scene.routes = AWAY;
        return routes.read(...asked);
      },
    };
    Object.assign(scene.services, { routes: moving });
    const { code, stdout } = await failover('--yes');
    expect([code, scene.submitted]).toEqual([2, []]);
    expect(stdout).toContain('NOT DONE: the routes have changed meanwhile (orders-use1 passive, orders-euw1 active).');
    expect(scene.books.kept[0]?.abandoned).toBeDefined();
  });

  it('stops where a controller has just decided', async () => {
    Object.assign(scene.books.history, { claim: async () => undefined });
    expect(await failover('--yes')).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('NOT DONE: somebody else, or Holdfast itself, has just decided'),
    });
    expect(scene.submitted).toEqual([]);
  });

  it('goes on without the steering ledger, on the word of a person, and says what it does not know', async () => {
    loseLedger();
    expect(await failover('--yes')).toMatchObject({ code: 1, stdout: expect.stringContaining('REFUSED by') });
    const { code, stdout, stderr } = await failover('--yes', '--accept-loss', 'unknown');
    expect(code).toBe(0);
    expect(stdout).toMatch(/steering ledger in eu-[a-z]+-1: connect ETIMEDOUT/);
    expect(stderr).toContain('The steering ledger cannot be reached: nobody else will know of this change');
    expect([scene.submitted.length, scene.books.kept.length]).toEqual([1, 0]);
  });

  it('goes on where the ledger is lost half-way', async () => {
    Object.assign(scene.books.history, { update: silent });
    const { code, stderr } = await failover('--yes');
    expect(code).toBe(0);
    expect(stderr).toContain('the steering ledger does not answer any more, and is not told: connect ETIMEDOUT');
    expect(scene.submitted).toHaveLength(1);
  });

  it('speaks to programs', async () => {
    expect(linesOf(await failover('--yes', '--json'))).toMatchObject([
      { kind: 'plan', mrap: 'orders', plan: { outcome: 'allowed', kind: 'failover' } },
      { kind: 'end', end: { kind: 'accepted', by: 'us-west-2' } },
    ]);
    expect(linesOf(await run(['failover', 'orders', '--to', 'eu-west-1', '--json']))).toMatchObject([
      { kind: 'plan', plan: { outcome: 'nothing' } },
    ]);
  });

  it.each([
    [
      'a Region without a bucket',
      ['failover', 'orders', '--to', 'eu-north-1'],
      '(us-east-1, eu-west-1), got eu-north-1',
    ],
    [
      'another access point',
      ['failover', 'absent', '--to', 'eu-west-1'],
      'there is no access point absent; there are orders',
    ],
    [
      'a loss that is none',
      ['failover', 'orders', '--to', 'eu-west-1', '--accept-loss', '-1'],
      'expected a number of versions',
    ],
  ])('refuses %s', async (_, args, message) => {
    expect(await run(args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});

describe('holdfast failback', () => {
  const failback = async (...args: readonly string[]): Promise<Ended> => run(['failback', 'orders', ...args]);

  beforeEach(() => {
    scene.routes = AWAY;
    const change = {
      mrap: 'orders',
      id: '00000001',
      by: 'automatic',
      kind: 'failover',
      reasons: [],
      holder: '',
    } as const;
    scene.books.kept.push({
      ...change,
      decidedAt: ago(7_200),
      submittedAt: ago(7_200),
      from: HOME,
      to: AWAY,
      revision: 1,
    });
  });

  it('comes back once everything is proved at home', async () => {
    const { code, stdout } = await failback('--yes');
    expect(stdout).toContain('FAILBACK of orders: back to us-east-1\nALLOWED: every guard passes.');
    expect(stdout).toMatch(/✓ home-proved +every version made before 2026-11-01T23:45:00.000Z is proved to be at home/);
    expect(code).toBe(0);
    expect(scene.submitted).toEqual([HOME]);
    expect(scene.books.kept.at(-1)).toMatchObject({ kind: 'failback', by: 'person', id: '00000002' });
  });

  it('shows keys that were written at both sides, and wants them accepted', async () => {
    const at = ago(600);
    const conflict = alertOf('versions-conflict', { severity: 'warning', at });
    scene.stack = {
      alertsIn: (region) => ({ recent: async () => (region === 'us-east-1' ? [conflict, conflict] : []) }),
    };
    const refused = await failback('--yes');
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(/REFUSED by conflicts-accepted.[\s\S]*1 key written at both sides; accepted are 0/);
    expect(await failback('--yes', '--accept-conflicts', '1')).toMatchObject({ code: 0 });
  });

  it('does not come back where nobody can have looked for them', async () => {
    scene.stack = { alertsIn: () => ({ recent: silent }) };
    const { code, stdout } = await failback('--yes', '--accept-conflicts', '9');
    expect(code).toBe(1);
    expect(stdout).toContain('keys written at both sides: the alerts of us-east-1 cannot be read: connect ETIMEDOUT');
  });
});

describe('holdfast routes', () => {
  it('says where traffic goes and how the Regions are', async () => {
    const { code, stdout } = await run(['routes', 'orders']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^orders: arn:aws:s3::111122223333:accesspoint\/mfzwi23gnjvgw.mrap, mode advise\n/);
    expect(stdout).toMatch(
      /orders-use1 +us-east-1 +active +healthy +answered in 42 ms\n +orders-euw1 +eu-west-1 +passive +healthy/,
    );
    expect(stdout).toContain('now: nothing is to be done\n');
    expect(stdout).toContain('no change of routes is remembered\n');
  });

  it('says what a person should do, and what stands against it', async () => {
    scene.probe('us-east-1', 'failed');
    const { code, stdout } = await run(['routes', 'orders']);
    expect(code).toBe(1);
    expect(stdout).toContain('now: a person should switch from us-east-1 to eu-west-1\n  ✗ mode: ');
    expect(stdout).toContain('holdfast failover orders --to eu-west-1 --dry-run\n');
    scene.know({ asOf: ago(900) });
    expect((await run(['routes', 'orders'])).stdout).toMatch(
      /us-east-1 should be left, and is not, because\n[\s\S]*✗ backlog-known/,
    );
  });

  it('says when traffic goes where nobody with Holdfast sent it', async () => {
    scene.routes = HOME.map((route) => ({ ...route, dial: 100 }));
    const { code, stdout } = await run(['routes', 'orders']);
    expect(code).toBe(1);
    expect(stdout).toContain(
      'DRIFT: traffic goes to us-east-1 and eu-west-1; by the configuration it should go to us-east-1\n',
    );
  });

  it('lists changes, freezes and what is not known', async () => {
    await failover('--yes');
    scene.books.frozen.push({ reason: 'load\ntest', by: 'eve', until: ago(-3_600) });
    scene.books.reports.length = 0;
    const { stdout } = await run(['routes', 'orders']);
    expect(stdout).toMatch(/last changes\n {2}00000001 .* failover to eu-west-1 by a person: effective after 2s/);
    expect(stdout).toContain('frozen until 2026-11-02T01:00:00.000Z by eve: load\\u{a}test');
    loseLedger();
    const { code, stdout: blind } = await run(['routes', 'orders']);
    expect(code).toBe(2);
    expect(blind).toContain('now: nobody knows enough to say more\n');
    expect(blind).toMatch(/not known: steering ledger in eu-[a-z]+-1: connect ETIMEDOUT/);
  });

  it('lists what a change left behind', async () => {
    const object = { bucket: 'orders-use1', region: 'us-east-1', key: 'a+b %/é～😀', versionId: 'v1' };
    const link = 'orders/orders-use1/orders-euw1';
    scene.books.left.push({
      mrap: 'orders',
      change: '00000001',
      asOf: ago(0),
      links: [link],
      risk: { versions: 1, bytes: 10, completeUpTo: ago(60), estimatedTail: { versions: 30, bytes: 1_024 } },
      versions: [{ link, object, createdAt: ago(120), sizeBytes: 10 }],
      truncated: true,
      unread: [{ link, reason: 'throttled' }],
    });
    const { stdout } = await run(['routes', 'orders', '--manifest', '00000001']);
    expect(stdout).toContain('  1 version of 10 B\n  complete up to 2026-11-01T23:59:00.000Z\n');
    expect(stdout).toContain('10 B  s3://orders-use1/a+b %/é～😀?versionId=v1\n  and more');
    const lines = linesOf(await run(['routes', 'orders', '--manifest', '00000001', '--json']));
    expect(lines).toMatchObject([
      { kind: 'manifest', truncated: true },
      { kind: 'left-behind', object },
    ]);
    expect(await run(['routes', 'orders', '--manifest', '9'])).toMatchObject({ code: 2 });
  });
});

describe('holdfast freeze', () => {
  it('keeps routes from being changed automatically, for a time and with a reason', async () => {
    const { code, stdout } = await run(['freeze', 'orders', '--for', '2h', '--reason', 'load test']);
    expect(code).toBe(0);
    expect(stdout).toContain('nothing is switched automatically for 2h, until 2026-11-02T02:00:00.000Z: load test');
    expect(scene.books.frozen).toMatchObject([{ reason: 'load test', by: 'a person' }]);
    expect((await run(['freeze', 'orders', '--off'])).stdout).toBe('orders: 1 freeze has ended\n');
    expect((await run(['freeze', 'orders', '--off'])).stdout).toBe('orders: nothing was frozen\n');
  });

  it.each([
    ['without an end', ['--reason', 'x']],
    ['without a reason', ['--for', '1h', '--reason', ' ']],
    ['both on and off', ['--for', '1h', '--off']],
  ])('is refused %s', async (_, args) => {
    expect(await run(['freeze', 'orders', ...args])).toMatchObject({ code: 2 });
    expect(scene.books.frozen).toEqual([]);
  });
});
