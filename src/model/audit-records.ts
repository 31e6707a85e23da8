import type { BucketRef } from './bucket-settings.ts';
import type { Severity } from './action.ts';
import type { StopReason } from './audit-run.ts';
import type { Basis, FindingCode, Remedy, Verdict } from './finding.ts';
import type { ObjectRef } from './object.ts';

/** Changes when a reader of older reports could misread a newer one. */
export const REPORT_FORMAT = 'holdfast.audit.v1';

/** Which versions are read, byte by byte, on both sides. */
export type ContentPlan =
  | { readonly mode: 'never' }
  | { readonly mode: 'all' }
  /** A share of all versions, chosen by their names and the seed. */
  | { readonly mode: 'sample'; readonly share: number; readonly seed: string }
  /** Each version once in `everyMs`, if an audit runs once in every `periodMs`: those whose turn it is in this `turn`. */
  | {
      readonly mode: 'age';
      readonly everyMs: number;
      readonly periodMs: number;
      readonly turn: number;
      /** Prefixes with an age of their own; absent: there are none. */
      readonly rules?: readonly AgeRule[];
    };

/** How old a proof of the objects under a prefix may become. The longest prefix of a bucket wins. */
export interface AgeRule {
  readonly bucket: string;
  readonly prefix: string;
  /** Absent: as old as the plan says. */
  readonly everyMs?: number;
}

/** What is asked; a run that goes on has to ask the same. */
export interface AuditQuestion {
  readonly pair: string;
  readonly prefix: string;
  /** ISO 8601; only what was last modified then or later. */
  readonly since?: string;
  /** Noncurrent versions and delete markers too. */
  readonly versions: boolean;
  readonly content: ContentPlan;
  /** Who reads the bytes; absent: we do. */
  readonly by?: 'compute-checksum';
  /** Least time between the two looks at a difference, in milliseconds. */
  readonly gapMs: number;
  /** Age from which a version has to be there; younger ones may be on their way. */
  readonly graceMs?: number;
}

/** A stretch of the keys of one link: after `after`, up to and with `upTo`. */
export interface Shard {
  readonly shard: number;
  /** `linkId` */
  readonly link: string;
  readonly after?: string;
  readonly upTo?: string;
}

/** What is audited and in which pieces, made once: who goes on with a run goes on with its pieces. */
export interface AuditPlan {
  readonly kind: 'audit';
  readonly format: typeof REPORT_FORMAT;
  readonly question: AuditQuestion;
  /** ISO 8601 */
  readonly startedAt: string;
  readonly links: readonly { readonly link: string; readonly source: BucketRef; readonly destination: BucketRef }[];
  readonly shards: readonly Shard[];
}

/** One finding: nothing in it differs between two runs over the same buckets. */
export interface FindingRecord {
  readonly kind: 'finding';
  readonly shard: number;
  readonly verdict: Verdict;
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly basis?: Basis;
  readonly proves?: 'recorded' | 'stored';
  readonly object: ObjectRef;
  readonly replica?: BucketRef;
  /** ISO 8601 */
  readonly lastModifiedAt: string;
  readonly evidence: Readonly<Record<string, string | number>>;
  readonly remedy?: Remedy;
}

/** Versions and their bytes. */
export interface Volume {
  readonly versions: number;
  readonly bytes: number;
}

/** What became of one shard: a leaf of the tree. */
export interface ShardRecord extends Shard {
  readonly kind: 'shard';
  readonly source: Volume;
  readonly replica: Volume;
  /** Shown alike by both listings. */
  readonly alike: number;
  /** Not shown alike, and looked at one by one: how many turned out to be the same. */
  readonly proved: number;
  /** On their way, and not late. */
  readonly waiting: number;
  /** Different as they are meant to be, by reason. */
  readonly expected: Readonly<Record<string, number>>;
  /** Read and the same as recorded. */
  readonly read: Volume;
  /** SHA-256 of everything that was listed, in hex. */
  readonly listed: string;
  readonly findings: { readonly count: number; readonly sha256: string };
}

/** The last line of a report. */
export interface AuditSummary {
  readonly kind: 'summary';
  readonly complete: boolean;
  readonly stopped?: StopReason;
  /** Root of the tree over all shards, in hex; absent where some are missing. */
  readonly root?: string;
  readonly shards: { readonly done: number; readonly all: number };
  readonly source: Volume;
  readonly replica: Volume;
  readonly alike: number;
  readonly proved: number;
  readonly waiting: number;
  readonly expected: Readonly<Record<string, number>>;
  readonly read: Volume;
  /** Findings by code. */
  readonly findings: Readonly<Record<string, number>>;
  readonly verdicts: Readonly<Record<Verdict, number>>;
  /** Requests by kind, of this run and those it goes on with. */
  readonly requests: Readonly<Record<string, number>>;
  readonly dollars: number;
  /** ISO 8601 */
  readonly endedAt: string;
}
