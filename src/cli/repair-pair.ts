import { HoldfastError } from '../errors.ts';
import type { BucketRef } from '../model/bucket-settings.ts';
import { toJobDocument } from '../model/job-document.ts';
import { PRICES_AS_OF } from '../model/prices.ts';
import { isOver, type JobReport, type ReplicationJob, type ReplicationJobRequest } from '../model/replication-job.ts';
import { holdfastCommand, type OptionValue, quote } from '../model/shell-command.ts';
import { type ByHandCase, repairByHand } from '../policy/repair-by-hand.ts';
import { type RepairCost, repairCost } from '../policy/repair-cost.ts';
import { createJobRole } from '../policy/repair-role.ts';
import type { Call } from '../ports.ts';
import { type Found, findRepairs } from './find-repairs.ts';
import type { ExitCode, Io } from './io.ts';
import { formatBytes, formatCount } from './printable.ts';
import {
  dollars,
  renderByHand,
  renderCost,
  renderFailures,
  renderFound,
  renderJob,
  renderRequest,
} from './render-repair.ts';
import { findJob, type JobWish, type RepairMode, tagOf, toRequest } from './repair-job.ts';
import type { RepairScope } from './repair-scope.ts';
import type { RepairSelection } from './repair-selection.ts';
import type { ReportedVersion } from './reported-versions.ts';
import type { Services } from './services.ts';
import { createStatusLine } from './status-line.ts';

export interface RepairPair {
  readonly scope: RepairScope;
  readonly mode: RepairMode;
  readonly selection: RepairSelection;
  readonly reported?: readonly ReportedVersion[];
  /** ARN; a job cannot be created without. */
  readonly role?: string;
  readonly report?: JobReport;
  /** Dollars; absent: no limit. */
  readonly budget?: number;
  /** Whether the job is created. */
  readonly yes: boolean;
  readonly json: boolean;
  /** The options of the run that name the versions, for the commands that go on with it. */
  readonly options: Readonly<Record<string, OptionValue>>;
}

/** Versions for a person that are shown in full; the rest is only counted. */
const MOST_SHOWN = 20;

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
  if (json) io.stdout.write(`${JSON.stringify(toRecord(asked, found, plan))}\n`);
  else io.stdout.write(renderPlan(asked, found, plan));
  if (plan.versions === 0) return toExitCode(found, false);
  if (!asked.yes) {
    if (!json) io.stdout.write(renderNext(asked, plan));
    return 1;
  }
  if (asked.role === undefined) throw wrong('--role with the ARN of a role for the job, got none');
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

interface Plan {
  /** For the job: at most so many, because headers do not tell everything that S3 knows. */
  readonly versions: number;
  readonly bytes: number;
  readonly cost: RepairCost;
  readonly request: ReplicationJobRequest;
}

function toPlan(
  { scope, mode, role, report }: RepairPair,
  { wish, found, last }: { readonly wish: JobWish; readonly found: Found; readonly last?: ReplicationJob },
): Plan {
  const sizes = found.parts.map(({ tally, destinations }) => {
    const counts = [
      ...(mode === 'existing' ? [] : [tally.failed]),
      ...(mode === 'failed' ? [] : [tally.neverAttempted]),
    ];
    return {
      versions: counts.reduce((sum, { versions }) => sum + versions, 0),
      bytes: counts.reduce((sum, { bytes }) => sum + bytes, 0),
      source: scope.source,
      destinations,
    };
  });
  const costs = sizes.map((size) => repairCost(size));
  const job = costs[0]?.job ?? 0;
  const requests = costs.reduce((sum, cost) => sum + cost.requests, 0);
  const transfer = costs.reduce((sum, cost) => sum + cost.transfer, 0);
  return {
    versions: sizes.reduce((sum, { versions }) => sum + versions, 0),
    bytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0),
    cost: { job, requests, transfer, total: job + requests + transfer },
    request: toRequest(wish, {
      role: role ?? `arn:aws:iam::${scope.source.account}:role/${ROLE_NAME}`,
      ...(report && { report }),
      prefixes: found.prefixes,
      ...(last && { after: last }),
    }),
  };
}

const ROLE_NAME = 'holdfast-repair';

function renderPlan(asked: RepairPair, found: Found, { versions, bytes, cost, request }: Plan): string {
  const hidden = found.parts.reduce((sum, { tally }) => sum + tally.byHand.versions, 0) - MOST_SHOWN;
  return [
    ...(hidden > 0 ? [`${formatCount(hidden)} more are to be repaired by hand: --json names each\n`] : []),
    renderFound(found.parts),
    ...(versions === 0
      ? []
      : [
          renderRequest(request),
          `It takes about ${formatCount(versions)} versions, ${formatBytes(bytes)}, and ${renderCost(cost)}.`,
          ...(found.wider
            ? ['The report names more keys than a job takes: it also takes others in the same folders.']
            : []),
          ...(asked.scope.links.length > 1 || isOneOfMany(asked)
            ? ['A job replicates to every destination of the rules.']
            : []),
          '',
        ]),
  ].join('\n');
}

function isOneOfMany({ scope, options }: RepairPair): boolean {
  return scope.links.length === 1 && options['to'] !== undefined && !scope.links.some(({ back }) => back);
}

function renderNext(asked: RepairPair, { request }: Plan): string {
  const { scope, options, role, report } = asked;
  const create = holdfastCommand(`repair ${quote(scope.pair)}`, {
    ...options,
    role: request.role,
    'report-bucket': report?.bucket,
    yes: true,
  });
  const makeRole =
    role === undefined
      ? ['The job needs a role:', ...createJobRole(ROLE_NAME, request).map((line) => `  ${line}`)]
      : [];
  return [
    ...makeRole,
    'Nothing was created. To create the job, which then waits for your confirmation:',
    `  ${create}`,
    '',
  ].join('\n');
}

function confirm({ scope, options }: RepairPair, jobId: string): string {
  return holdfastCommand(`repair ${quote(scope.pair)}`, {
    confirm: jobId,
    to: options['to'],
    config: options['config'],
  });
}

function toRecord({ scope, mode }: RepairPair, found: Found, { versions, bytes, cost, request }: Plan): object {
  const named = ({ bucket, region }: BucketRef): object => ({ bucket, region });
  return {
    kind: 'plan',
    pair: scope.pair,
    mode,
    source: named(scope.source),
    parts: found.parts.map(({ tally: { reasons, ...tally }, destinations }) => ({
      destinations: destinations.map((bucket) => named(bucket)),
      ...tally,
      reasons: Object.fromEntries(reasons),
    })),
    versions,
    bytes,
    cost: versions === 0 ? null : { ...cost, currency: 'USD', pricesAsOf: PRICES_AS_OF },
    job: versions === 0 ? null : toJobDocument(request),
  };
}

/** What waits for a person, or could not be judged. */
function toExitCode({ parts }: Found, created: boolean): ExitCode {
  const sum = (count: (tally: Found['parts'][number]['tally']) => number): number =>
    parts.reduce((total, { tally }) => total + count(tally), 0);
  const open = created ? 0 : sum(({ failed, neverAttempted }) => failed.versions + neverAttempted.versions);
  if (open > 0 || sum(({ byHand }) => byHand.versions) > 0) return 1;
  return sum(({ unproved }) => unproved.versions) > 0 || parts.some(({ tally }) => !tally.complete) ? 2 : 0;
}
