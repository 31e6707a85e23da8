import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config-schema.ts';
import type { DrillReport } from '../../src/model/drill.ts';
import { createDrillWorld, type DrillWorld } from './drill-world.ts';
import { type Ended, holdfast, linesOf } from './fake-run.ts';
import { CONFIG as USUAL } from './route-scene.ts';

/** With a cool-down that nobody has to wait for. */
const CONFIG = USUAL.replace('coolDown: 30m', 'coolDown: 5m');

let world: DrillWorld;
let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'holdfast-'));
  world = await createDrillWorld();
});
afterEach(async () => {
  world.close();
  await rm(cwd, { recursive: true });
});

async function drill(args: readonly string[] = [], { config = CONFIG, url = world.url } = {}): Promise<Ended> {
  await writeFile(join(cwd, 'holdfast.yml'), config);
  const services = { ...world.services, config: parseConfig(config) };
  const env = url === '' ? {} : { AWS_ENDPOINT_URL: url };
  return holdfast(['drill', 'orders', ...args], { connect: () => services, cwd, env });
}

const reportIn = async (): Promise<DrillReport> =>
  JSON.parse(await readFile(join(cwd, 'drill-orders.json'), 'utf8')) as DrillReport;

const ended = () => world.asked.filter((what) => what.startsWith('DELETE'));

describe('holdfast drill', () => {
  it('does what a person would do, there and back, and reports every time', async () => {
    const { code, stdout, stderr } = await drill();
    expect(stdout).toMatch(/^Drill of orders: traffic left and came back, both proved\n/);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /everything in us-east-1 is out[^]*is called unhealthy after 2\d+s[^]*us-east-1 is there again/,
    );
    const { legs, region, settings, lessons } = await reportIn();
    expect([region, settings.confirmations]).toEqual(['us-east-1', 3]);
    expect(legs.map(({ kind, by, failure }) => [kind, by, failure])).toEqual([
      ['failover', 'person', undefined],
      ['failback', 'person', undefined],
    ]);
    expect(legs[0]?.dataAtRisk).toMatchObject({ versions: 4, bytes: 400 });
    expect(legs[0]?.client).toMatchObject({ failed: expect.any(Number), outageMs: expect.any(Number) });
    expect(legs[0]?.client.failed).toBeGreaterThan(5);
    expect(legs[1]?.reasons.find(({ guard }) => guard === 'home-proved')).toMatchObject({ passes: true });
    expect(lessons.join('\n')).toMatch(
      /Detection took[^]*A person decided, and at once[^]*4 versions would have been missing[^]*cool-down alone is 5m/,
    );
    expect(ended()).toHaveLength(1);
  });

  it('watches Holdfast where it decides by itself', async () => {
    world.automatic = true;
    const { code } = await drill([], { config: CONFIG.replace('mode: advise', 'mode: automatic') });
    expect(code).toBe(0);
    const { legs } = await reportIn();
    const reasons = [{ passes: true, text: '2 of 2 observers cannot read it' }];
    expect(legs[0]).toMatchObject({ by: 'automatic', kind: 'failover', reasons, dataAtRisk: { versions: 4 } });
    const { happenedAt, effectiveAt } = legs[0] ?? {};
    const tookMs = new Date(effectiveAt ?? 0).getTime() - new Date(happenedAt ?? 0).getTime();
    expect(tookMs).toBeGreaterThan(20_000);
    expect(tookMs).toBeLessThan(60_000);
  });

  it('is a page that shows the same, and obeys nothing that is in it', async () => {
    const { stdout } = await drill(['--out', 'reports']);
    const page = await readFile(join(cwd, 'reports/drill-orders.html'), 'utf8');
    expect(stdout).toContain(join(cwd, 'reports/drill-orders.html'));
    expect(page).toContain('✓ Traffic left and came back, both proved');
    for (const text of [
      '<dt>RTO</dt>',
      'detect',
      'decide',
      'accept',
      'effective',
      '4 versions of 400 B',
      'home-proved',
    ])
      expect(page).toContain(text);
    expect(page).not.toMatch(/<script|https?:/);
  });

  it('says why the traffic stayed, and ends the outage all the same', async () => {
    world.backlogAgeMs = 3_600_000;
    const { code, stdout } = await drill();
    expect(code).toBe(1);
    expect(stdout).toMatch(/IT DID NOT COME TO ITS END\n {2}away from us-east-1: refused: rpo-budget \(/);
    expect(ended()).toHaveLength(1);
    expect(world.scene.submitted).toEqual([]);
    expect(await readFile(join(cwd, 'drill-orders.html'), 'utf8')).toContain('✗ It did not come to its end');
    expect(linesOf(await drill(['--json', '--accept-loss', 'unknown']))).toMatchObject([
      { kind: 'drill', mrap: 'orders' },
    ]);
  });

  it('does not begin while something is wrong', async () => {
    world.out = 'eu-west-1';
    await fetch(`${world.url}/_holdfast/clock`, { method: 'POST', body: JSON.stringify({ advanceMs: 60_000 }) });
    const { code, stderr } = await drill();
    expect(code).toBe(2);
    expect(stderr).toContain('a drill begins when all is well, and it is not: ');
    expect(world.asked.some((what) => what.includes('faults'))).toBe(false);
  });

  it.each([
    ['AWS', { url: '' }, [], 'got AWS itself'],
    ['a server elsewhere', { url: 'https://s3.example.com' }, [], 'got https://s3.example.com'],
    ['a port where nobody is', { url: 'http://127.0.0.1:9' }, [], 'which does not answer'],
    ['a Region without traffic', {}, ['--region', 'eu-west-1'], 'expected a Region that has traffic (us-east-1)'],
  ])('refuses %s', async (_, change, args, message) => {
    const { code, stderr } = await drill(args, change);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(world.asked.some((what) => what.includes('faults'))).toBe(false);
  });
});
