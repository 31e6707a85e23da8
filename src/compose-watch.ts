import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { keepProbeCanaries } from './act/keep-probe-canaries.ts';
import { passFreezesOn } from './act/pass-freezes-on.ts';
import { tellIdle } from './act/tell-idle.ts';
import { createWatchClients } from './adapters/aws/watch-clients.ts';
import { createCloudWatchWriteMeter } from './adapters/aws/cloudwatch-write-meter.ts';
import { createDynamoDbAuditBook } from './adapters/aws/dynamodb-audit-book.ts';
import { createDynamoDbCounters } from './adapters/aws/dynamodb-counters.ts';
import { createDynamoDbEventMemory } from './adapters/aws/dynamodb-event-memory.ts';
import { createDynamoDbHeartbeats } from './adapters/aws/dynamodb-heartbeats.ts';
import { createDynamoDbNotes } from './adapters/aws/dynamodb-notes.ts';
import { createDynamoDbPendingList } from './adapters/aws/dynamodb-pending.ts';
import { createDynamoDbReadiness } from './adapters/aws/dynamodb-readiness.ts';
import { createDynamoDbRouteFreezes } from './adapters/aws/dynamodb-route-freezes.ts';
import { createDynamoDbSteering } from './adapters/aws/dynamodb-steering.ts';
import { createIamRolePermissions } from './adapters/aws/iam-role-permissions.ts';
import { createKmsKeyStore } from './adapters/aws/kms-key-store.ts';
import { createKmsUsageMeter } from './adapters/aws/kms-usage.ts';
import { createPowertoolsBacklogGauge } from './adapters/aws/powertools-backlog-gauge.ts';
import { rememberKeys } from './adapters/aws/remember-keys.ts';
import { rememberWrites } from './adapters/aws/remember-writes.ts';
import { createS3CanaryWriter } from './adapters/aws/s3-canary-writer.ts';
import { createS3BucketStore } from './adapters/aws/s3-bucket-store.ts';
import { createS3ObjectStore } from './adapters/aws/s3-object-store.ts';
import { createS3VersionLister } from './adapters/aws/s3-version-lister.ts';
import { createSqsOwnLanes } from './adapters/aws/sqs-own-lanes.ts';
import { createSqsPeers } from './adapters/aws/sqs-peers.ts';
import { createSqsLookQueue } from './adapters/aws/sqs-queues.ts';
import { createSqsSignals } from './adapters/aws/sqs-signals.ts';
import { createOwnStack } from './adapters/aws/sqs-stacks.ts';
import { systemClock } from './adapters/aws/system-clock.ts';
import { toBudget } from './compose.ts';
import { createDesk } from './compose-alerts.ts';
import { loadConfig, loadHandlerEnvironment } from './config.ts';
import { observedIn } from './model/mrap.ts';
import type { Clock, WriteMeter } from './ports.ts';

import { watchAudits } from './watch-audits.ts';
import { type BacklogWatchPorts, watchBacklog } from './watch-backlog.ts';
import { watchConfig } from './watch-config.ts';
import { watchEvents } from './watch-events.ts';
import { watchHeartbeats } from './watch-heartbeats.ts';
import { watchPressure } from './watch-pressure.ts';

/** Started by the clock, without anything worth reading in its event. */
export type WatchHandler = (event: unknown, context: Context) => Promise<void>;

