import { formatAmount, formatDuration } from '../model/quantity-text.ts';
import type { AcceptedLoss, Guard, Reason, RoutePlan, RoutingSituation } from '../model/routing.ts';
import { dataAtRisk, type Exposure } from './data-at-risk.ts';
import { coolDown, notFrozen } from './history-guards.ts';
import { viewRegions } from './region-health.ts';
import { ledgerReachable, oneActive, routesKnown } from './route-guards.ts';
import { toPlan } from './route-plan.ts';
import { activeIn, homeRegions, withActive } from './route-table.ts';
import { backlogKnown, rpoBudget, targetHealthy, targetReady } from './target-guards.ts';

export interface FailbackWish {
  /** Regions that take traffic when all is well; absent: as configured, or as before the failover. */
  readonly home?: readonly string[];
  /** Every version that was made before must be at home; absent: as long ago as the RPO budget. */
  readonly barrier?: Date;
  /** How many keys were written at both sides and are listed; absent: nobody could look; `later`: they are counted when somebody goes. */
  readonly conflicts?: number | 'later';
  /** How many of them the person has accepted. */
  readonly acceptConflicts?: number;
  readonly acceptLoss?: AcceptedLoss;
}

const NOTED: ReadonlySet<Guard> = new Set<Guard>(['ledger-reachable']);

/**
 * The way back, which is never in a hurry: the Regions at home must answer and be ready, and everything that was written elsewhere
 * must be there, but for a tail within the RPO budget. Changes nothing.
 */
export function planFailback(situation: RoutingSituation, wish: FailbackWish): RoutePlan {
  const views = viewRegions(situation);
  const routes = situation.routes?.routes;
  const home = wish.home ?? homeRegions(situation) ?? [];
  const active = routes === undefined ? [] : activeIn(routes);
  const joining = home.filter((region) => !active.includes(region));
  const leaving = active.filter((region) => !home.includes(region));
  const to = routes && withActive(routes, home);
  // What any active Region has taken meanwhile is looked for where nobody was written to.
  const exposure = dataAtRisk(situation, { leaving: active, staying: joining });
  const { rpoMs } = situation.mrap.failover;
  const reasons = [
    routesKnown(situation),
    ledgerReachable(situation),
    targetHealthy(views, joining),
    targetReady(situation, joining),
    backlogKnown(exposure, situation.now),
    rpoBudget(exposure, rpoMs),
    coolDown(situation),
    notFrozen(situation),
    oneActive(routes, to),
    homeProved(exposure, wish.barrier ?? new Date(situation.now.getTime() - rpoMs), situation.now),
    conflictsAccepted(wish),
  ];
  const { acceptLoss } = wish;
  return toPlan('failback', {
    reasons,
    noted: wish.conflicts === 'later' ? new Set([...NOTED, 'conflicts-accepted']) : NOTED,
    acceptLoss,
    leaving,
    staying: home,
    from: routes,
    to,
    views,
    risk: exposure.risk,
  });
}

function homeProved({ exposedMs }: Exposure, barrier: Date, now: Date): Reason {
  const guard = 'home-proved';
  const since = `every version made before ${barrier.toISOString()}`;
  if (exposedMs === undefined) return { guard, passes: false, text: `nobody knows whether ${since} is at home` };
  const provedUpTo = now.getTime() - exposedMs;
  if (provedUpTo >= barrier.getTime()) return { guard, passes: true, text: `${since} is proved to be at home` };
  const behind = formatDuration(barrier.getTime() - provedUpTo);
  return { guard, passes: false, text: `not ${since} is at home: the proof is ${behind} behind` };
}

function conflictsAccepted({ conflicts, acceptConflicts = 0 }: FailbackWish): Reason {
  const guard = 'conflicts-accepted';
  if (conflicts === undefined || conflicts === 'later')
    return { guard, passes: false, text: 'nobody has counted the keys that were written at both sides' };
  const text = `${formatAmount(conflicts, 'key')} written at both sides; accepted are ${acceptConflicts}`;
  return { guard, passes: conflicts <= acceptConflicts, text };
}
