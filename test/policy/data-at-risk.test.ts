import { describe, expect, it } from 'vitest';
import type { LinkBacklog } from '../../src/model/routing.ts';
import { dataAtRisk } from '../../src/policy/data-at-risk.ts';
import { ago, AT, backlogOf, EAST, minutes, NORTH, seconds, WEST, withoutRate } from '../support/routing.ts';

const risk = (backlog: readonly LinkBacklog[], leaving = [EAST], staying = [WEST]): ReturnType<typeof dataAtRisk> =>
  dataAtRisk({ backlog, now: AT }, { leaving, staying });

const uncounted = (from: string, to: string): LinkBacklog => ({ link: 'l', from, to });

describe('the data at risk', () => {
  it('is what is pending, and an estimate of what was written since the list was complete', () => {
    const pending = { pendingVersions: 7, pendingBytes: 700, oldestPendingAt: ago(minutes(6)) };
    expect(risk([backlogOf(EAST, WEST, pending)])).toEqual({
      risk: {
        versions: 7,
        bytes: 700,
        completeUpTo: ago(minutes(4)),
        oldestPendingAt: ago(minutes(6)),
        estimatedTail: { versions: 480, bytes: 491_520 },
      },
      unknown: [],
      exposedMs: minutes(6),
    });
  });

  it('is as old as the list is incomplete, where nothing is pending', () => {
    const { risk: none, exposedMs } = risk([backlogOf(EAST, WEST)]);
    expect(none.versions).toBe(0);
    expect(none).not.toHaveProperty('oldestPendingAt');
    expect(exposedMs).toBe(minutes(4));
  });

  it('is no older than now, whatever the clocks say', () => {
    const ahead = { completeUpTo: new Date(AT.getTime() + seconds(20)) };
    expect(risk([backlogOf(EAST, WEST, ahead)])).toMatchObject({
      exposedMs: 0,
      risk: { estimatedTail: { versions: 0 } },
    });
  });

  it('has no estimate where no rate of writes is known', () => {
    expect(risk([withoutRate(EAST, WEST)]).risk).not.toHaveProperty('estimatedTail');
  });

  it('is the worst of those that stay, for each Region that is left', () => {
    const backlog = [
      backlogOf(EAST, WEST, { pendingVersions: 3, completeUpTo: ago(minutes(5)) }),
      backlogOf(EAST, NORTH, { pendingVersions: 9, oldestPendingAt: ago(minutes(8)) }),
    ];
    expect(risk(backlog, [EAST], [WEST, NORTH])).toMatchObject({
      risk: { versions: 9, completeUpTo: ago(minutes(5)), estimatedTail: { versions: 600 } },
      exposedMs: minutes(8),
    });
  });

  it('is the sum of those that are left', () => {
    const backlog = [
      backlogOf(EAST, NORTH, { pendingVersions: 3 }),
      backlogOf(WEST, NORTH, { pendingVersions: 9 }),
      backlogOf(NORTH, WEST, { pendingVersions: 1_000 }),
    ];
    expect(risk(backlog, [EAST, WEST], [NORTH]).risk).toMatchObject({ versions: 12, estimatedTail: { versions: 960 } });
  });

  it.each<[string, readonly LinkBacklog[], string]>([
    ['nothing replicates there', [backlogOf(WEST, EAST)], 'nothing is known to replicate from us-east-1 to eu-west-1'],
    ['it was never counted', [uncounted(EAST, WEST)], 'the backlog of l is unknown: it was never counted'],
    [
      'it was counted too long ago',
      [backlogOf(EAST, WEST, { asOf: ago(minutes(3) + 1_000), pendingVersions: 5 })],
      'it was last counted 3m 1s ago (5 pending then)',
    ],
    [
      'it was counted in the future',
      [backlogOf(EAST, WEST, { asOf: ago(-minutes(10)) })],
      'it was counted 10m in the future, so a clock is off',
    ],
    ['one of two links is not known', [backlogOf(EAST, WEST), uncounted(EAST, WEST)], 'never counted'],
  ])('is unknown, and never zero, where %s', (_, backlog, why) => {
    const found = risk(backlog);
    expect(found.risk).toEqual({});
    expect(found.exposedMs).toBeUndefined();
    expect(found.unknown.join()).toContain(why);
  });

  it('is unknown as a whole where one of those that stay is not known', () => {
    expect(risk([backlogOf(EAST, WEST)], [EAST], [WEST, NORTH]).risk).toEqual({});
  });

  it.each([
    ['three minutes', ago(minutes(3)), 0],
    ['half a minute in the future', ago(-seconds(30)), 0],
  ])('is known up to %s', (_, asOf, unknown) => {
    expect(risk([backlogOf(EAST, WEST, { asOf })]).unknown).toHaveLength(unknown);
  });

  it('is not known where there is nowhere to go', () => {
    expect(risk([backlogOf(EAST, WEST)], [EAST], [])).toEqual({ risk: {}, unknown: [] });
  });
});
