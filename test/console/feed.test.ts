import { describe, expect, it } from 'vitest';
import { createFeed, type Feed, KEPT_ALERTS, KEPT_SAMPLES } from '../../src/console/feed.ts';
import type { ConsoleEvent } from '../../src/console/view.ts';
import { alertOf, play } from './scenes.ts';

const NOW = new Date('2026-11-21T10:00:00Z');
const alert = (index: number) =>
  alertOf('replica-overdue', { severity: 'critical', at: new Date(NOW.getTime() + index * 1_000), index });

const kinds = (feed: Feed, lastId?: string): readonly ConsoleEvent['kind'][] =>
  feed.since(lastId).map(({ event }) => event.kind);

function alertsIn(
  feed: Feed,
  lastId?: string,
): { readonly fresh: boolean; readonly ids: readonly string[] } | undefined {
  const found = feed.since(lastId).find(({ event }) => event.kind === 'alerts')?.event;
  return found?.kind === 'alerts' ? { fresh: found.fresh, ids: found.alerts.map(({ id }) => id) } : undefined;
}

describe('the feed', () => {
  it('tells a new page everything that is known', () => {
    const feed = createFeed('run');
    play('healthy', feed, NOW);
    expect(kinds(feed)).toEqual(['about', 'links', 'stacks', 'keys', 'routes', 'audits', 'history', 'alerts']);
    expect(alertsIn(feed)).toMatchObject({ fresh: true });
  });

  it('tells a page that comes back only what it missed', () => {
    const feed = createFeed('run');
    feed.addAlerts([alert(1)]);
    const heard = feed.since(undefined).at(-1)?.id;
    expect(alertsIn(feed, heard)).toBeUndefined();
    feed.addAlerts([alert(1), alert(2)]);
    expect(alertsIn(feed, heard)).toEqual({ fresh: false, ids: ['replica-overdue-2'] });
  });

  it.each([
    ['of another run', 'other-7'],
    ['of no run at all', 'nonsense'],
  ])('tells everything anew to a page with a number %s', (_, lastId) => {
    const feed = createFeed('run');
    feed.addAlerts([alert(1)]);
    expect(alertsIn(feed, lastId)).toEqual({ fresh: true, ids: ['replica-overdue-1'] });
  });

  it('tells everything anew where what was missed is not kept any more', () => {
    const feed = createFeed('run');
    feed.addAlerts([alert(0)]);
    feed.addAlerts([alert(1)]);
    const heard = 'run-1';
    for (let index = 2; index < KEPT_ALERTS + 5; index += 1) feed.addAlerts([alert(index)]);
    const told = alertsIn(feed, heard);
    expect(told?.fresh).toBe(true);
    expect(told?.ids).toHaveLength(KEPT_ALERTS);
    expect(told?.ids).not.toContain('replica-overdue-1');
  });

  it('takes the same alert at another time for another publication, and at the same time for the same', () => {
    const feed = createFeed('run');
    const heard: ConsoleEvent[] = [];
    const stop = feed.listen(({ event }) => heard.push(event));
    feed.addAlerts([alert(1)]);
    feed.addAlerts([alert(1)]);
    feed.addAlerts([{ ...alert(1), time: '2026-11-21T11:00:00.000Z' }]);
    stop();
    feed.addAlerts([alert(2)]);
    expect(heard).toHaveLength(2);
  });

  it('keeps a bounded history of each link, and none of a link that is gone', () => {
    const feed = createFeed('run');
    const link = {
      id: 'a/b/c',
      pair: 'a',
      source: { bucket: 'b', region: 'r' },
      destination: { bucket: 'c', region: 'r' },
      state: 'unknown',
      bulk: false,
      notes: [],
    } as const;
    for (let index = 0; index < KEPT_SAMPLES + 10; index += 1) {
      feed.publish({ kind: 'links', at: new Date(index * 1_000).toISOString(), links: [link] });
    }
    const samples = feed.since(undefined).flatMap(({ event }) => (event.kind === 'history' ? [event.samples] : []));
    expect(samples[0]?.['a/b/c']).toHaveLength(KEPT_SAMPLES);
    expect(samples[0]?.['a/b/c']?.at(-1)).toEqual([(KEPT_SAMPLES + 9) * 1_000, null, null, null]);
    feed.publish({ kind: 'links', at: NOW.toISOString(), links: [] });
    expect(feed.since(undefined).find(({ event }) => event.kind === 'history')?.event).toEqual({
      kind: 'history',
      samples: {},
    });
  });
});
