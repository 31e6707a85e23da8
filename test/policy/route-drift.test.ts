import { describe, expect, it } from 'vitest';
import type { RouteChange, RoutingSituation } from '../../src/model/routing.ts';
import { routeDrift } from '../../src/policy/route-drift.ts';
import { aChange, ago, anMrap, aSituation, aTable, EAST, minutes, NORTH, route, WEST } from '../support/routing.ts';

const east = aTable(route(EAST, 100), route(WEST, 0));
const west = aTable(route(EAST, 0), route(WEST, 100));
const configured = anMrap({}, { active: [EAST] });
const failover = aChange({ decidedAt: ago(minutes(60)) });
const elsewhere = aChange({ by: 'elsewhere', from: west.routes, to: east.routes, decidedAt: ago(minutes(5)) });

function underWay(): RouteChange {
  const { acceptedAt: _, ...open } = failover;
  return open;
}

describe('routes', () => {
  it.each<[string, Partial<RoutingSituation>]>([
    ['as the last change left them', { routes: west, history: [failover] }],
    ['in another order', { routes: aTable(route(WEST, 100), route(EAST, 0)), history: [failover] }],
    ['as configured', { routes: east, mrap: configured }],
    [
      'as configured, after somebody has undone a failover',
      { routes: east, mrap: configured, history: [failover, elsewhere] },
    ],
    ['while a change is under way', { routes: east, history: [underWay()] }],
    [
      'after a change that was given up',
      { routes: west, history: [failover, { ...underWay(), abandoned: 'refused' }] },
    ],
    ['that nobody tells', { routes: undefined, history: [failover] }],
    ['of which nobody ever said what they should be', { routes: west }],
  ])('do not drift: %s', (_, members) => {
    expect(routeDrift(aSituation(members))).toBeUndefined();
  });

  it('drift from the last change, whatever somebody did since', () => {
    expect(routeDrift(aSituation({ routes: east, history: [failover, elsewhere] }))).toEqual({
      verdict: 'violated',
      code: 'route-drift',
      subject: { kind: 'mrap', mrap: 'orders' },
      evidence: {
        routes: EAST,
        expected: WEST,
        since: 'the failover of 2026-11-02T02:00:00.000Z',
        readFrom: 'ap-northeast-1',
      },
    });
  });

  it.each<[string, RoutingSituation['routes'], string]>([
    ['another Region is active', west, WEST],
    ['one more Region is active', aTable(route(EAST, 100), route(WEST, 100)), `${EAST} and ${WEST}`],
    ['a Region is new', aTable(route(EAST, 100), route(NORTH, 100)), `${EAST} and ${NORTH}`],
    ['no Region is active', aTable(route(EAST, 0), route(WEST, 0)), 'no Region'],
  ])('drift from the configuration where %s', (_, routes, said) => {
    const found = routeDrift(aSituation({ routes, mrap: configured }));
    expect(found?.evidence).toMatchObject({ routes: said, expected: EAST, since: 'the configuration' });
  });
});
