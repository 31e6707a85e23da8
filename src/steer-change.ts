import { HoldfastError } from './errors.ts';
import { readRoutes } from './gather/gather-routing.ts';
import type { MrapConfig } from './model/config.ts';
import type { Route, RouteChange } from './model/routing.ts';
import { sameRoutes } from './policy/route-table.ts';
import type { Call, Clock, KeptChange, MrapRoutes, NewChange, RouteHistory } from './ports.ts';

export interface ChangePorts {
  readonly clock: Clock;
  readonly routes: MrapRoutes;
  readonly history: RouteHistory;
}

export interface CarryOut {
  readonly mrap: Pick<MrapConfig, 'arn'>;
  /** Why the change should not be given to the control plane any more; absent: it is still right. */
  readonly against?: string;
}

/** How long the control plane may take to show what it has been given, in milliseconds. */
const SETTLE_MS = 60_000;

/**
 * Brings a change of routes one step further, wherever whoever worked on it before has stopped: reads the routes, gives the change to
 * the control plane where they are still what it was decided for, and writes down what came of it. `undefined`: somebody else works on
 * it. May be repeated after any crash; a conflict is never answered by asking again blindly, but by reading in the next round.
 */
export async function carryOut(
  change: KeptChange,
  { mrap, against }: CarryOut,
  ports: ChangePorts,
  call: Call,
): Promise<KeptChange | undefined> {
  const { history, clock } = ports;
  const away = change.away === undefined ? {} : { avoid: change.away };
  const table = await readRoutes(mrap, ports, { ...call, ...away });
  if (table === undefined) return change; // no Region of the control plane answers: in the next round
  const { routes } = table;
  if (sameRoutes(routes, change.to)) return history.update({ ...change, acceptedAt: clock.now() }, call);
  if (!sameRoutes(routes, change.from))
    return abandon(change, 'somebody else has changed the routes meanwhile', ports, call);
  if (against !== undefined) {
    const sinceMs = clock.now().getTime() - (change.submittedAt?.getTime() ?? 0);
    // It may have been taken, and not be visible everywhere yet.
    return sinceMs < SETTLE_MS ? change : abandon(change, against, ports, call);
  }
  // Before, so that whoever finds it later knows that it may have been given; and only one of two gets past this line.
  const submitted = await history.update({ ...change, submittedAt: clock.now() }, call);
  if (submitted === undefined) return undefined;
  const answer = await submit(submitted, mrap, ports, { ...call, ...away });
  switch (answer?.kind) {
    case undefined: // nobody knows whether it was taken
    case 'conflict':
      return submitted;
    case 'accepted':
      return history.update({ ...submitted, acceptedAt: clock.now() }, call);
    case 'refused':
      return abandon(submitted, `the control plane refused it: ${answer.reason}`, ports, call);
    default:
      return answer satisfies never;
  }
}

async function submit(
  { from, to }: RouteChange,
  { arn }: Pick<MrapConfig, 'arn'>,
  { routes }: Pick<ChangePorts, 'routes'>,
  call: Parameters<MrapRoutes['submit']>[2],
): Promise<Awaited<ReturnType<MrapRoutes['submit']>> | undefined> {
  try {
    return await routes.submit(arn, updatesOf(from, to), call);
  } catch (error) {
    if (!(error instanceof HoldfastError) || call.signal.aborted) throw error;
    return undefined;
  }
}

/** Only what changes: what is left out stays as it is, whatever that is by now. */
function updatesOf(from: readonly Route[], to: readonly Route[]): readonly Route[] {
  return to.filter((route) => from.some(({ region, dial }) => region === route.region && dial !== route.dial));
}

async function abandon(
  change: KeptChange,
  abandoned: string,
  { history }: Pick<ChangePorts, 'history'>,
  call: Call,
): Promise<KeptChange | undefined> {
  return history.update({ ...change, abandoned }, call);
}

/** A change that somebody else made: it counts for the cool-down, and drift is measured against it. */
export function changeElsewhere(last: RouteChange, routes: readonly Route[], now: Date): NewChange {
  return {
    mrap: last.mrap,
    decidedAt: now,
    by: 'elsewhere',
    kind: sameRoutes(routes, last.from) && last.kind === 'failover' ? 'failback' : 'failover',
    from: last.to,
    to: routes,
    reasons: ['the routes are not what the last change made them: somebody has changed them with other tools'],
    acceptedAt: now,
  };
}
