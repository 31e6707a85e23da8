import { describe, expect, it } from 'vitest';
import type { RoutePlan, RoutingDecision } from '../../src/model/routing.ts';
import { lateArrivalFinding } from '../../src/policy/late-arrival.ts';
import { decideRoutes } from '../../src/policy/routing.ts';
import { type RoutingNews, routingFindings } from '../../src/policy/routing-findings.ts';
import { aChange, ago, allWell, aSituation, AT, backlogOf, EAST, minutes, route, WEST } from '../support/routing.ts';

const well = decideRoutes(aSituation({ probes: allWell() }));
const switching = decideRoutes(aSituation());
const blocked = decideRoutes(aSituation({ backlog: [backlogOf(EAST, WEST, { completeUpTo: ago(minutes(60)) })] }));
const unknown = decideRoutes(aSituation({ backlog: [] }));
const advice = decideRoutes(
  aSituation({ mrap: { ...aSituation().mrap, failover: { ...aSituation().mrap.failover, mode: 'advise' } } }),
);
const slow: RoutingDecision = { ...well, health: [{ region: EAST, health: 'impaired', text: 'it is throttled' }] };

const news = (members: Partial<RoutingNews> = {}): RoutingNews => ({
  mrap: 'orders',
  decision: well,
  now: AT,
  ...members,
});
const codes = (members: Partial<RoutingNews>): readonly string[] =>
  routingFindings(news(members)).map(({ code, subject }) => `${code} ${subject.kind === 'mrap' ? subject.region : ''}`);

const failover = aChange({ away: EAST, acceptedAt: ago(minutes(9)) });
const effective = { ...failover, effectiveAt: ago(minutes(7)) };
const recovered = { ...effective, recoveredAt: ago(minutes(2)) };
const reason = (
  guard: RoutePlan['reasons'][number]['guard'],
  standing: 'passes' | 'blocks',
): RoutePlan['reasons'][number] => ({
  guard,
  passes: standing === 'passes',
  standing,
  text: guard,
});

describe('what people are told about an access point', () => {
  it.each([
    ['all is well', {}, []],
    ['a Region is slow', { decision: slow }, [`region-impaired ${EAST}`]],
    ['a change is about to be made', { decision: switching }, [`region-unhealthy ${EAST}`]],
    ['a guard forbids it', { decision: blocked }, [`region-unhealthy ${EAST}`, `failover-blocked ${EAST}`]],
    [
      'nobody knows what would be lost',
      { decision: unknown },
      [`region-unhealthy ${EAST}`, `failover-blocked ${EAST}`],
    ],
    ['a person should decide', { decision: advice }, [`region-unhealthy ${EAST}`, `failover-planned ${EAST}`]],
    ['a change was accepted', { last: failover }, [`failover-accepted ${EAST}`]],
    ['it is effective', { last: effective }, [`failover-effective ${EAST}`]],
    ['the Region is back', { last: recovered }, [`failover-effective ${EAST}`, `region-recovered ${EAST}`]],
    [
      'the way back is open',
      { last: recovered, back: { reasons: [reason('cool-down', 'passes'), reason('conflicts-accepted', 'blocks')] } },
      [`failover-effective ${EAST}`, `region-recovered ${EAST}`, `failback-ready ${EAST}`],
    ],
    [
      'the way back is not open',
      { last: recovered, back: { reasons: [reason('home-proved', 'blocks')] } },
      [`failover-effective ${EAST}`, `region-recovered ${EAST}`],
    ],
    ['somebody else changed routes', { last: { ...effective, by: 'elsewhere' as const } }, []],
    [
      'a change let more in',
      { last: { ...effective, from: [route(EAST, 0), route(WEST, 100)], to: [route(EAST, 100), route(WEST, 100)] } },
      [],
    ],
    [
      'a way back was taken that is no way away',
      { last: aChange({ kind: 'failback', effectiveAt: ago(minutes(7)) }) },
      ['failback-effective undefined'],
    ],
    ['the way back was taken', { last: { ...effective, kind: 'failback' as const } }, [`failback-effective ${EAST}`]],
    ['the way back is not effective yet', { last: { ...failover, kind: 'failback' as const } }, []],
    [
      'it was taken long ago',
      { last: { ...effective, kind: 'failback' as const, effectiveAt: ago(minutes(25 * 60)) } },
      [],
    ],
  ])('%s', (_, members, expected) => {
    expect(codes(members)).toEqual(expected);
  });

  it('says which guards forbid a change, what each says, and what would be lost', () => {
    const finding = routingFindings(news({ decision: blocked })).at(-1);
    expect(finding).toMatchObject({ verdict: 'violated', subject: { kind: 'mrap', mrap: 'orders', region: EAST } });
    expect(finding?.evidence).toMatchObject({
      to: WEST,
      forbidding: 'rpo-budget',
      pendingVersions: 0,
      estimatedTailVersions: 7_200,
    });
    expect(finding?.evidence['rpo-budget']).toContain('allowed are');
    expect(finding?.evidence['quorum']).toContain('cannot read it');
    const dark = routingFindings(news({ decision: unknown })).at(-1);
    expect(dark?.evidence).toMatchObject({ forbidding: 'backlog-known, rpo-budget', pendingVersions: 'unknown' });
  });

  it('names what is known of a loss, and nothing else', () => {
    const risk = { versions: 1, oldestPendingAt: AT };
    const [, finding] = routingFindings(news({ decision: { ...blocked, dataAtRisk: risk } }));
    expect(finding?.evidence).toMatchObject({ pendingVersions: 1, oldestPendingAt: AT.toISOString() });
    expect(finding?.evidence).not.toHaveProperty('pendingBytes');
    expect(finding?.evidence).not.toHaveProperty('estimatedTailVersions');
  });

  it('tells nowhere to go where there is nowhere', () => {
    const { to: _to, ...nowhere } = blocked;
    expect(routingFindings(news({ decision: nowhere })).at(-1)?.evidence).not.toHaveProperty('to');
  });
});

it('a late arrival comes with the command that undoes it, whatever the key', () => {
  const object = { bucket: 'orders-euw1', region: WEST, key: 'a+%/é 😀', versionId: 'late' };
  const finding = lateArrivalFinding({
    change: '00000001',
    object,
    writtenAt: ago(minutes(9)),
    hidden: { versionId: 'new', writtenAt: AT },
  });
  expect(finding).toMatchObject({
    verdict: 'violated',
    code: 'late-arrival-took-over',
    subject: { kind: 'object-version', object },
    evidence: { change: '00000001', hiddenVersionId: 'new', hiddenWrittenAt: AT.toISOString() },
  });
  expect(finding.remedy?.commands).toEqual([
    "aws s3api copy-object --bucket orders-euw1 --key 'a+%/é 😀' --copy-source 'orders-euw1/a%2B%25/%C3%A9%20%F0%9F%98%80?versionId=new' --region eu-west-1",
  ]);
});
