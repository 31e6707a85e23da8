import { GUARDS, type Guard, type Reason, type RoutingDecision, type RoutingSituation } from '../model/routing.ts';
import { coolDown, flapLimit, notFrozen } from './history-guards.ts';
import { type RegionView, viewRegions } from './region-health.ts';
import { ledgerReachable, mode, oneActive, quorum, routesKnown, sourceUnhealthy } from './route-guards.ts';
import { activeIn } from './route-table.ts';
import { chooseWay } from './route-target.ts';

/**
 * Whether traffic is to leave a Region now, and where to. Pure and total: it says why for every situation.
 *
 * A change that is done without a person needs every guard. Regions that are slow, throttled or in trouble with KMS are left on
 * advice only. The way back is never taken from here: see `planFailback`.
 */
export function decideRoutes(situation: RoutingSituation): RoutingDecision {
  const views = viewRegions(situation);
  const health = views.map(({ region, health: judged, text }) => ({ region, health: judged, text }));
  const active = activeViews(views, situation);
  const leaving = viewsToLeave(active, situation);
  const about = [
    routesKnown(situation),
    ledgerReachable(situation),
    quorum(leaving.length > 0 ? leaving : active, situation),
    sourceUnhealthy(leaving, active),
    mode(situation),
  ];
  const away = leaving[0]?.region;
  if (away === undefined) return { action: 'stay', health, reasons: inOrder(about) };
  const {
    to,
    exposure,
    reasons: ofTarget,
  } = chooseWay(situation, { views, leaving: leaving.map(({ region }) => region) });
  const reasons = inOrder([
    ...about,
    ...ofTarget,
    coolDown(situation),
    flapLimit(situation),
    notFrozen(situation),
    oneActive(situation.routes?.routes, to),
  ]);
  const action = actionFor(reasons, { situation, isSlow: leaving.every((view) => view.health === 'impaired') });
  if (action === 'stay') return { action, health, reasons };
  return { action, health, away, ...(to === undefined ? {} : { to }), reasons, dataAtRisk: exposure.risk };
}

/** Where the routes are not known, every Region may have traffic. */
function activeViews(views: readonly RegionView[], { routes }: RoutingSituation): readonly RegionView[] {
  if (routes === undefined) return views;
  const active = activeIn(routes.routes);
  return views.filter(({ region }) => active.includes(region));
}

/** Those that fail; else, without the ledger, those of which anybody says so; else those that are slow. */
function viewsToLeave(
  active: readonly RegionView[],
  { ledgerReachable: hasLedger }: RoutingSituation,
): readonly RegionView[] {
  const failing = active.filter((view) => view.health === 'unhealthy' || (!hasLedger && view.failing.length > 0));
  return failing.length > 0 ? failing : active.filter((view) => view.health === 'impaired');
}

function inOrder(reasons: readonly Reason[]): readonly Reason[] {
  return reasons.toSorted((a, b) => GUARDS.indexOf(a.guard) - GUARDS.indexOf(b.guard));
}

function actionFor(
  reasons: readonly Reason[],
  { situation, isSlow }: { readonly situation: RoutingSituation; readonly isSlow: boolean },
): RoutingDecision['action'] {
  const failed = reasons.filter(({ passes }) => !passes).map(({ guard }) => guard);
  const onlyFails = (...allowed: readonly Guard[]): boolean => failed.every((guard) => allowed.includes(guard));
  const configured = situation.mrap.failover.mode;
  if (isSlow) return configured !== 'off' && onlyFails('source-unhealthy', 'quorum', 'mode') ? 'advise' : 'stay';
  if (configured === 'off') return 'blocked';
  if (failed.length === 0) return 'switch';
  // Without the ledger most guards know nothing; that a person should look is known.
  if (!situation.ledgerReachable && !failed.includes('routes-known') && !failed.includes('one-active')) return 'advise';
  return configured === 'advise' && onlyFails('mode') ? 'advise' : 'blocked';
}
