import { gatherManifest, type ManifestPorts } from './gather/gather-manifest.ts';
import type { RoutingFacts } from './gather/gather-routing.ts';
import { findLateArrivals, type LatePorts } from './gather/late-arrivals.ts';
import type { Config, MrapConfig } from './model/config.ts';
import type { Link } from './model/link.ts';
import type { Manifest } from './model/manifest.ts';
import { linksBehind } from './model/mrap.ts';
import type { RouteTable, RoutingDecision } from './model/routing.ts';
import { dataAtRisk } from './policy/data-at-risk.ts';
import { lateArrivalFinding } from './policy/late-arrival.ts';
import { isLateWatched, moveOf, PROVE_MS } from './policy/route-stage.ts';
import { toAlerts } from './policy/to-alerts.ts';
import type { Call, KeptChange, ManifestBook, Ports, RouteHistory } from './ports.ts';
import { toSituation } from './steer-situation.ts';

export interface AftermathPorts extends ManifestPorts, LatePorts {
  readonly manifests: ManifestBook;
}

interface Round {
  readonly facts: RoutingFacts;
  readonly decision: RoutingDecision;
  readonly routes: RouteTable | undefined;
}

/** Versions that are looked at in one minute. */
const LATE_AT_ONCE = 1_000;

const LATE_EVERY_MS = 60_000;

/**
 * What a failover leaves to be done, in each round: lists what was left behind, notes when the Region is back, and watches for an
 * hour what arrives late. Answers the change as it is then.
 */
export function createAftermath(
  mrap: MrapConfig,
  ports: AftermathPorts & Pick<Ports, 'alerts' | 'clock'> & { readonly history: RouteHistory },
  config: Pick<Config, 'pairs' | 'alerts'>,
): (change: KeptChange, round: Round, call: Call) => Promise<KeptChange> {
  const { clock, history, manifests } = ports;
  let manifest: Manifest | undefined;
  let late = { next: 0, atMs: 0 };

  function linksOf(change: KeptChange): readonly Link[] {
    const { leaving, staying } = moveOf(change);
    return linksBehind(config, mrap).filter(
      ({ source, destination }) => leaving.includes(source.region) && staying.includes(destination.region),
    );
  }

  async function manifestOf(change: KeptChange, { facts, routes }: Round, call: Call): Promise<Manifest | undefined> {
    if (manifest?.change === change.id) return manifest;
    const known = await manifests.get(change, call);
    if (known !== undefined) return known;
    // After that the lists say what is pending now, not what was left behind.
    if (clock.now().getTime() - (change.acceptedAt?.getTime() ?? 0) > PROVE_MS) return undefined;
    const { risk } = dataAtRisk(toSituation(facts, routes), moveOf(change));
    const made = await gatherManifest({ change, links: linksOf(change), risk }, ports, call);
    await manifests.put(made, call);
    return made;
  }

  async function watchLate(change: KeptChange, { versions }: Manifest, call: Call): Promise<void> {
    const nowMs = clock.now().getTime();
    if (versions.length === 0 || nowMs - late.atMs < LATE_EVERY_MS) return;
    const from = late.next < versions.length ? late.next : 0;
    const found = await findLateArrivals(versions.slice(from, from + LATE_AT_ONCE), linksOf(change), ports, call);
    const findings = found.map((each) => lateArrivalFinding({ ...each, change: change.id }));
    for (const action of toAlerts(findings, { all: findings, threshold: config.alerts.severity }))
      if (action.kind === 'alert') await ports.alerts.open(action.alert, call);
    late = { next: from + LATE_AT_ONCE, atMs: nowMs };
  }

  return async (change, round, call) => {
    if (change.kind !== 'failover' || change.by === 'elsewhere') return change;
    manifest = await manifestOf(change, round, call);
    const now = clock.now();
    if (change.recoveredAt !== undefined) {
      if (manifest !== undefined && isLateWatched(change, now)) await watchLate(change, manifest, call);
      return change;
    }
    const left = moveOf(change).leaving;
    const isBack = left.every((region) =>
      round.decision.health.some((each) => each.region === region && each.health === 'healthy'),
    );
    return isBack ? ((await history.update({ ...change, recoveredAt: now }, call)) ?? change) : change;
  };
}
