import { auditedLinks } from '../audit/audited-links.ts';
import { commonAlgorithm } from '../audit/common-algorithm.ts';
import { collectAtRest } from '../audit/collect-at-rest.ts';
import { HoldfastError } from '../errors.ts';
import type { ChecksumOrder } from '../model/checksum-job.ts';
import { isOver, type JobReport, type ReplicationJob } from '../model/replication-job.ts';
import { createChecksumRole } from '../policy/checksum-role.ts';
import { type AuditPair, auditPair } from './audit-pair.ts';
import { quotePair } from './audit-quote.ts';
import type { ReadingOptions } from './audit-reading.ts';
import { type ChecksumJobBook, createChecksumJobBook, type KeptJob, type KeptJobs } from './checksum-job-book.ts';
import { bucketsOf, createJob, prepareJobs } from './create-checksum-jobs.ts';
import type { ExitCode, Io } from './io.ts';
import { linksOfPair } from './pair-options.ts';
import { formatAmount, formatDollars } from '../model/quantity-text.ts';
import { parseObjectUrl } from './object-url.ts';
import type { Services } from './services.ts';

/**
 * `holdfast audit --by compute-checksum`: asks S3 to read, in three steps of the same command. It prices and shows the jobs; with
 * `--yes` it creates them; when they are complete, it audits with what they have read.
 */
export async function auditAtRest(
  asked: AuditPair,
  options: ReadingOptions,
  { services, io }: { readonly services: Services; readonly io: Io },
): Promise<ExitCode> {
  if (asked.out === undefined)
    throw wrong('--by compute-checksum needs --out: jobs take hours, and it goes on from there');
  if (asked.question.content.mode === 'never') throw wrong('--by compute-checksum needs --content: what is to be read');
  const book = createChecksumJobBook(asked.out, io);
  const kept = await book.read(asked.question);
  if (kept !== undefined) return goOn(asked, kept, { services, io });
  return options.yes ? create(asked, options, { services, io, book }) : propose(asked, options, { services, io });
}

interface Means {
  readonly services: Services;
  readonly io: Io;
}

/** What it would cost and take. Nothing was read: exit code 2. */
async function propose(asked: AuditPair, options: ReadingOptions, { services, io }: Means): Promise<ExitCode> {
  const code = await quotePair(asked, services, io);
  const { algorithm } = await orderOf(asked, options, { services, io });
  const places = await placesOf(options, services, io);
  const buckets = bucketsOf(auditedLinks(linksOfPair(services.config, asked.question.pair))).map(({ place }) => place);
  const regions = [...new Set(buckets.map(({ region }) => region))].filter((region) => !places.has(region));
  const missing = [
    ...(options.jobRole === undefined ? ['--job-role ARN'] : []),
    ...regions.map((region) => `--job-reports s3://bucket/prefix in ${region}`),
  ];
  const example = createChecksumRole('holdfast-checksums', {
    buckets,
    places: [...places].map(([region, place]) => ({ ...place, region })),
  });
  io.stderr.write(
    [
      `${formatAmount(buckets.length, 'job')} of S3 Batch Operations would compute ${algorithm} checksums of ${buckets.map(({ bucket }) => bucket).join(' and ')}. Nothing is created without --yes.`,
      ...(missing.length === 0 ? [] : [`Still missing: ${missing.join(', ')}.`]),
      ...(options.jobRole === undefined && regions.length === 0 ? ['A role that suffices:', ...example] : []),
      '',
    ].join('\n'),
  );
  return code === 0 ? 2 : code;
}

