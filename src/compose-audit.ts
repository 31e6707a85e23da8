import { setMaxListeners } from 'node:events';
import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { createClients } from './adapters/aws/clients.ts';
import { createDynamoDbAlertStates } from './adapters/aws/dynamodb-alert-states.ts';
import { createDynamoDbAuditBook } from './adapters/aws/dynamodb-audit-book.ts';
import { createDynamoDbLedger } from './adapters/aws/dynamodb-ledger.ts';
import { createDynamoDbNotes } from './adapters/aws/dynamodb-notes.ts';
import { createS3BucketStore } from './adapters/aws/s3-bucket-store.ts';
import { createS3Listings } from './adapters/aws/s3-listings.ts';
import { createS3ObjectStore } from './adapters/aws/s3-object-store.ts';
import { createS3ReportStore } from './adapters/aws/s3-report-store.ts';
import { createS3VersionLister } from './adapters/aws/s3-version-lister.ts';
import { systemClock, systemPause } from './adapters/aws/system-clock.ts';
import { failRun, finishRun, type ReportAnswer } from './audit/finish-run.ts';
import { type PlanAnswer, planRun } from './audit/plan-run.ts';
import { runName } from './audit/run-files.ts';
import { runShard, type ShardAnswer } from './audit/run-shard.ts';
import type { RunWorld } from './audit/run-world.ts';
import { LEAST_BYTES_PER_MS, toBudget } from './compose.ts';
import { createDesk } from './compose-alerts.ts';
import { loadConfig, loadHandlerEnvironment } from './config.ts';
import { HoldfastError } from './errors.ts';
import { parseAuditTask, type AuditTask } from './ingest/audit-task.ts';
import type { AuditConfig, Config } from './model/config.ts';

/** A step of the state machine: what it answers is the input of the next. */
export type AuditHandler<Answer> = (event: unknown, context: Context) => Promise<Answer>;

/** Time in which a shard that does not come to its end still tells what it has found out, in milliseconds. */
const TELL_MS = 60_000;

/** Requests under way at once: pages of two listings, and the looks and parts of several versions. */
const SOCKETS = 200;

/** The first step: cuts and prices a run. Throws `invalid-config` with every problem at once. */
export function createAuditPlanHandler(): AuditHandler<PlanAnswer> {
  const { world, config, logger } = createWorld();
  return async (event, context) => {
    logger.addContext(context);
    const task = parseAuditTask(event);
    const audit = auditOf(task, config);
    if (audit === undefined) return { kind: 'refused', reason: `the configuration has no audit ${task.audit}` };
    const { execution, startedAt } = task;
    if (execution === undefined || startedAt === undefined) throw wrong('execution and startedAt');
    const run = await runName(execution, startedAt);
    const call = toBudget(context.getRemainingTimeInMillis());
    const answer = await planRun({ audit, run, config, startedAt }, { world, call });
    logger.info('planned', { run, ...answer });
    return answer;
  };
}

/** Audits one shard. Throws `invalid-config` with every problem at once. */
export function createAuditShardHandler(): AuditHandler<ShardAnswer> {
  const { world, config, logger } = createWorld();
  return async (event, context) => {
    logger.addContext(context);
    const task = parseAuditTask(event);
    const { run, shard } = task;
    const audit = auditOf(task, config);
    if (audit === undefined || run === undefined || shard === undefined)
      throw wrong('a known audit, a run and a shard');
    const call = toBudget(context.getRemainingTimeInMillis());
    const usableMs = Math.max(0, context.getRemainingTimeInMillis() - TELL_MS);
    const signal = AbortSignal.timeout(usableMs);
    setMaxListeners(0, signal); // every request of the shard listens; Node would take it for a leak
    const work = { signal, readableBytes: (usableMs / 2) * LEAST_BYTES_PER_MS };
    const answer = await runShard({ audit, run, config, shard, work }, { world, call });
    logger.info('audited', { audit: audit.name, run, ...answer });
    return answer;
  };
}

/** The last step of a round. Throws `invalid-config` with every problem at once. */
export function createAuditReportHandler(): AuditHandler<ReportAnswer | { readonly kind: 'failed' }> {
  const { world, config, logger } = createWorld();
  return async (event, context) => {
    logger.addContext(context);
    const task = parseAuditTask(event);
    const audit = auditOf(task, config);
    const run = await runOf(task);
    if (audit === undefined || run === undefined) throw wrong('a known audit and a run');
    const call = toBudget(context.getRemainingTimeInMillis());
    if (task.error !== undefined) {
      await failRun({ audit, run, config }, task.error, { world, call });
      logger.error('failed', { audit: audit.name, run, error: task.error });
      return { kind: 'failed' };
    }
    const answer = await finishRun({ audit, run, config, round: task.round ?? 1 }, { world, call });
    logger.info('reported', { ...answer });
    return answer;
  };
}

function auditOf({ audit }: AuditTask, { audits = [] }: Config): AuditConfig | undefined {
  return audits.find(({ name }) => name === audit);
}

/** Where the first step failed, the machine knows only its own execution. */
async function runOf({ run, execution, startedAt }: AuditTask): Promise<string | undefined> {
  if (run !== undefined) return run;
  return execution === undefined || startedAt === undefined ? undefined : runName(execution, startedAt);
}

function wrong(expected: string): HoldfastError {
  return new HoldfastError('invalid-event', 'audit task', `expected ${expected} in the input of the step`);
}

function createWorld(): { readonly world: RunWorld; readonly config: Config; readonly logger: Logger } {
  const environment = loadHandlerEnvironment(['ALERT_TOPIC_ARN', 'LEDGER_TABLE', 'REPORTS_BUCKET']);
  const config = loadConfig();
  const { region, customEndpoint, LEDGER_TABLE: table, REPORTS_BUCKET: reportsBucket } = environment;
  const logger = new Logger();
  const clients = createClients({ customEndpoint, maxSockets: SOCKETS });
  const clock = systemClock;
  const ledger = { table, region, clock };
  const world = {
    region,
    clock,
    book: createDynamoDbAuditBook(clients, ledger),
    reports: createS3ReportStore(clients, { bucket: reportsBucket, region }),
    reportsBucket,
    listings: createS3Listings(clients, { maxSockets: SOCKETS, now: () => clock.now() }),
    objects: createS3ObjectStore(clients),
    buckets: createS3BucketStore(clients, { clock }),
    versions: createS3VersionLister(clients),
    alerts: createDesk(clients, { topicArn: environment.ALERT_TOPIC_ARN, ledger, config, logger }),
    states: createDynamoDbAlertStates(clients, ledger),
    notes: createDynamoDbNotes(clients, ledger),
    baselines: createDynamoDbLedger(clients, ledger),
    wait: async (ms: number, signal: AbortSignal): Promise<void> => {
      await systemPause.wait(ms, { signal });
      signal.throwIfAborted();
    },
  };
  return { world, config, logger };
}
