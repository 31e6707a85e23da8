import { type AccessRecord, isDone } from '../model/access-record.ts';
import type { ReportedFinding } from '../model/reported-finding.ts';
import { type Deed, type DeedQuestion, MADE, QUESTIONS } from './deed-questions.ts';
import { byWhom, isChange } from './log-summary.ts';

/** The request that explains a finding, as far as the logs know. */
export interface LoggedCause {
  readonly deed: Deed;
  readonly record: AccessRecord;
  /** Logs name the version of a request only where the request did. */
  readonly certainty: 'this version' | 'this key';
  /** Of the same deed by the same requester, where the finding is about many objects. */
  readonly count?: number;
}

/** Looks for the requests behind findings, record by record. Memory grows with the findings, not with the records. */
export interface LogEvidence {
  add(record: AccessRecord): void;
  /** In the order of the findings. */
  causes(): readonly (LoggedCause | undefined)[];
  /** Removals of several objects at once whose keys CloudTrail does not tell, in buckets of the findings. */
  namelessRemovals(): number;
}

/** Whether logs can say who is behind such a finding. */
export function isInLogs({ code }: Pick<ReportedFinding, 'code'>): boolean {
  return Object.hasOwn(QUESTIONS, code);
}

export function createLogEvidence(findings: readonly ReportedFinding[]): LogEvidence {
  const asked = findings.map((finding) => createAsked(finding));
  const byObject = new Map<string, Asked[]>();
  const byPrefix: Asked[] = [];
  for (const each of asked) {
    if (each.finding.isPrefix) byPrefix.push(each);
    else for (const bucket of each.buckets.keys()) listUnder(byObject, nameOf(bucket, each.finding.key), each);
  }
  const buckets = new Set(asked.flatMap((each) => [...each.buckets.keys()]));
  let nameless = 0;

  return {
    add(record) {
      const { bucket, key, otherKeys, kind } = record;
      if (!buckets.has(bucket)) return;
      if (key === undefined) {
        if (kind === 'remove' && isDone(record)) nameless += 1;
        return;
      }
      const met = new Set([key, ...otherKeys].flatMap((each) => byObject.get(nameOf(bucket, each)) ?? []));
      for (const each of met) each.add(record);
      for (const each of byPrefix) if (each.buckets.has(bucket) && key.startsWith(each.finding.key)) each.add(record);
    },
    causes: () => asked.map((each) => each.cause()),
    namelessRemovals: () => nameless,
  };
}

type Counted = LoggedCause & { readonly count: number };

/** One finding, and the best that was heard about it. */
interface Asked {
  readonly finding: ReportedFinding;
  /** Where something was done that could explain it, and at which side that is. */
  readonly buckets: ReadonlyMap<string, DeedQuestion[1]>;
  add(record: AccessRecord): void;
  cause(): LoggedCause | undefined;
}

/** Requesters that are told apart where a finding is about many objects. */
const MOST_REQUESTERS = 1_000;

function createAsked(finding: ReportedFinding): Asked {
  const questions = QUESTIONS[finding.code] ?? [];
  const { bucket, replicaBucket, isPrefix } = finding;
  const buckets = new Map<string, DeedQuestion[1]>();
  if (questions.some(([, side]) => side === 'own')) buckets.set(bucket, 'own');
  if (replicaBucket !== undefined && questions.some(([, side]) => side === 'replica'))
    buckets.set(replicaBucket, 'replica');
  const best = new Map<string, Counted>();

  return {
    finding,
    buckets,
    add(record) {
      const side = buckets.get(record.bucket);
      const deed = deedOf(record, finding);
      if (side === undefined || deed === undefined || isTooEarly(record, deed, finding)) return;
      const certainty = isSameVersion(record, finding) ? 'this version' : 'this key';
      const found = { deed, record, certainty, count: 0 } as const;
      const name = `${deed} ${side} ${isPrefix ? byWhom(record) : ''}`;
      const before = best.get(name);
      if (before === undefined && best.size >= MOST_REQUESTERS) return;
      const better = before === undefined || isBetter(found, before, finding) ? found : before;
      best.set(name, { ...better, count: (before?.count ?? 0) + 1 });
    },
    cause() {
      const asked = questions.flatMap(([deed, side]) =>
        [...best].filter(([name]) => name.startsWith(`${deed} ${side} `)),
      );
      const [first] = isPrefix ? asked.toSorted(([, a], [, b]) => b.count - a.count) : asked;
      if (first === undefined) return undefined;
      const { count, ...cause } = first[1];
      return isPrefix ? { ...cause, count } : cause;
    },
  };
}

/**
 * Without a version ID a request hides what is current behind a delete marker, or removes it where there are no versions. Lifecycle
 * rules say which of both they did.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html
 */
function deedOf(record: AccessRecord, finding: ReportedFinding): Deed | undefined {
  const { kind, operation, versionId } = record;
  if (!isChange(record)) return undefined;
  if (!isDone(record)) return kind === 'write' ? 'refused' : undefined;
  if (kind === 'write') return 'written';
  if (operation.includes('DELETEMARKER')) return 'hidden';
  const isUnversioned = !finding.isPrefix && (finding.versionId ?? 'null') === 'null';
  if (versionId === undefined) return kind === 'expire' || isUnversioned ? 'removed' : 'hidden';
  return finding.versionId === undefined || isSameVersion(record, finding) ? 'removed' : 'removed-another';
}

function isSameVersion(record: AccessRecord, { versionId }: ReportedFinding): boolean {
  return versionId !== undefined && record.versionId === versionId;
}

/** Uploads begin before S3 says that a version was last modified. */
const LONGEST_UPLOAD_MS = 24 * 3_600_000;

/** What was done before there was the version was not done to it. */
function isTooEarly({ at }: AccessRecord, deed: Deed, { since }: ReportedFinding): boolean {
  const slackMs = deed === 'written' || deed === 'refused' ? LONGEST_UPLOAD_MS : 1_000;
  return since !== undefined && at.getTime() < since.getTime() - slackMs;
}

/** The very version before the key, somebody before S3's own replication, then the last; who wrote it: the nearest in time. */
function isBetter(found: LoggedCause, before: LoggedCause, { code, since }: ReportedFinding): boolean {
  if (found.certainty !== before.certainty) return found.certainty === 'this version';
  const [own, other] = [isByReplication(found.record), isByReplication(before.record)];
  if (own !== other) return other;
  const [at, then] = [found.record.at.getTime(), before.record.at.getTime()];
  if (QUESTIONS[code] !== MADE || since === undefined) return at > then;
  return Math.abs(at - since.getTime()) < Math.abs(then - since.getTime());
}

/** As S3 names its session when it replicates; CloudTrail names the service instead of an address. */
function isByReplication({ requester = '', remoteIp }: AccessRecord): boolean {
  return requester.endsWith('/s3-replication') || remoteIp === 's3.amazonaws.com';
}

function nameOf(bucket: string, key: string): string {
  return `${bucket}/${key}`;
}

function listUnder(map: Map<string, Asked[]>, name: string, asked: Asked): void {
  const known = map.get(name);
  if (known === undefined) map.set(name, [asked]);
  else known.push(asked);
}