/** The watch of how buckets are set up, and of audits that do not come. Throws `invalid-config` with every problem at once. */
export function createWatchConfigHandler(): WatchHandler {
  const environment = loadHandlerEnvironment(['ALERT_TOPIC_ARN', 'LEDGER_TABLE', 'SIGNALS_QUEUE_ARN']);
  const config = loadConfig();
  const { region, LEDGER_TABLE: table } = environment;
  const logger = new Logger();
  const clients = createWatchClients({ customEndpoint: environment.customEndpoint });
  const clock = systemClock;
  const ports = {
    region,
    clock,
    buckets: createS3BucketStore(clients, { clock }),
    roles: createIamRolePermissions(clients),
    keys: createKmsKeyStore(clients),
    stacks: createOwnStack(region, environment.SIGNALS_QUEUE_ARN),
    alerts: createDesk(clients, {
      topicArn: environment.ALERT_TOPIC_ARN,
      ledger: { table, region, clock },
      config,
      logger,
    }),
    notes: createDynamoDbNotes(clients, { table, region, clock }),
    audits: createDynamoDbAuditBook(clients, { table, region, clock }),
  };
  return async (_, context) => {
    logger.addContext(context);
    const call = toBudget(context.getRemainingTimeInMillis());
    // A bucket that cannot be looked at must not silence what is overdue.
    const [watched, overdue] = await Promise.allSettled([
      watchConfig(ports, config, call),
      watchAudits(ports, config, call),
    ]);
    for (const { link, findings, opened } of watched.status === 'fulfilled' ? watched.value : []) {
      const codes = findings.filter(({ verdict }) => verdict !== 'verified').map(({ code }) => code);
      logger.info('watched', { link, findings: codes, opened });
    }
    if (overdue.status === 'fulfilled' && overdue.value.length > 0) {
      logger.warn('overdue', { audits: overdue.value.map(({ evidence }) => evidence) });
    }
    for (const outcome of [watched, overdue]) if (outcome.status === 'rejected') throw outcome.reason;
  };
}

/** The watch of events that S3 never sent. Throws `invalid-config` with every problem at once. */
export function createWatchEventsHandler(): WatchHandler {
  const environment = loadHandlerEnvironment([
    'ALERT_TOPIC_ARN',
    'LEDGER_TABLE',
    'LOOKS_QUEUE_URL',
    'READS_QUEUE_URL',
    'SIGNALS_QUEUE_ARN',
    'SIGNALS_QUEUE_URL',
  ]);
  const config = loadConfig();
  const { region, LEDGER_TABLE: table, SIGNALS_QUEUE_ARN: arn, SIGNALS_QUEUE_URL: url } = environment;
  const logger = new Logger();
  const clients = createWatchClients({ customEndpoint: environment.customEndpoint });
  const clock = systemClock;
  const ledger = { table, region, clock };
  const ports = {
    region,
    clock,
    buckets: createS3BucketStore(clients, { clock }),
    versions: createS3VersionLister(clients),
    memory: createDynamoDbEventMemory(clients, ledger),
    signals: createSqsSignals(clients, { region, url, arn }),
    looks: createSqsLookQueue(clients, {
      region,
      clock,
      looksQueueUrl: environment.LOOKS_QUEUE_URL,
      readsQueueUrl: environment.READS_QUEUE_URL,
    }),
    alerts: createDesk(clients, { topicArn: environment.ALERT_TOPIC_ARN, ledger, config, logger }),
    notes: createDynamoDbNotes(clients, ledger),
  };
  return async (_, context) => {
    logger.addContext(context);
    const buckets = await watchEvents(ports, config, toBudget(context.getRemainingTimeInMillis()));
    logger.info('counted', { buckets });
  };
}

