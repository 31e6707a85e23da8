import type { ReportedFinding } from '../model/reported-finding.ts';
import type { Deed } from '../policy/deed-questions.ts';
import type { LoggedCause } from '../policy/log-evidence.ts';
import { byWhom } from '../policy/log-summary.ts';
import { formatAmount } from '../model/quantity-text.ts';
import { formatCount, printable } from './printable.ts';
import type { LogCoverage } from './render-logs.ts';

export interface ExplainedFinding {
  readonly finding: ReportedFinding;
  /** Absent: these logs do not know. */
  readonly cause?: LoggedCause;
}

export interface ExplainedReport {
  readonly explained: readonly ExplainedFinding[];
  /** Findings that no request is behind, such as those about how buckets are set up. */
  readonly others: number;
  readonly records: number;
  /** Removals of several objects at once that name none. */
  readonly nameless: number;
  readonly coverage: LogCoverage;
}

const DEEDS: Readonly<Record<Deed, string>> = {
  removed: 'removed',
  'removed-another': 'another version of it removed',
  hidden: 'hidden behind a delete marker',
  written: 'written',
  refused: 'refused',
};

/** For people: each finding with who did it, when and by which request. */
export function renderExplained({ explained, others, records, nameless, coverage }: ExplainedReport): string {
  const known = explained.filter(({ cause }) => cause !== undefined).length;
  const lines = [
    ...explained.flatMap((each) => [headingOf(each.finding), ...causeOf(each)]),
    ...(explained.length === 0 ? [] : ['']),
    `${formatAmount(explained.length, 'finding')}: ${formatCount(known)} explained by ${formatAmount(records, 'request')} in ${formatAmount(coverage.files, 'file')}, ${formatCount(explained.length - known)} not`,
    ...(others === 0 ? [] : [`${formatAmount(others, 'finding')} of kinds that no request is behind`]),
    ...(nameless === 0
      ? []
      : [
          `Removals of several objects at once that name no key: ${formatCount(nameless)}; server access logs name them`,
        ]),
    'Logs are best effort: what they do not show may have happened.',
  ];
  return `${lines.map((line) => printable(line)).join('\n')}\n`;
}

function headingOf({ code, bucket, key, versionId, isPrefix }: ReportedFinding): string {
  return `${code}  s3://${bucket}/${key}${isPrefix ? '*' : ''}${versionId === undefined ? '' : `?versionId=${versionId}`}`;
}

function causeOf({ cause }: ExplainedFinding): readonly string[] {
  if (cause === undefined) return ['  not in these logs'];
  const { deed, record, certainty, count } = cause;
  const { at, bucket, operation, requestId, remoteIp, userAgent, errorCode, status } = record;
  const of = count === undefined ? `, ${certainty}` : `, ${formatCount(count)} × by the same`;
  const refusal = deed === 'refused' ? ` with ${errorCode ?? status ?? 'an error'}` : '';
  const request = [
    operation,
    ...(requestId === undefined ? [] : [`request ${requestId}`]),
    ...(remoteIp === undefined ? [] : [`from ${remoteIp}`]),
    ...(userAgent === undefined ? [] : [`with ${userAgent}`]),
  ];
  return [
    `  ${DEEDS[deed]}${refusal} in ${bucket}, ${at.toISOString()}, by ${byWhom(record)}${of}`,
    `    ${request.join(', ')}`,
  ];
}

/** The findings with what the logs know in their evidence, and one record that sums up. */
export function toExplainedRecords({ explained, coverage, ...counts }: ExplainedReport): readonly object[] {
  const known = explained.filter(({ cause }) => cause !== undefined).length;
  const { others, records, nameless } = counts;
  const sum = { findings: explained.length, explained: known, others, records, namelessRemovals: nameless };
  return [
    ...explained.map(({ finding: { line }, cause }) => withEvidence(line, cause)),
    { kind: 'summary', ...sum, ...coverage },
  ];
}

type Line = ReportedFinding['line'];

/** Where the finding has its own: in the line, or in the data of the alert. */
function withEvidence(line: Line, cause: LoggedCause | undefined): object {
  const { data } = line;
  if (isLine(data)) return { ...line, data: withEvidence(data, cause) };
  const { evidence } = line;
  return { ...line, evidence: { ...(isLine(evidence) ? evidence : {}), ...toEvidence(cause) } };
}

function isLine(value: unknown): value is Line {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toEvidence(cause: LoggedCause | undefined): Readonly<Record<string, string | number>> {
  if (cause === undefined) return { logged: 'no' };
  const { deed, record, certainty, count } = cause;
  const { at, bucket, operation, source, requestId, remoteIp, userAgent, errorCode } = record;
  return {
    logged: deed,
    loggedAbout: certainty,
    loggedAt: at.toISOString(),
    loggedBy: byWhom(record),
    loggedBucket: bucket,
    loggedOperation: operation,
    loggedSource: source,
    ...(requestId === undefined ? {} : { loggedRequestId: requestId }),
    ...(remoteIp === undefined ? {} : { loggedFrom: remoteIp }),
    ...(userAgent === undefined ? {} : { loggedWith: userAgent }),
    ...(errorCode === undefined ? {} : { loggedError: errorCode }),
    ...(count === undefined ? {} : { loggedCount: count }),
  };
}
