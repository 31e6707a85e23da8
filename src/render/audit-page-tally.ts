import type { Severity } from '../model/action.ts';
import type { FindingRecord, Shard, ShardRecord } from '../model/audit-records.ts';
import type { FindingCode, Verdict } from '../model/finding.ts';

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
export interface Stretch extends Pick<Shard, 'shard' | 'link'> {
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

/** Findings by age of the version: how many are older than a boundary, and not older than the next. */
export type Ages = readonly number[];

/** Everything that a page says of the records of a report; nothing in it grows with the number of findings. */
export interface PageTally {
  add(record: FindingRecord | ShardRecord): void;
  kinds(): readonly FoundKind[];
  stretches(): ReadonlyMap<number, Stretch>;
  /** By ISO 8601 day of the last change to the version: findings of the replication family that are violated. */
  days(): ReadonlyMap<string, number>;
}

interface Growing {
  verdict: Verdict;
  code: FindingCode;
  severity: Severity;
  count: number;
  examples: FindingRecord[];
}

const RANK: Readonly<Record<Severity, number>> = { critical: 2, warning: 1, info: 0 };

export function createPageTally(mostOfEach: number): PageTally {
  const kinds = new Map<string, Growing>();
  const stretches = new Map<number, Stretch>();
  const days = new Map<string, number>();

  function addFinding(record: FindingRecord): void {
    const { verdict, code, severity, lastModifiedAt } = record;
    const name = `${verdict} ${code}`;
    const kind = kinds.get(name) ?? { verdict, code, severity, count: 0, examples: [] };
    kinds.set(name, kind);
    kind.count += 1;
    if (RANK[severity] > RANK[kind.severity]) kind.severity = severity;
    if (kind.examples.length < mostOfEach) kind.examples.push(record);
    const day = lastModifiedAt.slice(0, 10);
    if (verdict === 'violated') days.set(day, (days.get(day) ?? 0) + 1);
  }

  function addShard({ shard, link, source, alike, proved, waiting, expected, read, findings }: ShardRecord): void {
    stretches.set(shard, {
      shard,
      link,
      versions: source.versions,
      alike,
      proved,
      waiting,
      expected: Object.values(expected).reduce((sum, count) => sum + count, 0),
      findings: findings.count,
      read: read.versions,
    });
  }

  return {
    add(record) {
      if (record.kind === 'finding') addFinding(record);
      else addShard(record);
    },
    kinds: () =>
      [...kinds.values()].toSorted(
        (a, b) => RANK[b.severity] - RANK[a.severity] || b.count - a.count || (a.code < b.code ? -1 : 1),
      ),
    stretches: () => stretches,
    days: () => days,
  };
}
