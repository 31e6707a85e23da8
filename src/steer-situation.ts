import type { RoutingFacts } from './gather/gather-routing.ts';
import type { RouteTable, RoutingSituation } from './model/routing.ts';
import { readinessOf } from './policy/readiness.ts';

/** What a decision is made of, from what was read. */
export function toSituation(facts: RoutingFacts, routes: RouteTable | undefined): RoutingSituation {
  const { mrap, buckets, probes, backlog, reports, history, freezes, ledgerReachable, now } = facts;
  const readiness = buckets.map(({ region }) => readinessOf(region, reports)).filter((known) => known !== undefined);
  return { mrap, buckets, probes, routes, backlog, readiness, history, freezes, ledgerReachable, now };
}
