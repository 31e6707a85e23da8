import type { AccessPointView, LinkView, RouteChangeView, RouteView } from '../console/view.ts';
import { linkId } from '../model/link.ts';
import type { RouteChange, RoutingDecision } from '../model/routing.ts';
import { decideRoutes } from '../policy/routing.ts';
import type { LinkReport } from './link-report.ts';
import { actorOf, nameOfChange, stateOfChange } from './render-routes.ts';
import type { RouteReport } from './route-report.ts';

/** A report as the page gets it: only what it shows. */
export function toLinkView({ link, status, bulk, measurements, notes }: LinkReport): LinkView {
  const { source, destination, pair } = link;
  const { backlog, atRisk, checkpointAgeMs, state } = status;
  const { lag, latency, failed } = measurements ?? {};
  return {
    id: linkId(link),
    pair,
    source: { bucket: source.bucket, region: source.region },
    destination: { bucket: destination.bucket, region: destination.region },
    state,
    bulk,
    notes,
    ...(backlog && { backlog: { ...backlog, asOf: backlog.asOf.toISOString() } }),
    ...(atRisk && { atRisk: { ...atRisk, completeUpTo: atRisk.completeUpTo.toISOString() } }),
    ...(checkpointAgeMs !== undefined && { checkpointAgeMs }),
    ...(lag && { lag }),
    ...(latency && { s3Lag: latency }),
    ...(failed !== undefined && { failed }),
  };
}

/** As many changes as a person reads. */
const SHOWN_CHANGES = 5;

/** An access point as the page gets it. */
export function toAccessPointView({ situation, changes, freezes, notes }: RouteReport): AccessPointView {
  const { mrap, buckets, routes } = situation;
  const decision = decideRoutes(situation);
  const advice = toAdvice(decision, mrap.name);
  return {
    name: mrap.name,
    mode: mrap.failover.mode,
    buckets: buckets.map(({ bucket, region }): RouteView => {
      const dial = routes?.routes.find((route) => route.bucket === bucket)?.dial;
      const view = decision.health.find((each) => each.region === region);
      return {
        bucket,
        region,
        traffic: dial === undefined ? 'unknown' : dial > 0 ? 'active' : 'passive',
        health: view?.health ?? 'unknown',
        because: view?.text ?? 'nobody observes it',
      };
    }),
    ...(advice === undefined ? {} : { advice }),
    freezes: freezes.map(({ reason, until }) => ({ reason, until: until.toISOString() })),
    changes: changes
      .slice(-SHOWN_CHANGES)
      .toReversed()
      .map((change) => toChangeView(change)),
    notes,
  };
}

function toAdvice({ action, away, to, reasons }: RoutingDecision, name: string): string | undefined {
  if (action === 'stay' || away === undefined) return undefined;
  const target = to?.find(({ dial, region }) => dial > 0 && region !== away)?.region ?? 'another Region';
  if (action === 'switch') return `Holdfast switches from ${away} to ${target}`;
  if (action === 'advise') return `A person should switch to ${target}: holdfast failover ${name} --to ${target}`;
  const against = reasons.filter(({ passes }) => !passes).map(({ guard }) => guard);
  return `${away} should be left, and is not, because of ${against.join(', ')}`;
}

function toChangeView(change: RouteChange): RouteChangeView {
  const { decidedAt, effectiveAt } = change;
  return {
    at: decidedAt.toISOString(),
    what: nameOfChange(change),
    by: actorOf(change),
    state: stateOfChange(change),
    ...(effectiveAt === undefined ? {} : { tookMs: effectiveAt.getTime() - decidedAt.getTime() }),
  };
}
