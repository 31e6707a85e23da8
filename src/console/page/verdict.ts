import type { AlertEvent } from '../../model/alert.ts';
import type { AccessPointView, AuditView, LinkView, RouteView, StackView, Trouble } from '../view.ts';
import { countOf, formatCount } from './format.ts';
import { countOpen } from './select-alerts.ts';

/** How much of a person the state asks for. `unknown` is never calm. */
export type Level = 'burning' | 'attention' | 'unknown' | 'calm';

export interface Verdict {
  readonly level: Level;
  /** The first is the worst. */
  readonly reasons: readonly string[];
}

export interface Known {
  readonly links: readonly LinkView[] | undefined;
  readonly stacks: readonly StackView[] | undefined;
  readonly accessPoints: readonly AccessPointView[];
  readonly audits: readonly AuditView[];
  /** Of the last 24 hours. */
  readonly alerts: readonly AlertEvent[];
  readonly troubles: readonly Trouble[];
}

/** What somebody needs to know who looks for one second. */
export function toVerdict({ links, stacks, accessPoints, audits, alerts, troubles }: Known): Verdict {
  const count = (state: LinkView['state']): number => (links ?? []).filter((link) => link.state === state).length;
  const of = links === undefined ? '' : ` of ${countOf(links.length, 'link')}`;
  const critical = countOpen(alerts, 'critical');
  const warnings = countOpen(alerts, 'warning');
  const lanes = (stacks ?? []).flatMap((stack) => stack.lanes);
  const aside = lanes.reduce((sum, lane) => sum + lane.deadLetters + (lane.lane === 'poison' ? lane.waiting : 0), 0);
  const silent = (stacks ?? []).filter(({ alive }) => alive === 'no').map(({ region }) => region);

  const regions = accessPoints.flatMap(({ buckets }) => buckets);
  const inTraffic = (health: RouteView['health']): readonly string[] => [
    ...new Set(
      regions.filter((each) => each.health === health && each.traffic === 'active').map((each) => each.region),
    ),
  ];

  const namesOf = (state: AuditView['state']): readonly string[] =>
    audits.filter((audit) => audit.state === state).map(({ name }) => name);

  const burning = [
    ...(critical > 0 ? [countOf(critical, 'critical alert')] : []),
    ...(count('failed') > 0 ? [`${formatCount(count('failed'))}${of} failed`] : []),
    ...(count('overdue') > 0 ? [`${formatCount(count('overdue'))}${of} overdue`] : []),
    ...inTraffic('unhealthy').map((region) => `traffic goes to ${region}, which is unhealthy`),
    ...silent.map((region) => `stack silent in ${region}`),
  ];
  const attention = [
    ...(warnings > 0 ? [countOf(warnings, 'warning')] : []),
    ...inTraffic('impaired').map((region) => `traffic goes to ${region}, which is impaired`),
    ...namesOf('violated').map((name) => `audit ${name} found something violated`),
    ...namesOf('overdue').map((name) => `audit ${name} overdue`),
    ...namesOf('failed').map((name) => `audit ${name} failed`),
    ...(aside > 0 ? [`${countOf(aside, 'message')} set aside`] : []),
  ];
  const unknown = [
    ...(links === undefined ? ['nothing was looked at yet'] : []),
    ...(count('unknown') > 0 ? [`${formatCount(count('unknown'))}${of} unknown`] : []),
    ...namesOf('unknown').map((name) => `audit ${name} unknown`),
    ...(troubles.length > 0 ? [`${countOf(troubles.length, 'source')} cannot be read`] : []),
  ];
  const reasons = [...burning, ...attention, ...unknown];
  if (burning.length > 0) return { level: 'burning', reasons };
  if (attention.length > 0) return { level: 'attention', reasons };
  if (unknown.length > 0) return { level: 'unknown', reasons };
  return { level: 'calm', reasons: [`${countOf(links?.length ?? 0, 'link')} in time, nothing found in 24 h`] };
}
