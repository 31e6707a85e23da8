import { HoldfastError } from '../errors.ts';
import { isOver, isPreparing, type ReplicationJob } from '../model/replication-job.ts';
import { holdfastCommand, quote } from '../model/shell-command.ts';
import { repairCost } from '../policy/repair-cost.ts';
import type { Call } from '../ports.ts';
import type { ExitCode, Io } from './io.ts';
import { isJobOf } from './repair-job.ts';
import type { RepairScope } from './repair-scope.ts';
import { dollars, renderJob } from './render-repair.ts';
import type { Services } from './services.ts';
import { createStatusLine } from './status-line.ts';

/** How often, and how long, a job that is being prepared is asked about, in milliseconds. */
const ASK_EVERY_MS = 1_000;
const PREPARING_MS = 10 * 60_000;

export interface ConfirmRepair {
  readonly scope: RepairScope;
  readonly jobId: string;
  /** Dollars; absent: no limit. */
  readonly budget?: number;
  readonly json: boolean;
}

/** `holdfast repair --confirm`: lets a job of this pair begin, once S3 has counted what is in it. */
export async function confirmRepair(asked: ConfirmRepair, services: Services, io: Io): Promise<ExitCode> {
  const { scope, jobId, budget, json } = asked;
  const { account, region } = scope.source;
  const call: Call = { signal: io.signal };
  const job = await whenPrepared(asked, services, io);
  const say = (text: string): void => {
    if (!json) io.stdout.write(text);
  };
  if (job.status === 'Suspended') {
    const { total, requests } = repairCost({
      versions: job.tasks.total,
      bytes: 0,
      source: scope.source,
      destinations: scope.links.map(({ destination }) => destination),
    });
    if (budget !== undefined && total > budget) {
      const text = `expected a job for at most ${dollars(budget)}, got one for ${dollars(total)} before transfer`;
      throw new HoldfastError('invalid-config', 'cli', `${text}: it is left as it is`);
    }
    say(
      `${scope.pair}: ${job.tasks.total} versions, about ${dollars(total)} (${dollars(requests)} for requests) before transfer\n`,
    );
    await services.jobs.confirm({ account, region, jobId }, call);
  }
  const now = await requireJob(asked, services, call);
  if (json) io.stdout.write(`${JSON.stringify({ kind: 'job', pair: scope.pair, ...now })}\n`);
  say(renderJob(now));
  if (job.status === 'Suspended')
    say(`It runs by itself now: ${again(scope)} with the same options shows how far it is.\n`);
  return isPreparing(now) || now.status === 'Failed' || now.status === 'Cancelled' ? 2 : now.tasks.failed > 0 ? 1 : 0;
}

/** Nobody can confirm what is not counted yet; it takes seconds to minutes. */
async function whenPrepared(asked: ConfirmRepair, services: Services, io: Io): Promise<ReplicationJob> {
  const line = createStatusLine(io.stderr, services.clock);
  const deadlineMs = services.clock.now().getTime() + PREPARING_MS;
  try {
    for (;;) {
      const job = await requireJob(asked, services, { signal: io.signal });
      if (!isPreparing(job) || isOver(job) || services.clock.now().getTime() > deadlineMs) return job;
      line.show(() => `job ${job.jobId}: ${job.status}`);
      await services.wait(ASK_EVERY_MS, io.signal);
    }
  } finally {
    line.end();
  }
}

async function requireJob({ scope, jobId }: ConfirmRepair, { jobs }: Services, call: Call): Promise<ReplicationJob> {
  const { account, region } = scope.source;
  const job = await jobs.job({ account, region, jobId }, call);
  // A job of somebody else may do anything; whoever confirms it should do it where it was made.
  if (job.state === 'present' && isJobOf(job.value, scope)) return job.value;
  const got = job.state === 'present' ? `one that says ${JSON.stringify(job.value.description)}` : 'none';
  const expected = `expected a job of holdfast repair ${scope.pair} with the ID ${jobId} in ${region}`;
  throw new HoldfastError('invalid-config', 'cli', `${expected}, got ${got}`);
}

function again({ pair }: RepairScope): string {
  return holdfastCommand(`repair ${quote(pair)}`);
}
