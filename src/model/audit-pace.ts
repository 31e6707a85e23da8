import type { AuditRun } from './audit-run.ts';

/** How fast a run is, and how far. */
export interface AuditPace {
  /** Versions, on both sides together; absent: nothing was heard of the run since it began. */
  readonly perSecond?: number;
  /** From 0 to 1; absent: nobody knows how much there is. */
  readonly share?: number;
  /** Time that is left if it goes on so, in milliseconds; absent: nobody knows. */
  readonly leftMs?: number;
}

/** Of a run that is under way. What was written last may be a quarter of an hour old: time goes on meanwhile, counts do not. */
export function paceOf(run: AuditRun, now: Date): AuditPace {
  const { startedAt, updatedAt, versions } = run;
  const tookMs = updatedAt.getTime() - startedAt.getTime();
  const share = shareOf(run);
  if (tookMs <= 0) return share === undefined ? {} : { share };
  const perSecond = (versions * 1_000) / tookMs;
  if (share === undefined || share === 0) return { perSecond, ...(share === undefined ? {} : { share }) };
  const sinceMs = now.getTime() - updatedAt.getTime();
  return { perSecond, share, leftMs: Math.max(0, tookMs / share - tookMs - sinceMs) };
}

/** By versions, where an audit of the same question says how many there are; by shards otherwise. */
function shareOf({ versions, expected = 0, shards }: AuditRun): number | undefined {
  if (expected > 0) return Math.min(1, versions / expected);
  return shards.all === 0 ? undefined : shards.done / shards.all;
}
