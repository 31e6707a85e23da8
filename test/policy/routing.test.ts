import { describe, expect, it } from 'vitest';
import {
  GUARDS,
  type Guard,
  type Probe,
  type RoutingDecision,
  type RoutingSituation,
} from '../../src/model/routing.ts';
import { decideRoutes } from '../../src/policy/routing.ts';
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
  rounds,
  route,
  WEST,
  WITNESS,
} from '../support/routing.ts';

const THREE = [EAST, WEST, NORTH];

/** Three Regions with buckets, in which the traffic is as given; the east is out. */
function ofThree(dials: readonly [number, number, number], members: Partial<RoutingSituation> = {}): RoutingSituation {
  const observers = [...THREE, WITNESS];
  const [east, west, north] = dials;
  return aSituation({
    mrap: anMrap({ quorum: 2 }, { observers }),
    buckets: THREE.map((region) => ({ bucket: `orders-${region}`, region, account: '1', kmsKeys: [] })),
    probes: outage(EAST, THREE, observers),
    routes: aTable(route(EAST, east), route(WEST, west), route(NORTH, north)),
    backlog: THREE.flatMap((from) => THREE.filter((to) => to !== from).map((to) => backlogOf(from, to))),
    readiness: THREE.map((region) => ready(region)),
    ...members,
  });
}

const forbidding = ({ reasons }: RoutingDecision): readonly Guard[] =>
  reasons.filter(({ passes }) => !passes).map(({ guard }) => guard);

const textOf = ({ reasons }: RoutingDecision, guard: Guard): string =>
  reasons.find((reason) => reason.guard === guard)?.text ?? '';

const dials = ({ to = [] }: RoutingDecision): readonly number[] => to.map(({ dial }) => dial);

const throttledEast: readonly Probe[] = [WEST, WITNESS].flatMap((observer) => [
  ...rounds(observer, EAST, ['throttled', 'throttled', 'throttled']),
  ...rounds(observer, WEST),
]);

