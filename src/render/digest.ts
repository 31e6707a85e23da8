import type { AlertState } from '../model/alert-state.ts';
import type { DigestCause, DigestData, DigestEvent, RenderedDigest } from '../model/alert.ts';
import { shown, toMessageJson } from './cut.ts';
import { allCommand, type AlertPlace } from './notice-commands.ts';
import { formatTime } from './notice-reason.ts';
import { formatSubject } from './subject.ts';
import { toLine } from './title.ts';

/** Most causes in one message. With the longest names that there can be it stays below the limit. */
const MOST_CAUSES = 40;

/** Longest name of what a cause is about, in characters. */
const LONGEST = 300;

export interface Digest {
  /** The same for every repetition of this very digest. */
  readonly id: string;
  /** Of the ledger that knows the causes. */
  readonly region: string;
  readonly from: Date;
  readonly until: Date;
  /** Everything noted that has something new. */
  readonly states: readonly AlertState[];
}

/** What was noted in a day, in one message: it wants no answer. */
export function renderDigest(
  { id, region, from, until, states }: Digest,
  { stage }: Pick<AlertPlace, 'stage'>,
): RenderedDigest {
  const all = states.map((state) => toCause(state)).toSorted((a, b) => b.count - a.count);
  const causes = all.slice(0, MOST_CAUSES);
  const count = all.reduce((sum, cause) => sum + cause.count, 0);
  const title = toLine(`[digest] ${sayCount(count, 'observation')} of ${sayCount(all.length, 'cause')} in ${region}`);
  const data: DigestData = {
    region,
    from: from.toISOString(),
    until: until.toISOString(),
    title,
    causes,
    more: all.length - causes.length,
    count,
    list: allCommand({ region, ...(stage === undefined ? {} : { stage }) }),
  };
  const event: DigestEvent = {
    specversion: '1.0',
    id,
    source: `urn:holdfast:${region}`,
    type: 'holdfast.digest.v1',
    subject: `digest of ${region}`,
    time: until.toISOString(),
    datacontenttype: 'application/json',
    data,
  };
  return {
    event,
    title,
    // No family, code or pair: it goes to whoever wants everything of this severity.
    attributes: { severity: 'info', state: 'noted', region },
    message: toMessageJson({ default: toMessageJson(event), email: toEmail(data, { from, until }), sms: title }),
  };
}

function toCause({ fingerprint, finding, severity, count, told, firstAt, lastAt }: AlertState): DigestCause {
  const { verdict, code, subject } = finding;
  return {
    fingerprint,
    severity,
    verdict,
    code,
    subject: shown(formatSubject(subject), LONGEST),
    count: count - (told?.count ?? 0),
    total: count,
    firstAt: firstAt.toISOString(),
    lastAt: lastAt.toISOString(),
  };
}

function toEmail(
  { region, causes, more, count, list }: DigestData,
  { from, until }: { readonly from: Date; readonly until: Date },
): string {
  const lines = causes.map(
    ({ count: fresh, total, code, verdict, subject }) =>
      `  ${fresh.toLocaleString('en-US').padStart(9)}  ${code} (${verdict}; ${sayCount(total, 'case')} so far)\n             ${subject}`,
  );
  return `${[
    `For the record: nobody has to act. ${sayCount(count, 'observation')} in ${region}`,
    `from ${formatTime(from)} to ${formatTime(until)}.`,
    '',
    ...lines,
    ...(more === 0 ? [] : [`  and ${sayCount(more, 'cause')} more`]),
    '',
    'All of them:',
    `  ${list}`,
  ].join('\n')}\n`;
}

function sayCount(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
