import { describe, expect, it } from 'vitest';
import type { Guard, RoutePlan, RoutingSituation, Standing } from '../../src/model/routing.ts';
import { type FailbackWish, planFailback } from '../../src/policy/failback.ts';
import { type FailoverWish, planFailover } from '../../src/policy/route-plan.ts';
import {
  aChange,
  ago,
  allWell,
  anMrap,
  aSituation,
  aTable,
  AT,
  backlogOf,
  EAST,
  minutes,
  NORTH,
  outage,
  ready,
  route,
  WEST,
  withoutRate,
} from '../support/routing.ts';

const standing = ({ reasons }: RoutePlan, wanted: Standing): readonly Guard[] =>
  reasons.filter((reason) => reason.standing === wanted).map(({ guard }) => guard);

const textOf = ({ reasons }: RoutePlan, guard: Guard): string =>
  reasons.find((reason) => reason.guard === guard)?.text ?? '';

describe('a failover that a person asks for', () => {
  const plan = (members: Partial<RoutingSituation> = {}, wish: Partial<FailoverWish> = {}): RoutePlan =>
    planFailover(aSituation(members), { to: WEST, ...wish });

  it('shows the routes before and after, and what would be lost', () => {
    expect(plan()).toMatchObject({
      kind: 'failover',
      outcome: 'allowed',
      leaving: [EAST],
      staying: [WEST],
      from: [route(EAST, 100), route(WEST, 0)],
      to: [route(EAST, 0), route(WEST, 100)],
      dataAtRisk: { versions: 0, estimatedTail: { versions: 480 } },
    });
    expect(plan().health.map(({ health }) => health)).toEqual(['unhealthy', 'healthy']);
  });

  it('is allowed from a Region that is well, and notes that nobody accuses it', () => {
    const planned = plan({ probes: allWell() });
    expect(planned.outcome).toBe('allowed');
    expect(standing(planned, 'noted')).toEqual(['quorum', 'source-unhealthy']);
  });

  it('is nothing where the traffic is there already', () => {
    expect(plan({ routes: aTable(route(EAST, 0), route(WEST, 100)) }).outcome).toBe('nothing');
  });

  it.each<[string, Partial<RoutingSituation>, readonly Guard[]]>([
    ['nobody tells the routes', { routes: undefined }, ['routes-known', 'one-active']],
    ['the target fails', { probes: outage(WEST) }, ['target-healthy']],
    ['the last change was a moment ago', { history: [aChange({ decidedAt: AT })] }, ['cool-down']],
    ['somebody has frozen the routes', { freezes: [{ reason: 'r', until: ago(-1) }] }, ['not-frozen']],
    ['the backlog is unknown', { backlog: [] }, ['backlog-known', 'rpo-budget']],
    ['too much would be lost', { mrap: anMrap({ rpoMs: minutes(1) }) }, ['rpo-budget']],
    ['no bucket is in the target', { routes: aTable(route(EAST, 100)) }, ['one-active']],
  ])('is refused where %s', (_, members, guards) => {
    expect(plan(members).outcome).toBe('refused');
    expect(standing(plan(members), 'blocks')).toEqual(guards);
  });

  it.each<[string, Partial<RoutingSituation>, readonly Guard[]]>([
    ['nobody has judged the target', { probes: [] }, ['quorum', 'source-unhealthy', 'target-healthy']],
    ['the target is not ready', { readiness: [ready(WEST, { kmsLoad: 2 })] }, ['target-ready']],
    ['the ledger is out', { ledgerReachable: false }, ['ledger-reachable']],
    ['Holdfast has changed enough by itself', { history: [aChange(), aChange()] }, ['flap-limit']],
  ])('is allowed, and notes it, where %s', (_, members, guards) => {
    expect(plan(members).outcome).toBe('allowed');
    expect(standing(plan(members), 'noted')).toEqual(guards);
  });

  it.each<[string, number | 'unknown', Partial<RoutingSituation>, boolean]>([
    ['a number that covers what is counted and the estimate', 487, {}, true],
    ['a number that covers less', 486, {}, false],
    ['a number, of what nobody has counted', 1_000_000, { backlog: [] }, false],
    ['whatever it is', 'unknown', { backlog: [] }, true],
    ['whatever it is, of what is counted', 'unknown', {}, true],
    ['a number, without an estimate', 1_000_000, { backlog: [withoutRate(EAST, WEST)] }, false],
  ])('takes a loss that the person states: %s', (_, acceptLoss, members, isTaken) => {
    const mrap = anMrap({ rpoMs: minutes(1) });
    const backlog = [backlogOf(EAST, WEST, { pendingVersions: 7 })];
    const planned = plan({ mrap, backlog, ...members }, { acceptLoss });
    expect(planned.outcome).toBe(isTaken ? 'allowed' : 'refused');
    expect(standing(planned, isTaken ? 'accepted' : 'blocks')).toContain('rpo-budget');
  });

  it('takes no stated loss for a Region that would be the last', () => {
    const planned = plan({ routes: aTable(route(EAST, 100)) }, { acceptLoss: 'unknown' });
    expect(standing(planned, 'blocks')).toEqual(['one-active']);
  });

  it('leaves the Regions that the person names, and no other', () => {
    const three = {
      routes: aTable(route(EAST, 100), route(WEST, 100), route(NORTH, 100)),
      backlog: [backlogOf(EAST, WEST), backlogOf(EAST, NORTH), backlogOf(NORTH, WEST)],
    };
    expect(plan(three)).toMatchObject({ leaving: [EAST, NORTH], staying: [WEST] });
    expect(plan(three, { away: [EAST] })).toMatchObject({ leaving: [EAST], staying: [WEST, NORTH] });
  });
});

