import type { Reason, Route, RoutingSituation } from '../model/routing.ts';
import { dataAtRisk, type Exposure } from './data-at-risk.ts';
import type { RegionView } from './region-health.ts';
import { activeIn } from './route-table.ts';
import { backlogKnown, rpoBudget, targetHealthy, targetReady } from './target-guards.ts';

/** One way to take the traffic away, and what would be lost by it. */
export interface Way {
  /** Regions that are to answer instead. */
  readonly targets: readonly string[];
  /** The whole table afterwards; absent where the routes are not known. */
  readonly to?: readonly Route[];
  readonly exposure: Exposure;
  readonly reasons: readonly Reason[];
}

/**
 * The best way: the Regions that are active and answer keep the traffic; where there is none, one passive Region takes it, the one
 * that passes most guards, then the one with the least data at risk, then the first of the configuration.
 */
export function chooseWay(
  situation: RoutingSituation,
  { views, leaving }: { readonly views: readonly RegionView[]; readonly leaving: readonly string[] },
): Way {
  const routes = situation.routes?.routes ?? [];
  const others = activeIn(routes).filter((region) => !leaving.includes(region));
  const answering = others.filter((region) =>
    views.some((view) => view.region === region && view.health === 'healthy'),
  );
  if (answering.length > 0) return wayTo(answering, { situation, views, leaving });
  const passive = situation.buckets
    .map(({ region }) => region)
    .filter(
      (region) => !leaving.includes(region) && routes.some((route) => route.region === region && route.dial === 0),
    );
  const ways = passive.map((region) => wayTo([region], { situation, views, leaving }));
  return ways.toSorted(byMerit)[0] ?? wayTo(others, { situation, views, leaving });
}

interface Choice {
  readonly situation: RoutingSituation;
  readonly views: readonly RegionView[];
  readonly leaving: readonly string[];
}

function wayTo(targets: readonly string[], { situation, views, leaving }: Choice): Way {
  const to = situation.routes?.routes.map((route) => ({ ...route, dial: dialOf(route, targets, leaving) }));
  // One that is slow keeps its traffic, and must have what was written elsewhere as well.
  const exposure = dataAtRisk(situation, { leaving, staying: to === undefined ? targets : activeIn(to) });
  return {
    targets,
    ...(to === undefined ? {} : { to }),
    exposure,
    reasons: [
      targetHealthy(views, targets),
      targetReady(situation, targets),
      backlogKnown(exposure, situation.now),
      rpoBudget(exposure, situation.mrap.failover.rpoMs),
    ],
  };
}

function dialOf({ region, dial }: Route, targets: readonly string[], leaving: readonly string[]): number {
  if (targets.includes(region)) return 100;
  return leaving.includes(region) ? 0 : dial;
}

/** Stable: equals stay in the order of the configuration. */
function byMerit(a: Way, b: Way): number {
  return passing(b) - passing(a) || atRisk(a) - atRisk(b);
}

function passing({ reasons }: Way): number {
  return reasons.filter(({ passes }) => passes).length;
}

function atRisk({ exposure: { risk } }: Way): number {
  return (risk.versions ?? Number.MAX_SAFE_INTEGER) + (risk.estimatedTail?.versions ?? 0);
}
