import { setMaxListeners } from 'node:events';
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { createHiddenThrottleCount } from './act/count-throttle.ts';
import { createClients } from './adapters/aws/clients.ts';
import { createDynamoDbCounters } from './adapters/aws/dynamodb-counters.ts';
import { createDynamoDbLedger } from './adapters/aws/dynamodb-ledger.ts';
import { createDynamoDbNotes } from './adapters/aws/dynamodb-notes.ts';
import { createDynamoDbPendingList } from './adapters/aws/dynamodb-pending.ts';
import { createPowertoolsJournal } from './adapters/aws/powertools-journal.ts';
import { createS3BucketStore } from './adapters/aws/s3-bucket-store.ts';
import { createS3ObjectStore } from './adapters/aws/s3-object-store.ts';
import { createS3VersionLister } from './adapters/aws/s3-version-lister.ts';
import { createSqsPeers } from './adapters/aws/sqs-peers.ts';
import { createSqsLookQueue, createSqsPoisonQueue } from './adapters/aws/sqs-queues.ts';
import { systemClock } from './adapters/aws/system-clock.ts';
import { createDesk } from './compose-alerts.ts';
import { loadConfig, loadHandlerEnvironment } from './config.ts';
import { HoldfastError } from './errors.ts';
import { type Budget, createMonitor } from './monitor.ts';

/** Time kept for the answer after everything else was given up, in milliseconds. */
const ANSWER_MS = 2_000;

/** What a slow function needs to come to the end of a part of 5 GiB and save where it stands, in milliseconds. */
const SAVE_MS = 150_000;

/** What a slow function reads at least, in bytes per millisecond: one core of a small one, with MD5. */
export const LEAST_BYTES_PER_MS = 40_000;

export type BatchHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/**
 * A Lambda handler for a queue of messages, built once per cold start. Throws `invalid-config` with every problem at once;
 * then the cold start fails and the messages stay where they are.
 */
export function createBatchHandler(): BatchHandler {
  const environment = loadHandlerEnvironment([
    'ALERT_TOPIC_ARN',
    'LEDGER_TABLE',
    'LOOKS_QUEUE_URL',
    'READS_QUEUE_URL',
    'POISON_QUEUE_URL',
    'PEER_QUEUE_NAME',
  ]);
  const config = loadConfig();
  const { region } = environment;
  const logger = new Logger();
  const metrics = new Metrics();
  const clock = systemClock;
  const journal = createPowertoolsJournal(logger, metrics, clock);
  const clients = createClients({
    customEndpoint: environment.customEndpoint,
    onRetries(hidden) {
      journal.retried(hidden);
      hiddenThrottles.note(hidden);
    },
  });
  const ledger = { table: environment.LEDGER_TABLE, region, clock };
  const counters = createDynamoDbCounters(clients, ledger);
  const notes = createDynamoDbNotes(clients, ledger);
  const hiddenThrottles = createHiddenThrottleCount({ counters, notes, clock });
  const monitor = createMonitor(
    {
      region,
      objects: createS3ObjectStore(clients),
      ledger: createDynamoDbLedger(clients, ledger),
      alerts: createDesk(clients, { topicArn: environment.ALERT_TOPIC_ARN, ledger, config, logger }),
      looks: createSqsLookQueue(clients, {
        region,
        looksQueueUrl: environment.LOOKS_QUEUE_URL,
        readsQueueUrl: environment.READS_QUEUE_URL,
        clock,
      }),
      poison: createSqsPoisonQueue(clients, { region, poisonQueueUrl: environment.POISON_QUEUE_URL }),
      clock,
      journal,
      buckets: createS3BucketStore(clients, { clock }),
      pending: createDynamoDbPendingList(clients, ledger),
      peers: createSqsPeers(clients, { queueName: environment.PEER_QUEUE_NAME }),
      counters,
      notes,
      versions: createS3VersionLister(clients),
    },
    config,
  );
  const processor = new BatchProcessor(EventType.SQS);

  return async (event, context) => {
    logger.addContext(context);
    const budget = toBudget(context.getRemainingTimeInMillis());
    const receive = async ({ body, messageId, attributes }: SQSRecord): Promise<void> => {
      const waitedMs = Number(attributes.ApproximateFirstReceiveTimestamp) - Number(attributes.SentTimestamp);
      try {
        await monitor.receive(body, budget, waitedMs);
      } catch (error) {
        logger.error('asks for redelivery', { messageId, kind: kindOf(error), error });
        throw error;
      }
    };
    try {
      return await processPartialResponse(event, receive, processor, { context, throwOnFullBatchFailure: false });
    } finally {
      await hiddenThrottles
        .flush(budget)
        .catch((error: unknown) => logger.warn('hidden throttles not counted', { error }));
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    }
  };
}

/** What can be done in the remaining time of an invocation. */
export function toBudget(remainingMs: number): Budget {
  const usableMs = Math.max(0, Math.floor(remainingMs) - ANSWER_MS);
  const signal = AbortSignal.timeout(usableMs);
  setMaxListeners(0, signal); // every request of the invocation listens; Node would take it for a leak
  return {
    signal,
    pause: AbortSignal.timeout(usableMs - Math.min(SAVE_MS, Math.floor(usableMs / 2))),
    readableBytes: usableMs * LEAST_BYTES_PER_MS,
  };
}

function kindOf(error: unknown): string {
  if (error instanceof HoldfastError) return error.kind;
  return error instanceof Error && error.name === 'TimeoutError' ? 'unavailable' : 'unexpected';
}
