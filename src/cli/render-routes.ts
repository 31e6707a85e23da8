import { formatDuration } from '../model/quantity-text.ts';
import type { Probe, RouteChange, RoutingDecision, RoutingSituation } from '../model/routing.ts';
import { holdfastCommand, quote } from '../model/shell-command.ts';
import { routeDrift } from '../policy/route-drift.ts';
import { printable } from './printable.ts';
import { alignColumns, describeProbe, wordOf } from './render-plan.ts';
import type { RouteReport } from './route-report.ts';

/** As many changes as fit on a screen. */
const SHOWN_CHANGES = 5;

/** Where the traffic of an access point goes and how its Regions are, for people. */
export function renderRouteReport(report: RouteReport, decision: RoutingDecision): string {
  const { situation, changes, freezes, seenFromHere, notes } = report;
  const { mrap, routes, now } = situation;
  const rows = situation.buckets.map(({ bucket, region }) => {
    const dial = routes?.routes.find((route) => route.bucket === bucket)?.dial;
    const health = decision.health.find((view) => view.region === region)?.health ?? 'unknown';
    return [bucket, region, dial === undefined ? 'unknown' : wordOf(dial), health, hereOf(seenFromHere, bucket)];
  });
  const age = (at: Date): string => `${formatDuration(now.getTime() - at.getTime())} ago`;
  return [
    `${mrap.name}: ${mrap.arn}, mode ${mrap.failover.mode}`,
    ...alignColumns([['bucket', 'Region', 'traffic', 'health', 'from this machine'], ...rows]),
    routes === undefined ? 'routes are not known' : `routes as ${routes.readFrom} told them ${age(routes.at)}`,
    ...driftOf(situation),
    ...decision.health.map(({ text }) => `  ${printable(text)}`),
    '',
    ...decisionOf(decision, mrap.name),
    ...freezes.map(({ reason, by, until }) => {
      return `frozen until ${until.toISOString()} by ${printable(by)}: ${printable(reason)}`;
    }),
    '',
    changes.length === 0 ? 'no change of routes is remembered' : 'last changes',
    ...changes
      .slice(-SHOWN_CHANGES)
      .toReversed()
      .map((change) => `  ${describeChange(change)}`),
    ...notes.map((note) => `not known: ${printable(note)}`),
    '',
  ].join('\n');
}

/** `failover to eu-west-1` */
export function nameOfChange({ kind, to }: Pick<RouteChange, 'kind' | 'to'>): string {
  const active = to.filter(({ dial }) => dial > 0).map(({ region }) => region);
  return `${kind} to ${active.join(' and ')}`;
}

/** How far a change has come. */
export function stateOfChange({
  abandoned,
  effectiveAt,
  acceptedAt,
}: RouteChange): 'given up' | 'effective' | 'accepted' | 'decided' {
  if (abandoned !== undefined) return 'given up';
  if (effectiveAt !== undefined) return 'effective';
  return acceptedAt === undefined ? 'decided' : 'accepted';
}

/** Who decided, in words. */
export function actorOf({ by }: Pick<RouteChange, 'by'>): string {
  return { automatic: 'by Holdfast', person: 'by a person', elsewhere: 'not by Holdfast' }[by];
}

/** Without the history nobody knows what the routes should be. */
export function driftIn(situation: RoutingSituation): ReturnType<typeof routeDrift> {
  return situation.ledgerReachable ? routeDrift(situation) : undefined;
}

function driftOf(situation: RoutingSituation): readonly string[] {
  const { routes, expected, since } = driftIn(situation)?.evidence ?? {};
  return routes === undefined ? [] : [`DRIFT: traffic goes to ${routes}; by ${since} it should go to ${expected}`];
}

/** The last word of Holdfast: what it would do, and each guard that says no. */
function decisionOf({ action, away, to, reasons, health }: RoutingDecision, name: string): readonly string[] {
  const [target] = (to ?? []).filter(({ dial, region }) => dial > 0 && region !== away).map(({ region }) => region);
  const against = reasons.filter(({ passes }) => !passes).map(({ guard, text }) => `  ✗ ${guard}: ${printable(text)}`);
  const command =
    target === undefined ? [] : [`  ${holdfastCommand(`failover ${quote(name)}`, { to: target, 'dry-run': true })}`];
  switch (action) {
    case 'stay':
      return health.every((view) => view.health === 'unknown')
        ? ['now: nobody knows enough to say more']
        : ['now: nothing is to be done'];
    case 'switch':
      return [`now: Holdfast switches from ${away} to ${target}`];
    case 'advise':
      return [`now: a person should switch from ${away} to ${target}`, ...against, ...command];
    case 'blocked':
      return [`now: ${away} should be left, and is not, because`, ...against, ...command];
    default:
      return action satisfies never;
  }
}

function hereOf(probes: readonly Probe[], bucket: string): string {
  const seen = probes.find((probe) => probe.bucket === bucket);
  return seen === undefined ? '-' : describeProbe(seen);
}

function describeChange(change: RouteChange & { readonly id: string }): string {
  const { id, decidedAt, effectiveAt, acceptedAt, abandoned } = change;
  const end = effectiveAt ?? acceptedAt;
  const took = end === undefined ? '' : ` after ${formatDuration(end.getTime() - decidedAt.getTime())}`;
  const why = abandoned === undefined ? '' : `: ${printable(abandoned)}`;
  return `${id}  ${decidedAt.toISOString()}  ${nameOfChange(change)} ${actorOf(change)}: ${stateOfChange(change)}${took}${why}`;
}
