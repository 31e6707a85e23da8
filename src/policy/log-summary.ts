import { type AccessRecord, isDone, isRefusedUpload, isThrottle } from '../model/access-record.ts';

/** An object whose history is asked for. */
export interface AskedKey {
  readonly bucket: string;
  readonly key: string;
}

export interface LogQuestion {
  readonly since?: Date;
  readonly until?: Date;
  /** Only these; empty: every bucket. */
  readonly buckets: readonly string[];
  /** Who removed or overwrote them. */
  readonly keys: readonly AskedKey[];
  /** Buckets behind a Multi-Region Access Point, and its ARN: requests that went around it. */
  readonly accessPoint?: { readonly arn: string; readonly buckets: readonly string[] };
}

/** Requests that have something in common. */
export interface LogGroup {
  /** What they have in common, by name: bucket, prefix, requester, error. */
  readonly of: Readonly<Record<string, string>>;
  readonly count: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  /** Keys of some of them. */
  readonly examples: readonly string[];
}

/** What was done to an object that was asked for. */
export interface KeyHistory extends AskedKey {
  /** Oldest first: the last ones, where there were many. */
  readonly changes: readonly AccessRecord[];
  readonly count: number;
}

export interface LogSummary {
  readonly records: number;
  readonly firstAt?: Date;
  readonly lastAt?: Date;
  /** Most frequent first. */
  readonly throttles: readonly LogGroup[];
  readonly refusedUploads: readonly LogGroup[];
  readonly removals: readonly LogGroup[];
  readonly bypasses: readonly LogGroup[];
  readonly histories: readonly KeyHistory[];
  readonly routeChanges: readonly AccessRecord[];
  /** Requests that belong to groups that came after there were too many to keep apart. */
  readonly ungrouped: number;
}

/** Adds up records one by one, with memory that does not grow with their number. */
export interface LogTally {
  add(record: AccessRecord): void;
  summary(): LogSummary;
}

const MOST_GROUPS = 10_000;
const MOST_EXAMPLES = 5;
const MOST_CHANGES = 100;

export function createLogTally(question: LogQuestion): LogTally {
  const groups = {
    throttles: new Map<string, LogGroup>(),
    refusedUploads: new Map<string, LogGroup>(),
    removals: new Map<string, LogGroup>(),
    bypasses: new Map<string, LogGroup>(),
  };
  const histories = new Map<string, KeyHistory>(
    question.keys.map((asked) => [nameOf(asked), { ...asked, changes: [], count: 0 }]),
  );
  const routeChanges: AccessRecord[] = [];
  let span: { readonly records: number; readonly firstAt?: Date; readonly lastAt?: Date } = { records: 0 };
  let ungrouped = 0;
  const isMeant = isAsked(question);

  function group(kind: keyof typeof groups, of: Readonly<Record<string, string>>, record: AccessRecord): void {
    const map = groups[kind];
    const name = JSON.stringify(of);
    const before = map.get(name);
    if (before === undefined && map.size >= MOST_GROUPS) ungrouped += 1;
    else map.set(name, grown(before ?? { of, count: 0, firstAt: record.at, lastAt: record.at, examples: [] }, record));
  }

  return {
    add(record) {
      if (!isMeant(record)) return;
      const { firstAt = record.at, lastAt = record.at } = span;
      span = { records: span.records + 1, firstAt: earlier(firstAt, record.at), lastAt: later(lastAt, record.at) };
      const { bucket, requester = 'anonymous', errorCode = '' } = record;
      if (isThrottle(record)) {
        const service = record.kms === undefined ? 's3' : 'kms';
        group('throttles', { service, bucket, prefix: prefixOf(record.key), error: errorCode }, record);
      }
      if (isRefusedUpload(record)) group('refusedUploads', { bucket, requester, error: errorCode }, record);
      if (isDone(record) && (record.kind === 'remove' || record.kind === 'expire')) {
        group('removals', { bucket, prefix: prefixOf(record.key), by: byWhom(record) }, record);
      }
      if (goesAround(question, record)) group('bypasses', { bucket, requester, action: record.kind }, record);
      if (record.kind === 'routes') keepLast(routeChanges, record);
      if (isDone(record) && isChange(record)) {
        for (const name of namesOf(record)) {
          const history = histories.get(name);
          if (history !== undefined) histories.set(name, withChange(history, record));
        }
      }
    },
    summary: () => ({
      ...span,
      throttles: ranked(groups.throttles),
      refusedUploads: ranked(groups.refusedUploads),
      removals: ranked(groups.removals),
      bypasses: ranked(groups.bypasses),
      histories: [...histories.values()],
      routeChanges: routeChanges.toSorted((a, b) => a.at.getTime() - b.at.getTime()),
      ungrouped,
    }),
  };
}

/** Whether a record is about the time and the buckets that are asked for. */
export function isAsked({ since, until, buckets }: LogQuestion): (record: AccessRecord) => boolean {
  return ({ at, bucket, kind }) => {
    if ((since !== undefined && at < since) || (until !== undefined && at >= until)) return false;
    return buckets.length === 0 || buckets.includes(bucket) || kind === 'routes';
  };
}

/** S3 removes under a lifecycle rule, a person or a program by a request. */
export function byWhom({ kind, requester, operation }: AccessRecord): string {
  return kind === 'expire' ? `lifecycle (${operation})` : (requester ?? 'anonymous');
}

/** Whether a request, carried out, changes what a key has; parts of an upload do not. */
export function isChange({ kind, operation }: AccessRecord): boolean {
  if (kind === 'write') return !/PART$|^UploadPart|^RestoreObject$/.test(operation);
  return kind === 'remove' || kind === 'expire';
}

/** Reads and writes of data that should have come through the access point; S3's own doing never does. */
function goesAround({ accessPoint }: LogQuestion, { bucket, kind, accessPointArn }: AccessRecord): boolean {
  if (accessPoint === undefined || !accessPoint.buckets.includes(bucket)) return false;
  return ['read', 'write', 'remove'].includes(kind) && accessPointArn !== accessPoint.arn;
}

/** Up to the last slash. */
function prefixOf(key = ''): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}

function nameOf({ bucket, key }: AskedKey): string {
  return `${bucket}/${key}`;
}

function namesOf({ bucket, key, otherKeys }: AccessRecord): readonly string[] {
  return (key === undefined ? otherKeys : [key, ...otherKeys]).map((each) => nameOf({ bucket, key: each }));
}

function withChange(history: KeyHistory, record: AccessRecord): KeyHistory {
  const kept = [...history.changes, record].toSorted((a, b) => a.at.getTime() - b.at.getTime());
  return { ...history, count: history.count + 1, changes: kept.slice(-MOST_CHANGES) };
}

function grown(group: LogGroup, { at, key }: AccessRecord): LogGroup {
  const { examples } = group;
  const isNew = key !== undefined && examples.length < MOST_EXAMPLES && !examples.includes(key);
  return {
    ...group,
    count: group.count + 1,
    firstAt: earlier(group.firstAt, at),
    lastAt: later(group.lastAt, at),
    examples: isNew ? [...examples, key] : examples,
  };
}

function keepLast(list: AccessRecord[], record: AccessRecord): void {
  list.push(record);
  if (list.length > MOST_CHANGES) list.shift();
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b;
}

function later(a: Date, b: Date): Date {
  return a > b ? a : b;
}

function ranked(groups: ReadonlyMap<string, LogGroup>): readonly LogGroup[] {
  return [...groups.values()].toSorted((a, b) => b.count - a.count);
}
