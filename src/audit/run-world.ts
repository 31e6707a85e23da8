import type { AlertSink, AlertStates, AuditBook, Call, Clock, Ledger, Listings, Notes, ReportStore } from '../ports.ts';
import type { AuditConfig, Config } from '../model/config.ts';
import type { LookWorld } from './look-at-version.ts';

/** What a run in AWS asks of the world. */
export interface RunWorld extends LookWorld {
  /** Where it runs. */
  readonly region: string;
  readonly clock: Clock;
  readonly book: AuditBook;
  readonly reports: ReportStore;
  /** Name of their bucket. */
  readonly reportsBucket: string;
  readonly listings: Listings;
  readonly alerts: AlertSink;
  /** What is open, so that it can be looked at again. */
  readonly states: Pick<AlertStates, 'list' | 'cases'>;
  readonly notes: Notes;
  readonly baselines: Pick<Ledger, 'baseline'>;
  /** Resolves after this time; rejects when the signal fires first. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** One run of one audit of the configuration. */
export interface RunOf {
  readonly audit: AuditConfig;
  readonly run: string;
  readonly config: Config;
}

/** The means of one invocation. */
export interface Invocation {
  readonly world: RunWorld;
  readonly call: Call;
}
