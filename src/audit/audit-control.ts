import type { StopReason } from '../model/audit-run.ts';
import type { Spend } from './spend.ts';

/** Ends an audit before its end; what was finished until then is kept. */
export class AuditStopped extends Error {
  readonly reason: StopReason;

  constructor(reason: StopReason) {
    super(`the audit has stopped: ${reason}`);
    this.name = 'AuditStopped';
    this.reason = reason;
  }
}

/** Says when it is enough. */
export interface AuditControl {
  /** Throws `AuditStopped` where no more may be spent, or somebody has stopped. */
  check(): void;
  /** So many more versions are under suspicion; fewer, where the count is negative. */
  suspect(count: number): void;
  readonly suspects: () => number;
}

export interface AuditLimits {
  /** Dollars; absent: no limit. */
  readonly budget?: number;
  /** Differences at which it is no audit any more but two other buckets. */
  readonly ceiling: number;
  readonly signal: AbortSignal;
}

export function createAuditControl({ budget, ceiling, signal }: AuditLimits, spend: Spend): AuditControl {
  let suspects = 0;
  return {
    check() {
      if (signal.aborted) throw new AuditStopped('given-up');
      if (budget !== undefined && spend.dollars() >= budget) throw new AuditStopped('budget');
      if (suspects > ceiling) throw new AuditStopped('too-many-differences');
    },
    suspect(count) {
      suspects += count;
    },
    suspects: () => suspects,
  };
}
