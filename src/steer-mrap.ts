import { gatherRouting, readRoutes, type RoutingFacts, type RoutingPorts } from './gather/gather-routing.ts';
import { isEffective } from './gather/prove-effect.ts';
import type { HoldfastError } from './errors.ts';
import type { Config, MrapConfig } from './model/config.ts';
import type { Probe, RouteTable, RoutingDecision } from './model/routing.ts';
import { isSpeaker } from './policy/route-speaker.ts';
import { isToBeProved, lastAccepted, openChange, proofsNeeded } from './policy/route-stage.ts';
import { decideRoutes } from './policy/routing.ts';
import type { Call, KeptChange, MrapReader, MrapRoutes, Ports, Prober, RouteHistory } from './ports.ts';
import { type AftermathPorts, createAftermath } from './steer-aftermath.ts';
import { createActuator } from './steer-actuator.ts';
import { createNews } from './steer-news.ts';
import { toSituation } from './steer-situation.ts';

/** What a controller asks of the world. */
export interface SteerPorts
  extends Pick<Ports, 'region' | 'clock' | 'alerts' | 'notes'>, Omit<RoutingPorts, 'history'>, AftermathPorts {
  readonly routes: MrapRoutes;
  readonly history: RouteHistory;
  readonly reader: MrapReader;
  /** For its own eyes, when it cannot learn what others see. */
  readonly prober: Prober;
}

/** What one round made of one access point. */
export interface Steered {
  readonly mrap: string;
  readonly decision: RoutingDecision;
  /** The last change, where one is under way or was made in this round. */
  readonly change?: KeptChange;
  /** Why the steering ledger did not answer. */
  readonly trouble?: HoldfastError;
}

/** While nothing happens, routes are read this often, in milliseconds. */
const ROUTES_EVERY_MS = 60_000;

/** Own probes are worth remembering for so long, in milliseconds. */
const OWN_PROBES_MS = 2 * 60_000;

/** The controller of one access point in one Region. */
export function createController(
  mrap: MrapConfig,
  ports: SteerPorts,
  config: Pick<Config, 'pairs' | 'alerts'>,
): (call: Call) => Promise<Steered> {
  const { region, clock } = ports;
  const actuator = createActuator(mrap, ports);
  const aftermath = createAftermath(mrap, ports, config);
  const news = createNews(mrap, ports, config);
  let known: RouteTable | undefined;
  let own: readonly Probe[] = [];

  /** Without the ledger a controller has only its own eyes: enough to call for a person, never for a change. */
  async function withOwnEyes(facts: RoutingFacts, call: Call): Promise<RoutingFacts> {
    if (facts.ledgerReachable) return facts;
    const seen = await Promise.all(
      facts.buckets.map(async (bucket) => ports.prober.probe({ mrap: mrap.name, bucket }, call)),
    );
    own = [...own, ...seen].filter(({ at }) => facts.now.getTime() - at.getTime() <= OWN_PROBES_MS);
    return { ...facts, probes: own };
  }

  async function readAgain(avoid: string | undefined, call: Call): Promise<RouteTable | undefined> {
    known = await readRoutes(mrap, ports, { ...call, ...(avoid === undefined ? {} : { avoid }) });
    return known;
  }

  /** By routes that are a minute old at most; before anything but staying is decided they are read again. */
  async function decide(
    facts: RoutingFacts,
    call: Call,
  ): Promise<{ decision: RoutingDecision; routes: RouteTable | undefined }> {
    const isFresh = known !== undefined && facts.now.getTime() - known.at.getTime() < ROUTES_EVERY_MS;
    const before = isFresh ? known : await readAgain(undefined, call);
    const decision = decideRoutes(toSituation(facts, before));
    if (decision.action === 'stay' || !isFresh) return { decision, routes: before };
    const routes = await readAgain(decision.away, call);
    return { decision: decideRoutes(toSituation(facts, routes)), routes };
  }

  async function prove(change: KeptChange, call: Call): Promise<KeptChange> {
    const now = clock.now();
    if (!isToBeProved(change, now)) return change;
    const { proofs = [] } = change;
    const question = { arn: mrap.arn, to: change.to, times: mrap.failover.confirmations };
    const isProvedHere = proofs.some(({ observer }) => observer === region);
    const isNew = !isProvedHere && (await isEffective(question, ports, call));
    const all = isNew ? [...proofs, { observer: region, at: clock.now() }] : proofs;
    const isEnough = all.length > 0 && all.length >= proofsNeeded(change, mrap.observers.length, now);
    if (!isNew && !isEnough) return change;
    const proved = { ...change, proofs: all, ...(isEnough ? { effectiveAt: clock.now() } : {}) };
    return (await ports.history.update(proved, call)) ?? change; // somebody else has proved it too: in the next round
  }

  return async (call) => {
    const facts = await withOwnEyes(await gatherRouting(mrap, config, ports, call), call);
    const { decision, routes } = await decide(facts, call);
    const speaks = isSpeaker(region, facts, decision.health);
    const made = facts.ledgerReachable ? await actuator(facts, { decision, routes, speaks }, call) : undefined;
    if (made !== undefined) known = undefined;
    const history = made === undefined ? facts.history : [...facts.history.filter(({ id }) => id !== made.id), made];
    const accepted = lastAccepted(history);
    const proved = accepted && (await prove(accepted, call));
    const last = proved && speaks ? await aftermath(proved, { facts, decision, routes }, call) : proved;
    await news({ facts, decision, routes, last, speaks }, call);
    const change = openChange(history) ?? (made === undefined ? undefined : (last ?? made));
    return {
      mrap: mrap.name,
      decision,
      ...(change === undefined ? {} : { change }),
      ...(facts.trouble === undefined ? {} : { trouble: facts.trouble }),
    };
  };
}
