import { toJobDocument } from '../model/job-document.ts';
import { formatObject } from '../model/object.ts';
import { PRICES_AS_OF } from '../model/prices.ts';
import {
  isPreparing,
  type ReplicationJob,
  type ReplicationJobRequest,
  type TaskFailure,
} from '../model/replication-job.ts';
import { type ByHandCase, repairByHand } from '../policy/repair-by-hand.ts';
import type { RepairCost } from '../policy/repair-cost.ts';
import { remedyOf } from '../policy/replication-failure.ts';
import { formatBytes, formatCount, printable } from './printable.ts';
import type { RepairCount, RepairTally } from './repair-tally.ts';

/** Counts of the same links, under their names. */
export interface RepairPart {
  readonly title: string;
  readonly tally: RepairTally;
}

/** What was found, link by link. */
export function renderFound(parts: readonly RepairPart[]): string {
  return parts.map(({ title, tally }) => renderPart(title, tally)).join('\n');
}

function renderPart(title: string, tally: RepairTally): string {
  const rows: readonly (readonly [string, RepairCount, string])[] = [
    ['FAILED', tally.failed, 'S3 has given them up; a job replicates them'],
    ['never attempted', tally.neverAttempted, 'older than the rule; a job replicates what is not archived'],
    ['by hand', tally.byHand, 'no job repairs them; see above'],
    ['not there yet', tally.waiting, 'S3 is still at it; nothing to repair'],
    ['not judged', tally.unproved, [...tally.reasons].map(([reason, count]) => `${count} × ${reason}`).join(', ')],
  ];
  const shown = rows.filter(([, { versions }]) => versions > 0);
  return [
    title,
    `  ${'looked at'.padEnd(17)}${formatCount(tally.looked).padStart(12)}`,
    ...shown.map(([name, { versions, bytes }, text]) => {
      return `  ${name.padEnd(17)}${formatCount(versions).padStart(12)}${formatBytes(bytes).padStart(11)}  ${text}`;
    }),
    ...(shown.length === 0 ? ['  nothing to repair'] : []),
    ...(tally.complete ? [] : ['  too much is on its way: the listing did not come to its end, try again later']),
    '',
  ].join('\n');
}

/** A version for a person, with what is proved and the commands. */
export function renderByHand(found: ByHandCase): string {
  const { proved, steps } = repairByHand(found);
  return [
    `BY HAND  ${printable(formatObject(found.object))}`,
    `  proved: ${proved}`,
    ...steps.flatMap(({ when, command }) =>
      when === undefined ? [`  ${command}`] : [`  if ${when}:`, `    ${command}`],
    ),
    '',
    '',
  ].join('\n');
}

/** What a job costs, in one line. */
export function renderCost({ total, job, requests, transfer }: RepairCost): string {
  const parts = `${dollars(job)} for the job, ${some(requests)} for requests, ${some(transfer)} for transfer`;
  return `costs about ${dollars(total)}: ${parts} (list prices of ${PRICES_AS_OF}, without storage and KMS)`;
}

/** Whole cents, rounded up: a cost is never nothing. */
export function dollars(amount: number): string {
  return `$${(Math.ceil(amount * 100 - 1e-9) / 100).toFixed(2)}`;
}

/** A part that is too small to be counted in cents is said to be so. */
function some(amount: number): string {
  if (amount === 0) return 'nothing';
  return amount < 0.01 ? 'less than a cent' : dollars(amount);
}

/** Exactly the job that would be created. */
export function renderRequest(request: ReplicationJobRequest): string {
  return `The job, in ${request.region}:\n${JSON.stringify(toJobDocument(request), undefined, 2)}\n`;
}

/** How far a job is. */
export function renderJob({ jobId, status, tasks, failure }: ReplicationJob): string {
  const { total, succeeded, failed } = tasks;
  const counts = `${formatCount(succeeded)} of ${formatCount(total)} replicated, ${formatCount(failed)} failed`;
  const how = isPreparing({ status })
    ? 'S3 is finding out which versions are meant'
    : status === 'Suspended'
      ? `waits for your confirmation; ${formatCount(total)} versions`
      : counts;
  return `job ${jobId}: ${status}; ${how}${failure === undefined ? '' : `\n  ${printable(failure)}`}\n`;
}

/** Why tasks failed, the commonest reason first, with what it means. */
export function renderFailures(failures: readonly TaskFailure[]): string {
  const reasons = new Map<string, number>();
  for (const { reason } of failures) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  return [...reasons]
    .toSorted(([, a], [, b]) => b - a)
    .map(([reason, count]) => {
      const { meaning } = remedyOf(reason, {});
      return `  ${formatCount(count)} × ${printable(reason)}: ${meaning} See holdfast explain ${printable(reason)}\n`;
    })
    .join('');
}