describe('the decision', () => {
  it('is to switch where every guard lets it through, with the reason of each', () => {
    const decision = decideRoutes(aSituation());
    expect(decision).toMatchObject({ action: 'switch', away: EAST, to: [route(EAST, 0), route(WEST, 100)] });
    expect(decision.reasons.map(({ guard }) => guard)).toEqual(GUARDS.slice(0, 13));
    expect(decision.dataAtRisk).toMatchObject({ versions: 0 });
  });

  it('is to stay where all is well, and says so', () => {
    const decision = decideRoutes(aSituation({ probes: allWell() }));
    expect(decision.action).toBe('stay');
    expect(decision).not.toHaveProperty('to');
    expect(textOf(decision, 'source-unhealthy')).toContain('us-east-1 answers: us-east-1 reads it');
    expect(textOf(decision, 'quorum')).toBe('0 of 2 observers outside us-east-1 cannot read it; needed are 2');
  });

  it('is to stay where the Region that is out has no traffic', () => {
    expect(decideRoutes(aSituation({ probes: outage(WEST) })).action).toBe('stay');
  });

  it.each<[Guard, Partial<RoutingSituation>, string]>([
    ['routes-known', { routes: undefined }, 'no Region of the control plane tells the routes'],
    [
      'routes-known',
      { routes: { ...aTable(route(EAST, 100), route(WEST, 0)), at: ago(minutes(3) + 1_000) } },
      'ap-northeast-1 told the routes 3m 1s ago, which is too long',
    ],
    [
      'target-healthy',
      {
        probes: [
          ...outage(EAST).filter((p) => p.region === EAST),
          ...rounds(WITNESS, WEST),
          ...rounds(WEST, WEST, ['throttled', 'throttled', 'throttled']),
        ],
      },
      'eu-west-1 cannot be judged',
    ],
    ['target-ready', { readiness: [] }, 'eu-west-1: nobody has looked whether it is ready'],
    ['target-ready', { readiness: [ready(WEST, { asOf: ago(minutes(11)) })] }, 'what is known of it is 11m old'],
    ['target-ready', { readiness: [ready(WEST, { asOf: ago(-minutes(1)) })] }, 'comes from the future'],
    [
      'target-ready',
      { readiness: [ready(WEST, { kmsLoad: 0.81 })] },
      'KMS would be used to 81 % of its quota, and at most 80 % is safe',
    ],
    ['target-ready', { readiness: [ready(WEST, { keysUsable: false })] }, 'a key cannot be used'],
    ['target-ready', { readiness: [ready(WEST, { throttled: true })] }, 'it is throttled now'],
    [
      'target-ready',
      { readiness: [{ region: WEST, asOf: AT }] },
      'KMS would be used to unknown of its quota, and at most 80 % is safe; eu-west-1: nobody knows whether its keys are usable; eu-west-1: nobody knows whether it is throttled',
    ],
    ['target-ready', { readiness: [ready(WEST), ready(WEST, { asOf: AT, kmsLoad: 2 })] }, '200 %'],
    [
      'rpo-budget',
      { backlog: [backlogOf(EAST, WEST, { oldestPendingAt: ago(minutes(16)) })] },
      'is 16m old; allowed are 15m',
    ],
    [
      'cool-down',
      { history: [aChange({ decidedAt: ago(minutes(32)) })] },
      'the last change was 32m ago; the cool-down is 30m, and 3m for clocks that differ',
    ],
    ['cool-down', { history: [aChange({ by: 'elsewhere', decidedAt: ago(minutes(5)) })] }, '5m ago'],
    ['cool-down', { history: [aChange({ decidedAt: ago(-minutes(10)) })] }, '0s ago'],
    [
      'flap-limit',
      { history: [aChange({ decidedAt: ago(minutes(1_400)) }), aChange({ decidedAt: ago(minutes(700)) })] },
      '2 automatic changes within 24h; at most 2 are allowed',
    ],
    [
      'not-frozen',
      { freezes: [{ reason: 'mass delete in orders', until: ago(-1) }] },
      'frozen until 2026-11-02T03:00:00.001Z: mass delete in orders',
    ],
  ])('is not to switch where %s does not pass', (guard, members, text) => {
    const decision = decideRoutes(aSituation(members));
    expect(decision.action).toBe('blocked');
    expect(forbidding(decision)).toContain(guard);
    expect(textOf(decision, guard)).toContain(text);
    expect(textOf(decision, 'source-unhealthy')).toContain('us-east-1 fails');
  });

  it.each<[string, Partial<RoutingSituation>]>([
    ['cool-down and clocks', { history: [aChange({ decidedAt: ago(minutes(33)) })] }],
    ['two changes, of which one is a day old', { history: [aChange({ decidedAt: ago(minutes(1_444)) }), aChange()] }],
    ['two changes, of which a person made one', { history: [aChange({ by: 'person' }), aChange()] }],
    ['a change that was given up before it began', { history: [withoutSubmission(aChange({ decidedAt: AT }))] }],
    ['a freeze that is over', { freezes: [{ reason: 'r', until: AT }] }],
    ['the RPO budget to the second', { backlog: [backlogOf(EAST, WEST, { oldestPendingAt: ago(minutes(15)) })] }],
    ['the KMS load to the percent', { readiness: [ready(WEST, { kmsLoad: 0.8 })] }],
  ])('is to switch after %s', (_, members) => {
    expect(forbidding(decideRoutes(aSituation(members)))).toEqual([]);
  });

  it('counts a change that was decided and is still under way', () => {
    const { submittedAt: _, acceptedAt: __, ...open } = aChange({ decidedAt: ago(minutes(20)) });
    expect(forbidding(decideRoutes(aSituation({ history: [open] })))).toEqual(['cool-down']);
  });

  it('counts a change that may have been taken before it was given up', () => {
    const given = aChange({ decidedAt: ago(minutes(20)), abandoned: 'no answer' });
    expect(forbidding(decideRoutes(aSituation({ history: [given] })))).toEqual(['cool-down']);
  });

  it('never takes an unknown backlog for none', () => {
    const decision = decideRoutes(aSituation({ backlog: [] }));
    expect(decision.action).toBe('blocked');
    expect(forbidding(decision)).toEqual(['backlog-known', 'rpo-budget']);
    expect(textOf(decision, 'rpo-budget')).toBe('nobody knows whether the loss is within 15m');
    expect(decision.dataAtRisk).toEqual({});
  });

  it('is to stay while too few observers agree', () => {
    const decision = decideRoutes(aSituation({ mrap: anMrap({ quorum: 3 }) }));
    expect(decision.action).toBe('stay');
    expect(forbidding(decision)).toEqual(['quorum', 'source-unhealthy']);
    expect(textOf(decision, 'quorum')).toBe(
      '2 of 2 observers outside us-east-1 cannot read it (eu-west-1, eu-central-1); needed are 3',
    );
  });

  it('never takes the last active Region away', () => {
    const decision = decideRoutes(
      aSituation({ routes: aTable(route(EAST, 100)), buckets: aSituation().buckets.slice(0, 1) }),
    );
    expect(decision.action).toBe('blocked');
    expect(textOf(decision, 'one-active')).toBe('no Region would be left to take the traffic');
    expect(textOf(decision, 'target-healthy')).toBe('there is no Region that could take the traffic');
    expect(textOf(decision, 'backlog-known')).toBe('there is no Region whose backlog could be known');
  });

  it('takes no Region for a target whose bucket nobody has configured', () => {
    const decision = decideRoutes(
      aSituation({ routes: aTable(route(EAST, 100), route(NORTH, 100)), probes: outage(EAST) }),
    );
    expect(textOf(decision, 'target-healthy')).toBe('its bucket is not observed');
  });

  it('does not accuse where no active Region is observed', () => {
    const decision = decideRoutes(aSituation({ routes: aTable(route(NORTH, 100), route(EAST, 0)) }));
    expect(decision.action).toBe('stay');
    expect(textOf(decision, 'source-unhealthy')).toBe('no active Region is observed');
    expect(textOf(decision, 'quorum')).toBe('no Region is accused; needed are 2');
  });
});

