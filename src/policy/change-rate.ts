import type { Change } from '../model/change.ts';
import { hourOf, WINDOW_MS } from '../model/change.ts';
import type { Finding, Subject } from '../model/finding.ts';
import type { Link } from '../model/link.ts';
import { restoreCommands } from '../model/restore-commands.ts';

/** Fewer in one window are somebody tidying up. */
const LEAST = 100;

/** So many times the busiest window of the day before. */
const TIMES_USUAL = 10;

/** A place whose counter has passed a boundary. */
export interface ChangeSum {
  readonly change: Change;
  /** Of the window so far. */
  readonly sum: number;
  /** Sums of the other windows of the last day. */
  readonly others: readonly number[];
}

/** A rate that the place itself has not seen for a day; `undefined`: it is as usual. Links: from the bucket. */
export function massChange({ change, sum, others }: ChangeSum, links: readonly Link[]): Finding | undefined {
  const usual = Math.max(0, ...others);
  if (sum < Math.max(LEAST, TIMES_USUAL * usual)) return undefined;
  const { kind, event } = change;
  return {
    verdict: 'violated',
    code: kind === 'delete' ? 'mass-delete' : 'mass-overwrite',
    subject: subjectOf(change),
    evidence: {
      count: sum,
      usual,
      minutes: WINDOW_MS / 60_000,
      since: change.window.toISOString(),
      hour: hourOf(change),
      ...(event.principal === undefined ? {} : { principal: event.principal }),
    },
    remedy: {
      who: `owner of the bucket ${change.bucket}`,
      what:
        kind === 'delete'
          ? 'If nobody meant this, take the keys of whoever did it away, then remove the delete markers and copy removed versions back.'
          : 'If nobody meant this, take the keys of whoever did it away, then make the versions of before current again.',
      commands: restoreCommands(change, links),
    },
  };
}

/** Why routes should not be changed now: both sides may have lost the same. The same words within an hour, wherever in the bucket. */
export function freezeReason({ code }: Pick<Finding, 'code'>, change: Change): string {
  return `${code} in s3://${change.bucket} in the hour of ${hourOf(change)}`;
}

function subjectOf({ bucket, region, prefix }: Change): Subject {
  return prefix === undefined ? { kind: 'bucket', bucket, region } : { kind: 'prefix', bucket, region, prefix };
}
