import type { AlertState, Mute } from '../model/alert-state.ts';
import type { Finding } from '../model/finding.ts';

/** Until when nothing is said about a cause; `undefined`: no mute is on. Where several are, the last that ends. */
export function mutedUntil(state: AlertState, mutes: readonly Mute[], now: Date): Date | undefined {
  const on = mutes.filter((mute) => isOn(mute, now) && matches(mute, state));
  return on.reduce<Date | undefined>(
    (latest, { until }) => (latest === undefined || until > latest ? until : latest),
    undefined,
  );
}

function isOn({ from, until }: Mute, now: Date): boolean {
  return now < until && (from === undefined || now >= from);
}

function matches({ fingerprint, code, pair, buckets = [], bucket }: Mute, state: AlertState): boolean {
  const { finding } = state;
  return (
    (fingerprint === undefined || fingerprint === state.fingerprint) &&
    (code === undefined || code === finding.code) &&
    (pair === undefined || isOf(finding, pair, buckets)) &&
    (bucket === undefined || bucketsOf(finding).includes(bucket))
  );
}

/** What names no pair is of those whose buckets it is about. */
function isOf(finding: Finding, pair: string, buckets: readonly string[]): boolean {
  const named = pairOf(finding);
  return named === undefined ? bucketsOf(finding).some((bucket) => buckets.includes(bucket)) : named === pair;
}

function pairOf({ subject, evidence }: Finding): string | undefined {
  if (subject.kind === 'pair') return subject.pair;
  const { link } = evidence;
  return typeof link === 'string' ? link.split('/', 1).join('') : undefined;
}

/** Both ends of what it is about. */
function bucketsOf({ subject, replica }: Finding): readonly string[] {
  const there = replica === undefined ? [] : [replica.bucket];
  switch (subject.kind) {
    case 'object-version':
      return [subject.object.bucket, ...there];
    case 'pair':
      return [subject.source, ...(subject.destination === undefined ? [] : [subject.destination]), ...there];
    case 'bucket':
    case 'prefix':
      return [subject.bucket, ...there];
    default:
      return there;
  }
}
