import type { Finding, FindingCode, Subject } from '../model/finding.ts';
import type { DataAtRisk, Reason, Route, RouteChange, RoutePlan, RoutingDecision } from '../model/routing.ts';
import { activeIn } from './route-table.ts';
import { moveOf } from './route-stage.ts';

/** What is known of an access point in this moment. */
export interface RoutingNews {
  readonly mrap: string;
  readonly decision: RoutingDecision;
  /** The last change that the control plane took; absent: none is remembered. */
  readonly last?: RouteChange;
  /** The way back, where the last change was a failover and the Region that was left has recovered. */
  readonly back?: Pick<RoutePlan, 'reasons'>;
  readonly now: Date;
}

/** How long the end of a failback is news, in milliseconds. */
const NEWS_MS = 24 * 3_600_000;

/**
 * What people are told about an access point. It follows from what is known now and from the history alone, so that a controller
 * that crashed between an act and its report has lost nothing: the next one tells it.
 */
export function routingFindings({ mrap, decision, last, back, now }: RoutingNews): readonly Finding[] {
  const about = (region?: string): Subject => ({ kind: 'mrap', mrap, ...(region === undefined ? {} : { region }) });
  const ofHealth = decision.health.flatMap(({ region, health, text }) => {
    const code = health === 'unhealthy' ? 'region-unhealthy' : health === 'impaired' ? 'region-impaired' : undefined;
    return code === undefined ? [] : [finding(code, about(region), { observed: text })];
  });
  return [
    ...ofHealth,
    ...ofDecision(decision).map(([code, evidence]) => finding(code, about(decision.away), evidence)),
    ...ofChange(last, back, now).map(([code, evidence]) => finding(code, about(last?.away), evidence)),
  ];
}

function finding(code: FindingCode, subject: Subject, evidence: Finding['evidence']): Finding {
  return { verdict: 'violated', code, subject, evidence };
}

type News = readonly [code: FindingCode, evidence: Finding['evidence']];

function ofDecision({ action, to, reasons, dataAtRisk }: RoutingDecision): readonly News[] {
  const plan = { ...(to === undefined ? {} : { to: regionsOf(to) }), ...atRisk(dataAtRisk), ...inWords(reasons) };
  if (action === 'advise') return [['failover-planned', { ...plan, stands: 'a person should decide' }]];
  return action === 'blocked' ? [['failover-blocked', plan]] : []; // a switch is told when it is in the history
}

function ofChange(last: RouteChange | undefined, back: RoutingNews['back'], now: Date): readonly News[] {
  if (last === undefined) return [];
  const { id, by, kind, from, to, decidedAt, acceptedAt, effectiveAt, recoveredAt } = last;
  const what = { change: id, by, from: regionsOf(from), to: regionsOf(to), decidedAt: decidedAt.toISOString() };
  const times = { ...what, ...at('acceptedAt', acceptedAt), ...at('effectiveAt', effectiveAt) };
  const why = Object.fromEntries(last.reasons.map((text, index) => [`why${index + 1}`, text]));
  if (kind === 'failback') {
    const isNews = effectiveAt !== undefined && now.getTime() - effectiveAt.getTime() <= NEWS_MS;
    return isNews ? [['failback-effective', { ...times, ...why }]] : [];
  }
  // A change that somebody else made was meant: that it stands is no news.
  if (by === 'elsewhere' || moveOf(last).leaving.length === 0) return [];
  const stage: News =
    effectiveAt === undefined
      ? ['failover-accepted', { ...times, ...why }]
      : ['failover-effective', { ...times, ...why }];
  const recovered: readonly News[] =
    recoveredAt === undefined ? [] : [['region-recovered', { ...what, ...at('recoveredAt', recoveredAt) }]];
  const ready: readonly News[] =
    back !== undefined && isReady(back) ? [['failback-ready', { ...what, ...inWords(back.reasons) }]] : [];
  return [stage, ...recovered, ...ready];
}

/** Whether nothing but a person's word is missing: about keys that were written at both sides. */
function isReady({ reasons }: NonNullable<RoutingNews['back']>): boolean {
  return reasons.every(({ guard, standing }) => standing !== 'blocks' || guard === 'conflicts-accepted');
}

function at(name: string, time: Date | undefined): Finding['evidence'] {
  return time === undefined ? {} : { [name]: time.toISOString() };
}

function regionsOf(routes: readonly Route[]): string {
  return activeIn(routes).join(' and ');
}

/** Each guard in its own words; those that forbid first. */
function inWords(reasons: readonly Reason[]): Finding['evidence'] {
  const failed = reasons.filter(({ passes }) => !passes);
  const others = reasons.filter(({ passes }) => passes);
  return {
    ...(failed.length === 0 ? {} : { forbidding: failed.map(({ guard }) => guard).join(', ') }),
    ...Object.fromEntries([...failed, ...others].map(({ guard, text }) => [guard, text])),
  };
}

function atRisk(risk: DataAtRisk | undefined): Finding['evidence'] {
  if (risk?.versions === undefined) return { pendingVersions: 'unknown' };
  const { versions, bytes, oldestPendingAt, completeUpTo, estimatedTail } = risk;
  return {
    pendingVersions: versions,
    ...(bytes === undefined ? {} : { pendingBytes: bytes }),
    ...at('oldestPendingAt', oldestPendingAt),
    ...at('completeUpTo', completeUpTo),
    ...(estimatedTail === undefined ? {} : { estimatedTailVersions: estimatedTail.versions }),
  };
}
