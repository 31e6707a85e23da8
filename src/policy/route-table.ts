import type { Route, RouteChange, RoutingSituation } from '../model/routing.ts';

/** Regions that take traffic by these routes, in their order. */
export function activeIn(routes: readonly Route[]): readonly string[] {
  return routes.filter(({ dial }) => dial > 0).map(({ region }) => region);
}

/** The same table with these Regions active, and no other. */
export function withActive(routes: readonly Route[], regions: readonly string[]): readonly Route[] {
  return routes.map((route) => ({ ...route, dial: regions.includes(route.region) ? 100 : 0 }));
}

/** Whether two tables send the traffic to the same buckets; the order says nothing. */
export function sameRoutes(some: readonly Route[], others: readonly Route[]): boolean {
  return tableText(some) === tableText(others);
}

function tableText(routes: readonly Route[]): string {
  return routes
    .map(({ region, bucket, dial }) => JSON.stringify([region, bucket, dial]))
    .toSorted()
    .join('\n');
}

/** Changes that were or may have been given to the control plane: what was given up before that is none. */
export function changesOf({ history }: Pick<RoutingSituation, 'history'>): readonly RouteChange[] {
  return history.filter(({ abandoned, submittedAt }) => abandoned === undefined || submittedAt !== undefined);
}

/** When a change was last known to be under way. */
export function timeOf({ decidedAt, submittedAt, acceptedAt }: RouteChange): number {
  return Math.max(decidedAt.getTime(), submittedAt?.getTime() ?? 0, acceptedAt?.getTime() ?? 0);
}

/**
 * Regions that take the traffic when all is well: as configured, or as they were before the first failover from which there was no
 * way back yet. `undefined`: neither is known.
 */
export function homeRegions(situation: Pick<RoutingSituation, 'mrap' | 'history'>): readonly string[] | undefined {
  if (situation.mrap.active !== undefined) return situation.mrap.active;
  let home: readonly string[] | undefined;
  for (const { kind, from } of changesOf(situation)) {
    if (kind === 'failback') home = undefined;
    else home ??= activeIn(from);
  }
  return home;
}
