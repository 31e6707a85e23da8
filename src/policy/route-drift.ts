import type { Finding } from '../model/finding.ts';
import type { Route, RouteChange, RoutingSituation } from '../model/routing.ts';
import { activeIn, sameRoutes, withActive } from './route-table.ts';

/**
 * Routes that are neither as Holdfast, or a person with it, left them, nor as they are configured to be when all is well. Nothing is
 * said while a change is under way, and where nobody ever said what they should be.
 */
export function routeDrift({
  mrap,
  routes,
  history,
}: Pick<RoutingSituation, 'mrap' | 'routes' | 'history'>): Finding | undefined {
  if (routes === undefined || history.slice(-1).some((change) => isUnderWay(change))) return undefined;
  const own = history.findLast(({ by, acceptedAt }) => by !== 'elsewhere' && acceptedAt !== undefined);
  const home = mrap.active === undefined ? undefined : withActive(routes.routes, mrap.active);
  const expected = own?.to ?? home;
  if (expected === undefined) return undefined;
  if ([expected, home].some((table) => table !== undefined && sameRoutes(table, routes.routes))) return undefined;
  return {
    verdict: 'violated',
    code: 'route-drift',
    subject: { kind: 'mrap', mrap: mrap.name },
    evidence: {
      routes: say(routes.routes),
      expected: say(expected),
      since: own === undefined ? 'the configuration' : `the ${own.kind} of ${own.decidedAt.toISOString()}`,
      readFrom: routes.readFrom,
    },
  };
}

function isUnderWay({ acceptedAt, abandoned }: RouteChange): boolean {
  return acceptedAt === undefined && abandoned === undefined;
}

function say(routes: readonly Route[]): string {
  const active = activeIn(routes);
  return active.length === 0 ? 'no Region' : active.join(' and ');
}
