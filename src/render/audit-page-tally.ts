import type { Severity } from '../model/action.ts';
import type { FindingRecord, Shard, ShardRecord } from '../model/audit-records.ts';
import { familyOf, type FindingCode, type Verdict } from '../model/finding.ts';
import { countMeant } from './audit-words.ts';
import { createCoarseTally } from './coarse-tally.ts';

/** Findings of one code and verdict. */
export interface FoundKind {
  readonly verdict: Verdict;
  readonly code: FindingCode;
  /** The worst of them. */
  readonly severity: Severity;
  readonly count: number;
  /** The first ones, in the order of the report. */
  readonly examples: readonly FindingRecord[];
}

/** What is shown of one shard. */
export interface Stretch extends Pick<Shard, 'shard'> {
  /** At the source. */
  readonly versions: number;
  readonly alike: number;
  readonly proved: number;
  readonly waiting: number;
  readonly expected: number;
  readonly findings: number;
  /** Copies, of both sides. */
  readonly read: number;
}

/** Everything that a page says of the records of a report; nothing in it grows with the number of findings. */
export interface PageTally {
  add(record: FindingRecord | ShardRecord): void;
  /** The worst first, then the most. */
  kinds(): readonly FoundKind[];
  stretches(): ReadonlyMap<number, Stretch>;
  /** Violations by folder of the key: ends in `/`, or is empty for keys above every folder. */
  folders(): ReadonlyMap<string, number>;
  /** What has not arrived, by the time of the version: the beginning of an ISO 8601 time. */
  times(): ReadonlyMap<string, number>;
}

interface Growing {
  readonly verdict: Verdict;
  readonly code: FindingCode;
  severity: Severity;
  count: number;
  readonly examples: FindingRecord[];
}

const RANK: Readonly<Record<Severity, number>> = { critical: 2, warning: 1, info: 0 };

/** Of versions that the destination does not have. */
const NOT_THERE: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'replica-missing',
  'replica-overdue',
  'replication-failed',
  'replication-missed-threshold',
]);

const DEEPEST_FOLDER = 6;

/** Characters of an ISO 8601 time: the year, month, day, hour, minute. */
const TIME_LEVELS = [4, 7, 10, 13, 16] as const;

export function createPageTally(mostOfEach: number): PageTally {
  const kinds = new Map<string, Growing>();
  const stretches = new Map<number, Stretch>();
  const folders = createCoarseTally(folderOf, DEEPEST_FOLDER);
  const times = createCoarseTally((time, level) => time.slice(0, TIME_LEVELS[level]), TIME_LEVELS.length - 1);

  function addFinding(record: FindingRecord): void {
    const { verdict, code, severity, object, lastModifiedAt } = record;
    const name = `${verdict} ${code}`;
    const kind = kinds.get(name) ?? { verdict, code, severity, count: 0, examples: [] };
    kinds.set(name, kind);
    kind.count += 1;
    if (RANK[severity] > RANK[kind.severity]) kind.severity = severity;
    if (kind.examples.length < mostOfEach) kind.examples.push(record);
    if (verdict !== 'violated') return;
    folders.add(object.key);
    if (NOT_THERE.has(code)) times.add(lastModifiedAt);
  }

  function addShard(record: ShardRecord): void {
    const { shard, source, alike, proved, waiting, expected, read, findings } = record;
    stretches.set(shard, {
      shard,
      versions: source.versions,
      alike,
      proved,
      waiting,
      expected: countMeant(expected),
      findings: findings.count,
      read: read.versions,
    });
  }

  return {
    add(record) {
      if (record.kind === 'finding') addFinding(record);
      else addShard(record);
    },
    kinds: () => [...kinds.values()].toSorted(compareKinds),
    stretches: () => stretches,
    folders: folders.counts,
    times: times.counts,
  };
}

function compareKinds(a: FoundKind, b: FoundKind): number {
  if (a.verdict !== b.verdict) return a.verdict === 'violated' ? -1 : b.verdict === 'violated' ? 1 : 0;
  const worse = RANK[b.severity] - RANK[a.severity];
  return worse || b.count - a.count || (familyOf(a.code) + a.code < familyOf(b.code) + b.code ? -1 : 1);
}

/** So many of the folders that a key is in, at most. */
function folderOf(key: string, depth: number): string {
  const parts = key.split('/').slice(0, -1).slice(0, depth);
  return parts.map((part) => `${part}/`).join('');
}