describe('the mode', () => {
  const blocking = { backlog: [] };
  it.each<[RoutingDecision['action'], 'off' | 'advise' | 'automatic', string, Partial<RoutingSituation>]>([
    ['switch', 'automatic', 'every guard passes', {}],
    ['advise', 'advise', 'every guard passes', {}],
    ['blocked', 'off', 'every guard passes', {}],
    ['blocked', 'automatic', 'a guard forbids', blocking],
    ['blocked', 'advise', 'a guard forbids', blocking],
    ['advise', 'automatic', 'a Region is slow', { probes: throttledEast }],
    ['advise', 'advise', 'a Region is slow', { probes: throttledEast }],
    ['stay', 'off', 'a Region is slow', { probes: throttledEast }],
    ['stay', 'automatic', 'a Region is slow and a guard forbids', { probes: throttledEast, ...blocking }],
    ['advise', 'automatic', 'the ledger is out', { ledgerReachable: false, ...blocking, readiness: [] }],
    ['advise', 'advise', 'the ledger is out', { ledgerReachable: false, ...blocking }],
    ['blocked', 'off', 'the ledger is out', { ledgerReachable: false }],
    ['blocked', 'automatic', 'ledger and control plane are out', { ledgerReachable: false, routes: undefined }],
    [
      'blocked',
      'automatic',
      'the ledger is out, and there is no other Region',
      { ledgerReachable: false, routes: aTable(route(EAST, 100)) },
    ],
  ])('makes it %s in mode %s where %s', (action, mode, _, members) => {
    const decision = decideRoutes(aSituation({ mrap: anMrap({ mode }), ...members }));
    expect(decision.action).toBe(action);
    expect(textOf(decision, 'mode')).toBe(`the configuration says \`failover.mode: ${mode}\``);
  });

  it('advises by what one observer sees where it can ask nobody else', () => {
    const alone = outage(EAST).filter(({ observer }) => observer === WEST);
    expect(decideRoutes(aSituation({ probes: alone })).action).toBe('stay');
    const decision = decideRoutes(aSituation({ probes: alone, ledgerReachable: false }));
    expect(decision).toMatchObject({ action: 'advise', away: EAST });
    expect(forbidding(decision)).toEqual(expect.arrayContaining(['ledger-reachable', 'quorum', 'source-unhealthy']));
  });
});