describe('a failback', () => {
  const wish: FailbackWish = { conflicts: 0 };
  const away: Partial<RoutingSituation> = {
    probes: allWell(),
    routes: aTable(route(EAST, 0), route(WEST, 100)),
    history: [aChange()],
  };
  const plan = (members: Partial<RoutingSituation> = {}, more: FailbackWish = {}): RoutePlan =>
    planFailback(aSituation({ ...away, ...members }), { ...wish, ...more });

  it('leads back to where the traffic was before the failover', () => {
    expect(plan()).toMatchObject({
      kind: 'failback',
      outcome: 'allowed',
      leaving: [WEST],
      staying: [EAST],
      to: [route(EAST, 100), route(WEST, 0)],
    });
    expect(standing(plan(), 'blocks')).toEqual([]);
    expect(textOf(plan(), 'home-proved')).toBe(
      'every version made before 2026-11-02T02:45:00.000Z is proved to be at home',
    );
  });

  it.each<[string, Partial<RoutingSituation>, FailbackWish, readonly string[]]>([
    ['as configured', { mrap: anMrap({}, { active: [EAST, WEST] }) }, {}, [EAST, WEST]],
    ['as the person says', {}, { home: [EAST, WEST] }, [EAST, WEST]],
    [
      'as before the first of two failovers',
      { history: [aChange({ from: [route(EAST, 100), route(WEST, 100)] }), aChange()] },
      {},
      [EAST, WEST],
    ],
    [
      'as before the failover since the last failback',
      { history: [aChange({ from: [route(NORTH, 100)] }), aChange({ kind: 'failback' }), aChange()] },
      {},
      [EAST],
    ],
  ])('leads to the Regions that are home: %s', (_, members, more, home) => {
    expect(plan(members, more).staying).toEqual(home);
  });

  it('leads nowhere where home is not known', () => {
    expect(plan({ history: [] })).toMatchObject({ outcome: 'refused', staying: [] });
    expect(textOf(plan({ history: [] }), 'one-active')).toBe('no Region would be left to take the traffic');
  });

  it('is nothing where the traffic is at home', () => {
    const home = { mrap: anMrap({}, { active: [WEST] }) };
    expect(plan(home).outcome).toBe('nothing');
  });

  it.each<[string, Partial<RoutingSituation>, FailbackWish, readonly Guard[]]>([
    ['home cannot be judged', { probes: [] }, {}, ['target-healthy']],
    ['home is not ready', { readiness: [] }, {}, ['target-ready']],
    ['the last change was a moment ago', { history: [aChange({ decidedAt: AT })] }, {}, ['cool-down']],
    ['somebody has frozen the routes', { freezes: [{ reason: 'r', until: ago(-1) }] }, {}, ['not-frozen']],
    ['the backlog is unknown', { backlog: [] }, {}, ['backlog-known', 'rpo-budget', 'home-proved']],
    [
      'something from before the barrier is missing at home',
      { backlog: [backlogOf(WEST, EAST, { oldestPendingAt: ago(minutes(6)) })] },
      { barrier: ago(minutes(5)) },
      ['home-proved'],
    ],
    ['conflicts are not accepted', {}, { conflicts: 3, acceptConflicts: 2 }, ['conflicts-accepted']],
  ])('is refused where %s', (_, members, more, guards) => {
    const planned = plan(members, more);
    expect(planned.outcome).toBe('refused');
    expect(standing(planned, 'blocks')).toEqual(guards);
  });

  it('is refused where nobody tells the routes', () => {
    const planned = plan({ routes: undefined });
    expect(planned).not.toHaveProperty('to');
    expect(standing(planned, 'blocks')).toContain('routes-known');
  });

  it('is refused where nobody has looked for conflicts', () => {
    expect(standing(planFailback(aSituation(away), {}), 'blocks')).toEqual(['conflicts-accepted']);
  });

  it('leaves conflicts for later where somebody only asks whether the way is open', () => {
    const planned = plan({}, { conflicts: 'later' });
    expect(planned.outcome).toBe('allowed');
    expect(standing(planned, 'noted')).toEqual(['conflicts-accepted']);
  });

  it('says how far the proof is behind', () => {
    const backlog = [backlogOf(WEST, EAST, { oldestPendingAt: ago(minutes(6)) })];
    expect(textOf(plan({ backlog }, { barrier: ago(minutes(5)) }), 'home-proved')).toContain('the proof is 1m behind');
  });

  it('takes a loss that the person states, and conflicts that are accepted', () => {
    const planned = plan({ backlog: [] }, { acceptLoss: 'unknown', conflicts: 3, acceptConflicts: 3 });
    expect(planned.outcome).toBe('allowed');
    expect(standing(planned, 'accepted')).toEqual(['backlog-known', 'rpo-budget', 'home-proved']);
    expect(textOf(planned, 'conflicts-accepted')).toBe('3 keys written at both sides; accepted are 3');
  });

  it('needs what every active Region has taken, where traffic is shared', () => {
    const shared = { mrap: anMrap({}, { active: [EAST, WEST] }) };
    expect(plan(shared)).toMatchObject({ outcome: 'allowed', leaving: [], to: [route(EAST, 100), route(WEST, 100)] });
    expect(plan({ ...shared, backlog: [backlogOf(EAST, WEST)] }).outcome).toBe('refused');
  });

  it('goes on without the ledger, and notes it', () => {
    expect(standing(plan({ ledgerReachable: false }), 'noted')).toEqual(['ledger-reachable']);
  });
});
