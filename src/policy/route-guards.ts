import { formatAmount, formatDuration } from '../model/quantity-text.ts';
import type { Reason, Route, RoutingSituation } from '../model/routing.ts';
import type { RegionView } from './region-health.ts';
import { activeIn, sameRoutes } from './route-table.ts';

/** Routes that were read longer ago may be others by now, in milliseconds. */
const ROUTES_VALID_MS = 3 * 60_000;

export function routesKnown({ routes, now }: Pick<RoutingSituation, 'routes' | 'now'>): Reason {
  const guard = 'routes-known';
  if (routes === undefined) return { guard, passes: false, text: 'no Region of the control plane tells the routes' };
  const ageMs = now.getTime() - routes.at.getTime();
  const told = `${routes.readFrom} told the routes ${formatDuration(ageMs)} ago`;
  return ageMs <= ROUTES_VALID_MS
    ? { guard, passes: true, text: told }
    : { guard, passes: false, text: `${told}, which is too long` };
}

export function ledgerReachable({ ledgerReachable: passes }: Pick<RoutingSituation, 'ledgerReachable'>): Reason {
  const text = passes
    ? 'the steering ledger answers'
    : 'the steering ledger does not answer: what others saw, what is pending and what was changed lately is not known';
  return { guard: 'ledger-reachable', passes, text };
}

/** Observers inside the Region do not count: they may be as wrong as it is. */
export function quorum(leaving: readonly RegionView[], { mrap }: Pick<RoutingSituation, 'mrap'>): Reason {
  const needed = mrap.failover.quorum;
  const text = leaving
    .map(({ region, failing, outside }) => {
      const who = failing.length === 0 ? '' : ` (${failing.join(', ')})`;
      return `${failing.length} of ${formatAmount(outside, 'observer')} outside ${region} cannot read it${who}`;
    })
    .join('; ');
  const passes = leaving.length > 0 && leaving.every(({ failing }) => failing.length >= needed);
  return { guard: 'quorum', passes, text: `${text === '' ? 'no Region is accused' : text}; needed are ${needed}` };
}

/** Slow is not out: what is impaired is left only by a person. */
export function sourceUnhealthy(leaving: readonly RegionView[], active: readonly RegionView[]): Reason {
  const guard = 'source-unhealthy';
  if (leaving.length === 0) {
    const text = active.map((view) => view.text).join('; ');
    return { guard, passes: false, text: text === '' ? 'no active Region is observed' : text };
  }
  const passes = leaving.every(({ health }) => health === 'unhealthy');
  return { guard, passes, text: leaving.map((view) => view.text).join('; ') };
}

export function oneActive(routes: readonly Route[] | undefined, to: readonly Route[] | undefined): Reason {
  const guard = 'one-active';
  if (routes === undefined || to === undefined) return { guard, passes: false, text: 'there is nowhere to go' };
  const left = activeIn(to);
  if (left.length === 0) return { guard, passes: false, text: 'no Region would be left to take the traffic' };
  if (sameRoutes(routes, to)) return { guard, passes: false, text: 'the routes would be as they are' };
  return { guard, passes: true, text: `${left.join(' and ')} would take the traffic` };
}

export function mode({ mrap }: Pick<RoutingSituation, 'mrap'>): Reason {
  const configured = mrap.failover.mode;
  return {
    guard: 'mode',
    passes: configured === 'automatic',
    text: `the configuration says \`failover.mode: ${configured}\``,
  };
}