describe('the way', () => {
  it('leads to the Regions that have traffic already and answer', () => {
    expect(dials(decideRoutes(ofThree([100, 100, 0])))).toEqual([0, 100, 0]);
  });

  it('leads to a passive Region where no active one answers', () => {
    const both = outage(EAST, THREE, [...THREE, WITNESS]).map((probe) =>
      probe.region === WEST && probe.observer !== WEST ? { ...probe, plain: 'failed' as const } : probe,
    );
    expect(dials(decideRoutes(ofThree([100, 100, 0], { probes: both })))).toEqual([0, 0, 100]);
  });

  it('leaves a Region that is only slow its traffic, and adds one that answers', () => {
    const slow = outage(EAST, THREE, [...THREE, WITNESS]).map((probe) =>
      probe.region === WEST ? { ...probe, plain: 'throttled' as const } : probe,
    );
    expect(dials(decideRoutes(ofThree([100, 100, 0], { probes: slow })))).toEqual([0, 100, 100]);
    // It keeps its traffic, so that what is not known of it counts.
    const decision = decideRoutes(ofThree([100, 100, 0], { probes: slow, backlog: [backlogOf(EAST, NORTH)] }));
    expect(forbidding(decision)).toEqual(['backlog-known', 'rpo-budget']);
  });

  it('leads to the first of equals', () => {
    expect(dials(decideRoutes(ofThree([100, 0, 0])))).toEqual([0, 100, 0]);
  });

  it('leads to the Region that passes more guards', () => {
    const readiness = [ready(WEST, { kmsLoad: 3 }), ready(NORTH)];
    expect(dials(decideRoutes(ofThree([100, 0, 0], { readiness })))).toEqual([0, 0, 100]);
  });

  it('leads to the Region with less at risk, the estimate included', () => {
    const fewer = [backlogOf(EAST, WEST, { pendingVersions: 3 }), backlogOf(EAST, NORTH, { pendingVersions: 2 })];
    expect(dials(decideRoutes(ofThree([100, 0, 0], { backlog: fewer })))).toEqual([0, 0, 100]);
    const later = [
      backlogOf(EAST, WEST, { pendingVersions: 2, completeUpTo: ago(minutes(9)) }),
      backlogOf(EAST, NORTH, { pendingVersions: 3 }),
    ];
    expect(dials(decideRoutes(ofThree([100, 0, 0], { backlog: later })))).toEqual([0, 0, 100]);
  });

  it('leads to no Region whose backlog is unknown while another is known', () => {
    const backlog = [backlogOf(EAST, NORTH, { pendingVersions: 9_999 })];
    expect(dials(decideRoutes(ofThree([100, 0, 0], { backlog })))).toEqual([0, 0, 100]);
  });

  it('weighs Regions of which nothing is known alike', () => {
    expect(dials(decideRoutes(ofThree([100, 0, 0], { backlog: [] })))).toEqual([0, 100, 0]);
  });
});

function withoutSubmission(change: RoutingSituation['history'][number]): RoutingSituation['history'][number] {
  const { submittedAt: _, acceptedAt: __, ...rest } = change;
  return { ...rest, abandoned: 'somebody else was first' };
}
