/** Why an audit ended before everything was audited. */
export type StopReason = 'budget' | 'too-many-differences' | 'given-up' | 'error';

/** Where a run of an audit stands. `refused`: nothing was audited, by a decision; `failed`: by a fault. */
export type AuditPhase = 'planning' | 'running' | 'reporting' | 'finished' | 'refused' | 'failed';

/** One run of an audit of the configuration, as the ledger of its Region keeps it. */
export interface AuditRun {
  /** Its name in the configuration. */
  readonly audit: string;
  readonly pair: string;
  /** Names the run, and sorts by its start: `20261121T150700Z-0a1b2c`. */
  readonly run: string;
  readonly phase: AuditPhase;
  readonly startedAt: Date;
  /** When anything was last written about it. */
  readonly updatedAt: Date;
  readonly endedAt?: Date;
  readonly shards: { readonly done: number; readonly all: number };
  /** Listed so far, of source and replica together. */
  readonly versions: number;
  /** Of these versions, in bytes. */
  readonly bytes: number;
  /** Versions that an audit of the same question expects to list; absent: nobody knows. */
  readonly expected?: number;
  /** Found so far, and violated among them. */
  readonly findings: number;
  readonly violated: number;
  /** What AWS asks for it so far. */
  readonly dollars: number;
  /** Present where it ended too early. */
  readonly stopped?: StopReason;
  /** In words, where it was refused or failed. */
  readonly reason?: string;
  /** Root of the tree over all shards, in hex; absent while, or where, some are missing. */
  readonly root?: string;
  /** Where the report is kept. */
  readonly report?: { readonly bucket: string; readonly prefix: string };
}
