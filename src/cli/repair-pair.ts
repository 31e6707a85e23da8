import { HoldfastError } from '../errors.ts';
import { isOver, type ReplicationJob } from '../model/replication-job.ts';
import { holdfastCommand, quote } from '../model/shell-command.ts';
import { type ByHandCase, repairByHand } from '../policy/repair-by-hand.ts';
import type { Call } from '../ports.ts';
import { type Found, findRepairs } from './find-repairs.ts';
import type { ExitCode, Io } from './io.ts';
import { formatCount } from './printable.ts';
import { dollars, renderByHand, renderFailures, renderJob } from './render-repair.ts';
import { findJob, type JobWish, tagOf } from './repair-job.ts';
import { MOST_SHOWN, type RepairPair, renderNext, renderPlan, toPlan, toPlanRecord } from './repair-plan.ts';
import type { ReportedVersion } from './reported-versions.ts';
import type { Services } from './services.ts';
import { createStatusLine } from './status-line.ts';

/** `holdfast repair`: finds what is to be replicated again, and creates, or shows, the one job that does it. */
export async function repairPair(asked: RepairPair, services: Services, io: Io): Promise<ExitCode> {
  const call: Call = { signal: io.signal };
  const { scope, mode, selection, reported, json } = asked;
  const wish: JobWish = { scope, mode, selection, ...(reported && { reportedKeys: keysOf(reported) }) };
  const last = await lastJob(wish, asked, { services, io, call });
  if (last !== undefined && !isOver(last)) return showJob(last, asked, io);
  if (last !== undefined) await showLast(last, asked, { services, io, call });
  const found = await find(asked, { services, io, call });
  const plan = toPlan(asked, { wish, found, ...(last && { last }) });
  if (json) io.stdout.write(`${JSON.stringify(toPlanRecord(asked, found, plan))}\n`);
  else io.stdout.write(renderPlan(asked, found, plan));
  if (plan.versions === 0) return toExitCode(found, false);
  if (!asked.yes) {
    if (!json) io.stdout.write(renderNext(asked, plan));
    return 1;
  }
  if (asked.budget !== undefined && plan.cost.total > asked.budget) {
    throw wrong(`a job for at most ${dollars(asked.budget)}, got one for ${dollars(plan.cost.total)}: none is created`);
  }
  const jobId = await services.jobs.create(plan.request, call);
  if (json) io.stdout.write(`${JSON.stringify({ kind: 'created', pair: scope.pair, jobId })}\n`);
  else
    io.stdout.write(`created job ${jobId}; nothing is replicated before you confirm it:\n  ${confirm(asked, jobId)}\n`);
  return toExitCode(found, true);
}

interface Means {
  readonly services: Services;
  readonly io: Io;
  readonly call: Call;
}

function wrong(expected: string): HoldfastError {
  return new HoldfastError('invalid-config', 'cli', `expected ${expected}`);
}

function keysOf(reported: readonly ReportedVersion[]): readonly string[] {
  return [...new Set(reported.map(({ key }) => key))].toSorted();
}

/** Without permission to list jobs nothing is lost as long as none is created. */
async function lastJob(
  wish: JobWish,
  { yes }: RepairPair,
  { services, io, call }: Means,
): Promise<ReplicationJob | undefined> {
  try {
    return await findJob(services.jobs, { scope: wish.scope, tag: tagOf(wish) }, call);
  } catch (error) {
    if (yes || !(error instanceof HoldfastError) || error.kind !== 'access-denied') throw error;
    io.stderr.write('holdfast: jobs cannot be listed (s3:ListJobs is needed): whether one is under way is not known\n');
    return undefined;
  }
}

/** The job of an earlier run goes on; a second one would replicate everything twice. */
function showJob(job: ReplicationJob, asked: RepairPair, io: Io): ExitCode {
  if (asked.json) io.stdout.write(`${JSON.stringify({ kind: 'job', pair: asked.scope.pair, ...job })}\n`);
  else {
    const next = job.status === 'Suspended' ? `confirm it with:\n  ${confirm(asked, job.jobId)}\n` : '';
    io.stdout.write(`a job for these versions exists already\n${renderJob(job)}${next}`);
  }
  return job.tasks.failed > 0 ? 1 : 0;
}

async function showLast(
  last: ReplicationJob,
  { scope, json }: RepairPair,
  { services, call, io }: Means,
): Promise<void> {
  const { account, region } = scope.source;
  const known = await services.jobs.job({ account, region, jobId: last.jobId }, call);
  const job = known.state === 'present' ? known.value : last;
  const at = job.report && { ...job.report, jobId: job.jobId, region };
  const failures = at && job.tasks.failed > 0 ? await services.jobs.failures(at, call) : { state: 'absent' as const };
  const rows = failures.state === 'present' ? failures.value : [];
  if (json) io.stdout.write(`${JSON.stringify({ kind: 'last-job', pair: scope.pair, ...job, failures: rows })}\n`);
  else io.stdout.write(`the last ${renderJob(job)}${renderFailures(rows)}\n`);
}

async function find(asked: RepairPair, { services, io, call }: Means): Promise<Found> {
  const line = createStatusLine(io.stderr, services.clock);
  let looked = 0;
  let shown = 0;
  const events = {
    onProgress(): void {
      looked += 1;
      line.show(() => `${formatCount(looked)} versions looked at`);
    },
    onByHand(found: ByHandCase): void {
      if (asked.json) io.stdout.write(`${JSON.stringify({ kind: 'by-hand', ...found, ...repairByHand(found) })}\n`);
      else if (shown < MOST_SHOWN) {
        shown += 1;
        line.end();
        io.stdout.write(renderByHand(found));
      }
    },
  };
  try {
    return await findRepairs(asked, { services, events, call });
  } finally {
    line.end();
  }
}

function confirm({ scope, options }: RepairPair, jobId: string): string {
  return holdfastCommand(`repair ${quote(scope.pair)}`, {
    confirm: jobId,
    to: options['to'],
    config: options['config'],
  });
}

/** What waits for a person, or could not be judged. */
function toExitCode({ parts }: Found, created: boolean): ExitCode {
  const sum = (count: (tally: Found['parts'][number]['tally']) => number): number =>
    parts.reduce((total, { tally }) => total + count(tally), 0);
  const open = created ? 0 : sum(({ failed, neverAttempted }) => failed.versions + neverAttempted.versions);
  if (open > 0 || sum(({ byHand }) => byHand.versions) > 0) return 1;
  return sum(({ unproved }) => unproved.versions) > 0 || parts.some(({ tally }) => !tally.complete) ? 2 : 0;
}
