import type { RoutingFacts } from './gather/gather-routing.ts';
import type { MrapConfig } from './model/config.ts';
import type { RouteTable, RoutingDecision } from './model/routing.ts';
import { lastAccepted, openChange } from './policy/route-stage.ts';
import { sameRoutes, timeOf } from './policy/route-table.ts';
import { decideRoutes } from './policy/routing.ts';
import type { Call, KeptChange, Ports } from './ports.ts';
import { carryOut, type ChangePorts, changeElsewhere } from './steer-change.ts';
import { toSituation } from './steer-situation.ts';

/** Whoever has not brought a change further for so long has stopped, in milliseconds; measured by one clock, not by two. */
const STOPPED_MS = { automatic: 30_000, person: 120_000, elsewhere: 30_000 } as const;

/** The same where nobody has watched for so long: clocks may be ten minutes apart. In milliseconds. */
const FORGOTTEN_MS = 20 * 60_000;

/** The control planes of the five Regions need not agree at once, in milliseconds. */
const AGREE_MS = 5 * 60_000;

export interface Decided {
  readonly decision: RoutingDecision;
  readonly routes: RouteTable | undefined;
  /** Whether it keeps the books in this round. */
  readonly speaks: boolean;
}

/** Makes the changes that are decided, and finishes those that somebody has left unfinished. Answers the change that it worked on. */
export function createActuator(
  mrap: MrapConfig,
  ports: ChangePorts & Pick<Ports, 'region'>,
): (facts: RoutingFacts, decided: Decided, call: Call) => Promise<KeptChange | undefined> {
  const { region, clock, history } = ports;
  let watched: { readonly id: string; readonly revision: number; readonly sinceMs: number } | undefined;

  /** Whether whoever works on it has stopped, as far as this controller has seen. */
  function hasStopped(change: KeptChange): boolean {
    const nowMs = clock.now().getTime();
    const { id, revision } = change;
    if (watched?.id !== id || watched.revision !== revision) watched = { id, revision, sinceMs: nowMs };
    return nowMs - watched.sinceMs >= STOPPED_MS[change.by] || nowMs - timeOf(change) >= FORGOTTEN_MS;
  }

  async function finish(
    open: KeptChange,
    facts: RoutingFacts,
    routes: RouteTable | undefined,
    call: Call,
  ): Promise<KeptChange> {
    if (open.holder !== region && !hasStopped(open)) return open;
    const held = open.holder === region ? open : await history.update({ ...open, holder: region }, call);
    if (held === undefined) return open; // somebody works on it after all
    const against = objection(held, facts, routes);
    return (await carryOut(held, { mrap, ...(against === undefined ? {} : { against }) }, ports, call)) ?? held;
  }

  async function begin(
    facts: RoutingFacts,
    { decision, routes }: Decided,
    call: Call,
  ): Promise<KeptChange | undefined> {
    const { away, to, reasons } = decision;
    if (decision.action !== 'switch' || to === undefined || routes === undefined) return undefined;
    const change = {
      mrap: mrap.name,
      decidedAt: clock.now(),
      by: 'automatic',
      kind: 'failover',
      from: routes.routes,
      to,
      reasons: reasons.map(({ text }) => text),
      ...(away === undefined ? {} : { away }),
    } as const;
    const claimed = await history.claim(change, { ...call, after: facts.history.at(-1)?.id, holder: region });
    if (claimed === undefined) return undefined; // another controller was first
    return (await carryOut(claimed, { mrap }, ports, call)) ?? claimed;
  }

  async function noteElsewhere(
    facts: RoutingFacts,
    { routes, speaks }: Decided,
    call: Call,
  ): Promise<KeptChange | undefined> {
    const last = lastAccepted(facts.history);
    if (!speaks || routes === undefined || last?.acceptedAt === undefined) return undefined;
    const now = clock.now();
    if (sameRoutes(routes.routes, last.to) || now.getTime() - last.acceptedAt.getTime() < AGREE_MS) return undefined;
    const change = changeElsewhere(last, routes.routes, now);
    return history.claim(change, { ...call, after: facts.history.at(-1)?.id, holder: region });
  }

  return async (facts, decided, call) => {
    const open = openChange(facts.history);
    if (open !== undefined) return finish(open, facts, decided.routes, call);
    return (await begin(facts, decided, call)) ?? noteElsewhere(facts, decided, call);
  };
}

/** Why an unfinished change is not to be given to the control plane any more. It is decided anew, as if it did not exist. */
function objection(change: KeptChange, facts: RoutingFacts, routes: RouteTable | undefined): string | undefined {
  if (change.by === 'person') return 'the command that asked for it ended before it was done';
  const history = facts.history.filter(({ id }) => id !== change.id);
  const { action, to, reasons } = decideRoutes(toSituation({ ...facts, history }, routes));
  if (action === 'switch' && to !== undefined && sameRoutes(to, change.to)) return undefined;
  const words = reasons.filter(({ passes }) => !passes).map(({ text }) => text);
  return ['it is not right any more', ...words].join(': ');
}
