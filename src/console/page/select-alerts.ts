import type { Severity } from '../../model/action.ts';
import type { AlertEvent } from '../../model/alert.ts';

/** What a person wants to see; empty `pair` and `text`: everything. */
export interface AlertFilter {
  readonly severities: ReadonlySet<string>;
  readonly pair: string;
  readonly text: string;
}

/** All notices of one cause. */
export interface AlertGroup {
  /** It says where the cause stands. */
  readonly latest: AlertEvent;
  readonly firstAt: string;
  /** How often people were told. */
  readonly times: number;
}

/** Newest first; every cause once, however often people were told of it. */
export function groupAlerts(alerts: Iterable<AlertEvent>): readonly AlertGroup[] {
  const groups = new Map<string, AlertGroup>();
  for (const alert of alerts) {
    const group = groups.get(alert.data.fingerprint);
    groups.set(alert.data.fingerprint, {
      latest: group !== undefined && group.latest.time > alert.time ? group.latest : alert,
      firstAt: group !== undefined && group.firstAt < alert.time ? group.firstAt : alert.time,
      times: (group?.times ?? 0) + 1,
    });
  }
  return [...groups.values()].toSorted((a, b) => (a.latest.time < b.latest.time ? 1 : -1));
}

/** Causes of this severity that are not over. */
export function countOpen(alerts: Iterable<AlertEvent>, severity: Severity): number {
  return groupAlerts(alerts).filter(({ latest: { data } }) => data.severity === severity && data.state !== 'resolved')
    .length;
}

/** `bucketsOf`: names of the buckets of each pair, because most findings name a bucket and no pair. */
export function isWanted(
  { latest: { data, subject } }: AlertGroup,
  { severities, pair, text }: AlertFilter,
  bucketsOf: (pair: string) => ReadonlySet<string>,
): boolean {
  if (!severities.has(data.severity)) return false;
  if (pair !== '' && !isOfPair(data, pair, bucketsOf)) return false;
  const wanted = text.trim().toLowerCase();
  return wanted === '' || `${data.code} ${subject} ${JSON.stringify(data.evidence)}`.toLowerCase().includes(wanted);
}

function isOfPair(
  { subject, replica }: AlertEvent['data'],
  pair: string,
  bucketsOf: (pair: string) => ReadonlySet<string>,
): boolean {
  if (subject.kind === 'pair') return subject.pair === pair;
  const names = bucketsOf(pair);
  const bucket =
    subject.kind === 'object-version'
      ? subject.object.bucket
      : subject.kind === 'bucket' || subject.kind === 'prefix'
        ? subject.bucket
        : undefined;
  return (bucket !== undefined && names.has(bucket)) || (replica !== undefined && names.has(replica.bucket));
}
