import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { bundleFunctions } from '../../scripts/bundle.ts';
import { createSdkClients } from '../support/sdk-clients.ts';
import { type RunningHandler, startHandler } from '../support/start-handler.ts';
import { uniqueName } from '../support/unique-name.ts';
import { createBucket, createQueue, type Queue } from './arrange.ts';
import type { Cloud, Server } from './contract.ts';
import { createTable } from './create-table.ts';

/** Everything that a stack would have made, on one server, and the built functions. */
export interface HandlerStage {
  readonly cloud: Cloud;
  readonly bucket: string;
  readonly looks: Queue;
  readonly reads: Queue;
  readonly poison: Queue;
  /** Subscribed to the topic of the alerts, without a filter. */
  readonly alerts: Queue;
  /** A cold start of a built function; closed with the stage. */
  start(name: string, environment?: Readonly<Record<string, string>>): Promise<RunningHandler>;
  /** Hands what can be received from the queue now to the function, one by one, and deletes what succeeds. */
  work(queue: Queue, handler: RunningHandler): Promise<readonly string[]>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 30_000;

export async function createHandlerStage(server: Server): Promise<HandlerStage> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-built-'));
  await bundleFunctions(folder);
  const running = await server.start();
  const [home, abroad] = running.regions;
  const cloud: Cloud = { ...createSdkClients(running), ...running, home, abroad };
  const bucket = await createBucket(cloud, { versioned: true });
  const [looks, reads, poison, alerts] = await Promise.all([0, 1, 2, 3].map(async () => createQueue(cloud)));
  if (!looks || !reads || !poison || !alerts) throw new Error('four queues were expected');
  const sns = cloud.sns(home);
  const { TopicArn: topic = '' } = await sns.send(new CreateTopicCommand({ Name: uniqueName('contract') }));
  await sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'sqs', Endpoint: alerts.arn }));

  const verify = [{ bucket, prefix: '', evidence: 'computed-checksum', declared: [] }];
  const config = { version: 1, pairs: [], mraps: [], verify, alerts: { severity: 'warning', subscriptions: [] } };
  const configFile = join(folder, 'holdfast.json');
  await writeFile(configFile, JSON.stringify(config));
  const common = {
    AWS_REGION: home,
    AWS_ENDPOINT_URL: running.endpoint,
    AWS_ACCESS_KEY_ID: running.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: running.credentials.secretAccessKey,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    POWERTOOLS_SERVICE_NAME: 'holdfast',
    POWERTOOLS_METRICS_NAMESPACE: 'Holdfast',
    HOLDFAST_CONFIG: configFile,
    ALERT_TOPIC_ARN: topic,
    LEDGER_TABLE: await createTable(cloud),
    LOOKS_QUEUE_URL: looks.url,
    READS_QUEUE_URL: reads.url,
    POISON_QUEUE_URL: poison.url,
    PEER_QUEUE_NAME: 'holdfast-test-peer',
  };
  const started: RunningHandler[] = [];

  return {
    cloud,
    bucket,
    looks,
    reads,
    poison,
    alerts,
    async start(name, environment = {}) {
      const options = { environment: { ...common, ...environment }, timeoutMs: TIMEOUT_MS };
      const handler = await startHandler(join(folder, name, 'index.mjs'), options);
      started.push(handler);
      return handler;
    },
    async work(queue, handler) {
      const sqs = cloud.sqs(home);
      const { Messages: messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queue.url, MaxNumberOfMessages: 10 }),
      );
      const failures: string[] = [];
      for (const { MessageId: messageId = '', Body: body = '', ReceiptHandle: receipt } of messages) {
        failures.push(...(await handler.invoke([{ messageId, body }])));
        if (failures.includes(messageId)) continue;
        await sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: receipt }));
      }
      return failures;
    },
    async close() {
      await Promise.all(started.map(async (handler) => handler.close()));
      cloud.destroy();
      await running.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