/** The watch of what is on its way to this Region, of its limits, and of the other stacks. Throws `invalid-config` with every problem at once. */
export function createWatchPressureHandler(): WatchHandler {
  const environment = loadHandlerEnvironment([
    'ALERT_TOPIC_ARN',
    'LEDGER_TABLE',
    'STEERING_TABLE',
    'STEERING_REGION',
    'PEER_QUEUE_NAME',
    'LOOKS_QUEUE_URL',
    'SIGNALS_QUEUE_URL',
  ]);
  const config = loadConfig();
  const { region, LEDGER_TABLE: table, SIGNALS_QUEUE_URL: signals, LOOKS_QUEUE_URL: looks } = environment;
  const logger = new Logger();
  const clients = createWatchClients({ customEndpoint: environment.customEndpoint });
  const clock = systemClock;
  const ledger = { table, region, clock };
  const steering = { table: environment.STEERING_TABLE, region: environment.STEERING_REGION, clock };
  const observed = observedIn(config, region);
  const writes = rememberWrites(createCloudWatchWriteMeter(clients), { clock });
  const ports = {
    region,
    clock,
    objects: createS3ObjectStore(clients),
    buckets: createS3BucketStore(clients, { clock }),
    keys: rememberKeys(createKmsKeyStore(clients), { clock }),
    usage: createKmsUsageMeter(clients, { clock }),
    canaries: createS3CanaryWriter(clients),
    memory: createDynamoDbEventMemory(clients, ledger),
    alerts: createDesk(clients, { topicArn: environment.ALERT_TOPIC_ARN, ledger, config, logger }),
    notes: createDynamoDbNotes(clients, ledger),
    counters: createDynamoDbCounters(clients, ledger),
    pending: createDynamoDbPendingList(clients, ledger),
    peers: createSqsPeers(clients, { queueName: environment.PEER_QUEUE_NAME }),
    lanes: createSqsOwnLanes(clients, { region, urls: [signals, looks] }),
    steering: createDynamoDbSteering(clients, steering),
    heartbeats: createDynamoDbHeartbeats(clients, steering),
    freezes: createDynamoDbRouteFreezes(clients, steering),
    ...(observed.length === 0 ? {} : { readiness: createDynamoDbReadiness(clients, steering) }),
    gauge: createPowertoolsBacklogGauge(new Metrics()),
    writes,
    writeRate: createWriteRate(writes, { clock, logger }),
  };
  return async (_, context) => {
    logger.addContext(context);
    const call = toBudget(context.getRemainingTimeInMillis());
    // A trouble of one must not silence the other: what pressed KMS may be why the ledger cannot be read.
    const [backlog, pressure, heartbeats, probeCanaries, idle, freezes] = await Promise.allSettled([
      watchBacklog(ports, config, call),
      watchPressure(ports, config, call),
      watchHeartbeats(ports, config, call),
      keepProbeCanaries(observed, ports, call),
      tellIdle(ports, config, call),
      passFreezesOn(ports, config, call),
    ]);
    if (backlog.status === 'fulfilled' && backlog.value.length > 0) {
      const links = backlog.value.map(({ link, backlog: { versions, bytes }, bulk, settled, opened }) => {
        return { link, versions, bytes, bulk, settled, opened };
      });
      logger.info('counted', { links });
    }
    if (pressure.status === 'fulfilled') {
      const checks = pressure.value.map(({ check, findings, opened }) => {
        return { check, findings: findings.map(({ code }) => code), opened };
      });
      logger.info('watched', { checks: checks.filter(({ findings }) => findings.length > 0) });
    }
    if (heartbeats.status === 'fulfilled' && heartbeats.value.length > 0) {
      logger.warn('silent', { stacks: heartbeats.value.map(({ subject, evidence }) => ({ ...subject, ...evidence })) });
    }
    for (const outcome of [backlog, pressure, heartbeats, probeCanaries, idle, freezes])
      if (outcome.status === 'rejected') throw outcome.reason;
  };
}

/** How much is written to the source of a link: of that the tail is estimated that nobody has listed. Without it there is none. */
function createWriteRate(
  writes: WriteMeter,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): NonNullable<BacklogWatchPorts['writeRate']> {
  return async ({ source }, { signal }) => {
    try {
      const measured = await writes.read(source, { signal, until: clock.now() });
      if (measured === undefined) return undefined;
      const { versionsPerSecond: versions, sizeBytes = 0 } = measured;
      return { versions, bytes: versions * sizeBytes };
    } catch (error) {
      logger.warn('nobody knows how much is written', { bucket: source.bucket, error });
      return undefined; // the list of what is pending is worth more than the estimate of its tail
    }
  };
}
