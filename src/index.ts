/**
 * Holdfast for embedding: the core with ports of your own, or with the AWS adapters.
 *
 * `createMonitor(ports, config)` takes plain arguments and has no effect until it is called; `createClients` makes the SDK
 * clients that the adapters share.
 */
export { createClients, type ClientOptions, type Clients } from './adapters/aws/clients.ts';
export { createDynamoDbLedger } from './adapters/aws/dynamodb-ledger.ts';
export { createS3ObjectStore } from './adapters/aws/s3-object-store.ts';
export { createSnsPublisher } from './adapters/aws/sns-publisher.ts';
export { createSqsLookQueue, createSqsPoisonQueue } from './adapters/aws/sqs-queues.ts';
export { systemClock } from './adapters/aws/system-clock.ts';
export { DEFAULT_CONFIG, loadConfig } from './config.ts';
export { digestContent } from './digest/content-reader.ts';
export { HoldfastError } from './errors.ts';
export { parseNotification } from './ingest/s3-notification.ts';
export type { Config } from './model/config.ts';
export type { Inspection } from './model/facts.ts';
export type { Finding } from './model/finding.ts';
export { firstLook, type Look } from './model/look.ts';
export { type Budget, createMonitor, type Monitor } from './monitor.ts';
export type { Ports } from './ports.ts';