async function create(
  asked: AuditPair,
  options: ReadingOptions,
  { services, io, book }: Means & { readonly book: ChecksumJobBook },
): Promise<ExitCode> {
  const { question, budget } = asked;
  if (options.jobRole === undefined) throw wrong('--yes needs --job-role with the ARN of a role for the jobs');
  const call = { signal: io.signal };
  const order = await orderOf(asked, options, { services, io });
  const links = auditedLinks(linksOfPair(services.config, question.pair));
  const places = await placesOf(options, services, io);
  const ready = await prepareJobs({ question, order, links, places, role: options.jobRole }, services, call);
  const dollars = ready.reduce((sum, job) => sum + job.dollars, 0);
  if (ready.length === 0) throw wrong('there is nothing to read: no version was chosen');
  if (budget !== undefined && dollars > budget) {
    io.stderr.write(
      `The jobs would cost ${formatDollars(dollars)}, and the budget is ${formatDollars(budget)}: none is created.\n`,
    );
    return 2;
  }
  const jobs: KeptJob[] = [];
  for (const job of ready) {
    jobs.push(await createJob(job, services, call));
    await book.keep({ question, order, jobs }); // at once: what was created is paid for
  }
  for (const job of jobs) say(job, 'created', io, asked.json);
  io.stderr.write(
    `${formatDollars(dollars)} for ${formatAmount(jobs.length, 'job')}. The same command goes on when they are complete.\n`,
  );
  return 2;
}

/** Audits with what the jobs have read, as soon as all of them have. */
async function goOn(asked: AuditPair, kept: KeptJobs, { services, io }: Means): Promise<ExitCode> {
  const call = { signal: io.signal };
  const states = await Promise.all(kept.jobs.map(async (job) => ({ job, seen: await services.jobs.job(job, call) })));
  const open = states.filter(({ seen }) => seen.state !== 'present' || seen.value.status !== 'Complete');
  for (const { job, seen } of open)
    say(job, seen.state === 'present' ? describe(seen.value) : seen.state, io, asked.json);
  const broken = open.filter(({ seen }) => seen.state !== 'present' || isOver(seen.value));
  if (broken.length > 0) {
    io.stderr.write('A job that has not come to its end proves nothing: begin again, with another --out.\n');
    return 2;
  }
  if (open.length > 0) {
    io.stderr.write('The same command goes on when they are complete.\n');
    return 2;
  }
  const reports = kept.jobs.map(({ jobId, region, report }) => ({
    report: { ...report, jobId },
    store: services.reportsIn({ bucket: report.bucket, region }),
  }));
  const { find } = await collectAtRest(reports, kept.order, call);
  return auditPair({ ...asked, question: kept.question, atRest: find }, services, io);
}

function describe({ status, tasks, failure }: ReplicationJob): string {
  const done = `${status}, ${tasks.succeeded + tasks.failed} of ${tasks.total} versions`;
  return failure === undefined ? done : `${done}: ${failure}`;
}

function say({ jobId, region, bucket, versions }: KeptJob, state: string, { stdout }: Io, json: boolean): void {
  const line = json
    ? JSON.stringify({ kind: 'job', jobId, region, bucket, versions, state })
    : `job ${jobId} in ${region} reads ${formatAmount(versions, 'version')} of ${bucket}: ${state}`;
  stdout.write(`${line}\n`);
}

/** Of the whole content: layouts of copies may differ, and only few algorithms tell of parts. */
async function orderOf(
  { question }: AuditPair,
  { algorithm }: ReadingOptions,
  { services, io }: Means,
): Promise<ChecksumOrder> {
  const [first] = linksOfPair(services.config, question.pair);
  const known =
    algorithm ??
    (first === undefined
      ? 'CRC64NVME'
      : await commonAlgorithm(first.source, question, { ...services, call: { signal: io.signal } }));
  return { algorithm: known, type: 'FULL_OBJECT' };
}

async function placesOf(
  { jobReports = [] }: ReadingOptions,
  services: Services,
  { signal }: Pick<Io, 'signal'>,
): Promise<ReadonlyMap<string, JobReport>> {
  const found = new Map<string, JobReport>();
  for (const url of jobReports) {
    const { bucket, key: prefix } = parseObjectUrl(url);
    found.set(await services.regionOf(bucket, { signal }), { bucket, prefix });
  }
  return found;
}

function wrong(problem: string): HoldfastError {
  return new HoldfastError('invalid-config', 'cli', problem);
}
