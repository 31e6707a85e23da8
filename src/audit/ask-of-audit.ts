import type { AuditConfig, Config } from '../model/config.ts';
import { type Link, linksOf } from '../model/link.ts';
import { readSchedule } from '../model/schedule.ts';
import { LEAST_GAP_MS } from './gather-gap.ts';
import { planContent } from './plan-content.ts';
import type { AuditQuestion } from '../model/audit-records.ts';

/** What has no rule of its own is read once in it, in milliseconds. */
const EVERY_MS = 90 * 86_400_000;

/** Where the schedule does not tell, in milliseconds. */
const USUAL_PERIOD_MS = 7 * 86_400_000;

/** Every link of its pair, both directions. */
export function linksOfAudit({ pair }: Pick<AuditConfig, 'pair'>, config: Config): readonly Link[] {
  return linksOf(config).filter((link) => link.pair === pair);
}

/** What a run that begins now asks. */
export function askOfAudit(
  audit: AuditConfig,
  { config, now }: { readonly config: Config; readonly now: Date },
): AuditQuestion {
  const { pair, prefix, versions, content, graceMs } = audit;
  const links = linksOfAudit(audit, config);
  const buckets = links.flatMap(({ source, destination }) => [source.bucket, destination.bucket]);
  const asked = { ...content, everyMs: EVERY_MS, periodMs: periodOf(audit, now) };
  return {
    pair,
    prefix,
    versions,
    content: planContent(asked, { verify: config.verify, buckets: [...new Set(buckets)], now }),
    gapMs: LEAST_GAP_MS, // a function that waits is paid for
    ...(graceMs === undefined ? {} : { graceMs }),
  };
}

/** From one run to the next. */
function periodOf({ schedule, timezone }: AuditConfig, now: Date): number {
  const times = readSchedule(schedule, timezone);
  const next = times?.next(now);
  const then = next === undefined ? undefined : times?.next(next);
  return next === undefined || then === undefined ? USUAL_PERIOD_MS : then.getTime() - next.getTime();
}
