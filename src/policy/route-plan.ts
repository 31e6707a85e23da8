import {
  type AcceptedLoss,
  type DataAtRisk,
  type Guard,
  GUARDS,
  type Reason,
  type Route,
  type RoutePlan,
  type RoutingSituation,
  type Standing,
} from '../model/routing.ts';
import { dataAtRisk } from './data-at-risk.ts';
import { coolDown, flapLimit, notFrozen } from './history-guards.ts';
import { viewRegions } from './region-health.ts';
import { ledgerReachable, oneActive, quorum, routesKnown, sourceUnhealthy } from './route-guards.ts';
import { activeIn, sameRoutes } from './route-table.ts';
import { backlogKnown, rpoBudget, targetHealthy, targetReady } from './target-guards.ts';

export interface FailoverWish {
  /** Region that is to have the traffic. */
  readonly to: string;
  /** Regions that it is to leave; absent: every other one. */
  readonly away?: readonly string[];
  /** Stated by the person; absent: none. */
  readonly acceptLoss?: AcceptedLoss;
}

/** About changes that nobody asked for: a person is asked nothing by them, and sees what they say. */
const NOTED: ReadonlySet<Guard> = new Set<Guard>(['ledger-reachable', 'quorum', 'source-unhealthy', 'flap-limit']);

/** What a stated loss answers for. */
const ABOUT_LOSS: ReadonlySet<Guard> = new Set<Guard>(['backlog-known', 'rpo-budget', 'home-proved']);

/** A failover that a person asks for. Changes nothing. */
export function planFailover(situation: RoutingSituation, { to: target, away, acceptLoss }: FailoverWish): RoutePlan {
  const views = viewRegions(situation);
  const routes = situation.routes?.routes;
  const active = routes === undefined ? situation.buckets.map(({ region }) => region) : activeIn(routes);
  const leaving = active.filter((region) => region !== target && (away?.includes(region) ?? true));
  const staying = [target, ...active.filter((region) => region !== target && !leaving.includes(region))];
  const to = routes?.map((route) => ({ ...route, dial: staying.includes(route.region) ? 100 : 0 }));
  const exposure = dataAtRisk(situation, { leaving, staying });
  const accused = views.filter(({ region }) => leaving.includes(region));
  const reasons = [
    routesKnown(situation),
    ledgerReachable(situation),
    quorum(accused, situation),
    sourceUnhealthy(accused, views),
    targetHealthy(views, [target]),
    targetReady(situation, [target]),
    backlogKnown(exposure, situation.now),
    rpoBudget(exposure, situation.mrap.failover.rpoMs),
    coolDown(situation),
    flapLimit(situation),
    notFrozen(situation),
    oneActive(routes, to),
  ];
  // A target that nobody has judged may still be better than a Region that is out; one that is known to fail is not.
  const fails = views.some(({ region, health }) => region === target && health === 'unhealthy');
  const noted = new Set<Guard>([...NOTED, 'target-ready', ...(fails ? [] : (['target-healthy'] as const))]);
  return toPlan('failover', {
    reasons,
    noted,
    acceptLoss,
    leaving,
    staying,
    from: routes,
    to,
    views,
    risk: exposure.risk,
  });
}

interface Draft {
  readonly reasons: readonly Reason[];
  readonly noted: ReadonlySet<Guard>;
  readonly acceptLoss: AcceptedLoss | undefined;
  readonly leaving: readonly string[];
  readonly staying: readonly string[];
  readonly from: readonly Route[] | undefined;
  readonly to: readonly Route[] | undefined;
  readonly views: RoutePlan['health'];
  readonly risk: DataAtRisk;
}

export function toPlan(kind: RoutePlan['kind'], draft: Draft): RoutePlan {
  const { noted, acceptLoss, leaving, staying, from, to, views, risk } = draft;
  const covers = acceptLoss !== undefined && isCovered(risk, acceptLoss);
  const standingOf = ({ guard, passes }: Reason): Standing => {
    if (passes) return 'passes';
    if (noted.has(guard)) return 'noted';
    return covers && ABOUT_LOSS.has(guard) ? 'accepted' : 'blocks';
  };
  const reasons = draft.reasons
    .toSorted((a, b) => GUARDS.indexOf(a.guard) - GUARDS.indexOf(b.guard))
    .map((reason) => ({ ...reason, standing: standingOf(reason) }));
  const isSo = from !== undefined && to !== undefined && sameRoutes(from, to);
  const isBlocked = reasons.some(({ standing }) => standing === 'blocks');
  return {
    kind,
    outcome: isSo ? 'nothing' : isBlocked ? 'refused' : 'allowed',
    health: views.map(({ region, health, text }) => ({ region, health, text })),
    leaving,
    staying,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    reasons,
    dataAtRisk: risk,
  };
}

/** A number answers for what is counted and for the estimate, and never for what nobody knows. */
function isCovered({ versions, estimatedTail }: DataAtRisk, accepted: AcceptedLoss): boolean {
  if (accepted === 'unknown') return true;
  return versions !== undefined && estimatedTail !== undefined && versions + estimatedTail.versions <= accepted;
}
