import { beforeEach, describe, expect, it } from 'vitest';
import type { AuditConfig, Config } from '../src/model/config.ts';
import { watchAudits } from '../src/watch-audits.ts';
import { anAudit, anAuditRun, aRunningAudit } from './support/audits.ts';
import { createFakeAuditBook, type FakeAuditBook } from './support/fake-audit-book.ts';
import { createFakeWorld, type FakeWorld } from './support/fake-ports.ts';
import { createFakeSink } from './support/fake-sink.ts';
import { aBucket, aPair, HOUR_MS, pairConfig } from './support/pairs.ts';

const call = { signal: new AbortController().signal };
const [HERE, THERE] = ['us-east-1', 'eu-west-1'];
const PAIRS = [
  aPair({ name: 'orders', source: aBucket('orders-use1', HERE), destinations: [aBucket('orders-euw1', THERE)] }),
  aPair({ name: 'back', source: aBucket('back-euw1', THERE), destinations: [aBucket('back-use1', HERE)] }),
];

let world: FakeWorld;
let book: FakeAuditBook;
/** In the order in which people were told. */
let told: string[];

beforeEach(() => {
  world = createFakeWorld();
  book = createFakeAuditBook(world.ports.clock);
  told = [];
});

/** One run of the watch; answers the audits that are overdue. */
async function watch(...audits: readonly AuditConfig[]): Promise<readonly unknown[]> {
  const config: Config = { ...pairConfig(PAIRS), audits };
  const alerts = createFakeSink({
    hear: ({ event: { data } }) => told.push(`${data.severity} ${data.code}: ${data.evidence['audit']}`),
    gone: () => told.push('over'),
  });
  const found = await watchAudits({ ...world.ports, alerts, region: HERE, audits: book }, config, call);
  return found.map(({ evidence: { audit } }) => audit);
}

/** With a run of the watch every hour; answers what each of them found. */
async function pass(hours: number, ...audits: readonly AuditConfig[]): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for (let hour = 0; hour < hours; hour += 1) {
    world.now = new Date(world.now.getTime() + HOUR_MS);
    found.push(...(await watch(...audits)));
  }
  return found;
}

/** A run that has just ended. */
function finish(audit: string): void {
  book.kept.push(anAuditRun({ audit, startedAt: new Date(world.now.getTime() - HOUR_MS), updatedAt: world.now }));
}

describe('watchAudits', () => {
  it('tells once of an audit that was never heard of since its schedule was seen, and that it is over', async () => {
    expect(await watch(anAudit())).toEqual([]);
    expect(await pass(48, anAudit())).toEqual([]);
    expect(await pass(10, anAudit())).toEqual(Array.from({ length: 10 }, () => 'nightly'));
    expect(told).toEqual(['warning audit-overdue: nightly']);
    finish('nightly');
    expect(await pass(1, anAudit())).toEqual([]);
    expect(told).toEqual(['warning audit-overdue: nightly', 'over']);
  });

  it('is silent while runs come to their end, whatever they found', async () => {
    for (let day = 0; day < 5; day += 1) {
      expect(await pass(24, anAudit())).toEqual([]);
      finish('nightly');
    }
  });

  it('knows two audits of one pair apart', async () => {
    const audits = [anAudit(), anAudit({ name: 'hourly', schedule: 'rate(1 hour)' })];
    await watch(...audits);
    finish('hourly');
    await pass(5, ...audits);
    expect(await pass(1, ...audits)).toEqual(['hourly']);
    await pass(50, ...audits);
    expect(told).toEqual(['warning audit-overdue: hourly', 'warning audit-overdue: nightly']);
  });

  it('gives a schedule that was changed its time', async () => {
    await watch(anAudit({ schedule: 'rate(30 days)' }));
    finish('nightly');
    await pass(20 * 24, anAudit({ schedule: 'rate(30 days)' }));
    expect(await pass(24, anAudit())).toEqual([]);
    expect(await pass(30, anAudit())).not.toEqual([]);
  });

  it('waits for a run that is heard of', async () => {
    await watch(anAudit());
    await pass(47, anAudit());
    book.kept.push(aRunningAudit({ startedAt: world.now, updatedAt: new Date(world.now.getTime() + 3 * HOUR_MS) }));
    expect(await pass(4, anAudit())).toEqual([]);
    expect(await pass(1, anAudit())).toEqual(['nightly']);
  });

  it('leaves audits to the Region of their source', async () => {
    const elsewhere = anAudit({ pair: 'back' });
    await watch(elsewhere, anAudit({ name: 'lost', pair: 'nowhere' }));
    expect(await pass(100, elsewhere)).toEqual([]);
    expect(told).toEqual([]);
  });

  it('resolves what it told of an audit that is no more, and then forgets it', async () => {
    await watch(anAudit());
    await pass(50, anAudit());
    await pass(1);
    expect(told).toEqual(['warning audit-overdue: nightly', 'over']);
    expect(await world.ports.notes.get('audit-schedules', call)).toBe('{}');
  });

  it('leaves no note where there never was an audit', async () => {
    await pass(2);
    expect(await world.ports.notes.get('audit-schedules', call)).toBeUndefined();
    expect(await world.ports.notes.get('open-audits', call)).toBeUndefined();
  });

  it.each(['{', '{"nightly":{}}'])('takes the note %s for none', async (note) => {
    await world.ports.notes.put('audit-schedules', note, { ...call, keepForMs: HOUR_MS });
    expect(await watch(anAudit())).toEqual([]);
    expect(await pass(30, anAudit())).toEqual([]);
  });
});
