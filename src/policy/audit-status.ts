import type { AuditRun } from '../model/audit-run.ts';
import { type AuditPace, paceOf } from '../model/audit-pace.ts';
import type { AuditConfig } from '../model/config.ts';
import { readSchedule } from '../model/schedule.ts';

/** A shard takes a quarter of an hour at most, and says so at its end: a run of which less is heard is gone. In milliseconds. */
const SILENT_MS = 60 * 60_000;

/** From the time when a run is due until it can have been heard of, in milliseconds. */
const LATE_MS = 15 * 60_000;

/** What the runs of one audit say. */
export interface AuditKnowledge {
  readonly audit: AuditConfig;
  /** Newest first. */
  readonly runs: readonly AuditRun[];
  readonly now: Date;
  /** Since when it has had this schedule; absent: nobody remembers. */
  readonly since?: Date;
}

export interface AuditStatus {
  /** The one that is under way, and heard of. */
  readonly running?: { readonly run: AuditRun; readonly pace: AuditPace };
  /** The newest of those that are not under way any more. */
  readonly last?: AuditRun;
  /** The newest that came to its end, whatever it found; absent: none that is remembered. */
  readonly finished?: AuditRun;
  /** When the next begins; absent: never again, or nobody knows. */
  readonly nextAt?: Date;
  /** When the first run was due that has not come to its end; present where a second one was due since then. */
  readonly overdueSince?: Date;
}

/** What may be said of an audit that is made by the clock. */
export function toAuditStatus(knowledge: AuditKnowledge): AuditStatus {
  const { audit, runs, now, since } = knowledge;
  const run = runs.find((each) => isUnderWay(each, now));
  const last = runs.find((each) => !isUnderWay(each, now));
  const finished = runs.find(({ phase }) => phase === 'finished');
  const anchor = latest(runs[0]?.startedAt, since);
  // A clock that is behind that of the functions would take the run that has just begun for the next one.
  const nextAt = readSchedule(audit.schedule, audit.timezone)?.next(
    anchor !== undefined && anchor > now ? anchor : now,
    anchor,
  );
  // Without any run nobody knows from when a rate is counted.
  const isKnown = runs.length > 0 || audit.schedule.startsWith('cron(');
  const overdueSince = run === undefined ? overdueSinceOf(knowledge, finished) : undefined;
  return {
    ...(run === undefined ? {} : { running: { run, pace: paceOf(run, now) } }),
    ...(last === undefined ? {} : { last }),
    ...(finished === undefined ? {} : { finished }),
    ...(nextAt === undefined || !isKnown ? {} : { nextAt }),
    ...(overdueSince === undefined ? {} : { overdueSince }),
  };
}

/** One that stopped without a word is no longer under way. */
export function isUnderWay({ phase, updatedAt }: AuditRun, now: Date): boolean {
  const isOver = phase === 'finished' || phase === 'refused' || phase === 'failed';
  return !isOver && now.getTime() - updatedAt.getTime() <= SILENT_MS;
}

/** One run that fails is told by itself; a second that is due, and nothing finished, is twice the interval of the schedule. */
function overdueSinceOf({ audit, runs, now, since }: AuditKnowledge, finished: AuditRun | undefined): Date | undefined {
  const schedule = readSchedule(audit.schedule, audit.timezone);
  // A schedule that was changed meanwhile has promised nothing for the time before.
  const from =
    finished === undefined ? (since ?? runs.at(-1)?.startedAt) : latest(finished.endedAt ?? finished.updatedAt, since);
  if (schedule === undefined || from === undefined) return undefined;
  const anchor = latest(runs[0]?.startedAt, since);
  const first = schedule.next(from, anchor);
  const second = first === undefined ? undefined : schedule.next(first, anchor);
  return second !== undefined && now.getTime() > second.getTime() + LATE_MS ? first : undefined;
}

function latest(a: Date | undefined, b: Date | undefined): Date | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a > b ? a : b;
}
