import { readSchedule } from '../model/schedule.ts';
import type { AuditDocument, ConfigDocument } from './document.ts';
import { nearest } from './nearest.ts';
import type { Path } from './problems.ts';
import { parseDuration } from './quantities.ts';
import type { Known, Report } from './rules.ts';

/** Runs that begin more often find the one before them under way. */
const LEAST_MINUTES = 15;

/** Rules about audits that are made by the clock. */
export function checkAudits({ audits, pairs }: ConfigDocument, { pairNames }: Known, report: Report): void {
  for (const [name, audit] of Object.entries(audits)) {
    const path = ['audits', name];
    const { pair } = audit;
    if (!pairNames.includes(pair)) {
      const guess = nearest(pair, pairNames);
      const fix = guess === undefined ? undefined : `did you mean \`${guess}\`?`;
      report([...path, 'pair'], `there is no pair '${pair}'`, fix);
    }
    if (pairs[pair]?.destinations.length === 0)
      report([...path, 'pair'], `'${pair}' has no destination: there is nothing to compare with`);
    checkAudit(path, audit, report);
  }
}

function checkAudit(path: Path, { schedule, keep, lock }: AuditDocument, report: Report): void {
  const [, minutes] = /^rate\((\d+) minutes?\)$/.exec(schedule) ?? [];
  if (minutes !== undefined && Number(minutes) < LEAST_MINUTES)
    report([...path, 'schedule'], `is more often than every ${LEAST_MINUTES} minutes`);
  if (readSchedule(schedule) === undefined)
    report([...path, 'schedule'], `'${schedule}' has a field that EventBridge Scheduler does not understand`);
  if (lock !== undefined && (parseDuration(lock.for) ?? 0) > (parseDuration(keep) ?? 0))
    report([...path, 'lock', 'for'], 'is longer than the report is kept', 'make `keep` as long');
}
