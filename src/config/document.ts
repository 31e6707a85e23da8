import type { Severity } from '../model/action.ts';
import type {
  AuditContentConfig,
  BucketConfig,
  DeclaredRule,
  Evidence,
  ExpectedDifferences,
  FailoverMode,
  FollowUp,
  ReplicaMatch,
  ReportLock,
} from '../model/config.ts';
import type { FindingFamily } from '../model/finding.ts';

/** holdfast.yml as it is written, with defaults: durations and sizes are still text. */
export interface ConfigDocument {
  readonly version: 1;
  readonly pairs: Readonly<Record<string, PairDocument>>;
  readonly mraps: Readonly<Record<string, MrapDocument>>;
  readonly verify: readonly VerifyDocument[];
  readonly alerts: AlertDocument;
  readonly audits: Readonly<Record<string, AuditDocument>>;
}

export interface PairDocument {
  readonly source: BucketConfig;
  readonly destinations: readonly BucketConfig[];
  readonly twoWay: boolean;
  readonly followUp: FollowUp;
  readonly match: ReplicaMatch;
  readonly lookAfter: readonly string[];
  readonly expect: ExpectedDifferences;
}

export interface MrapDocument {
  readonly arn: string;
  readonly pairs: readonly string[];
  readonly failover: {
    readonly mode: FailoverMode;
    readonly rpo: string;
    readonly coolDown: string;
    readonly quorum?: number | undefined;
    readonly confirmations: number;
    readonly window: number;
    readonly flaps: number;
  };
  readonly observers: readonly string[];
  readonly witness?: string | undefined;
  readonly active?: readonly string[] | undefined;
}

/** How many observers must agree where the document does not say it. */
export function majorityOf(observers: readonly string[]): number {
  return Math.floor(observers.length / 2) + 1;
}

export interface VerifyDocument {
  readonly prefix: string;
  readonly evidence: Evidence;
  readonly readUpTo?: string | undefined;
  readonly declared: readonly DeclaredRule[];
  readonly every: string;
}

export interface AuditDocument {
  readonly pair: string;
  readonly schedule: string;
  readonly timezone: string;
  readonly prefix: string;
  readonly versions: boolean;
  readonly content: { readonly mode: AuditContentConfig['mode']; readonly share: string };
  readonly budget: number;
  readonly ceiling: number;
  readonly concurrency: number;
  readonly grace?: string | undefined;
  readonly keep: string;
  readonly lock?: { readonly mode: ReportLock['mode']; readonly for: string } | undefined;
}

export interface AlertDocument {
  readonly severity: Severity;
  readonly subscriptions: readonly {
    readonly protocol: 'email' | 'https' | 'sqs';
    readonly endpoint: string;
    readonly severity?: Severity | undefined;
    readonly family?: FindingFamily | undefined;
    readonly pair?: string | undefined;
  }[];
  readonly maintenance: readonly {
    readonly from: string;
    readonly until: string;
    readonly pairs?: readonly string[] | undefined;
    readonly reason: string;
  }[];
}
