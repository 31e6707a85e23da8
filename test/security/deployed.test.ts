import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { ListQueuesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { advance, plant } from '../../demo/control.ts';
import { DESTINATION, REGIONS, REPLICATED_PREFIX, SOURCE } from '../../demo/places.ts';
import { setStage, type Stage } from '../../demo/stage.ts';
import { subscribe } from '../../demo/subscriber.ts';
import type { AlertEvent } from '../../src/model/alert.ts';
import { demoStacks } from '../demo/show.ts';
import { eventually } from '../support/eventually.ts';
import { leaksIn } from './secrets.ts';

/** What belongs to the user, and must not leave the bucket. */
const SECRETS = {
  content: 'content-s3cret+é %/😀',
  metadata: 'metadata-s3cret',
  system: 'attachment; filename="system-s3cret.pdf"',
  tag: 'tag-s3cret',
  drifted: 'drifted-s3cret',
  record: 'record-s3cret',
} as const;

const DAMAGED = `${REPLICATED_PREFIX}damaged a b+c é`;
const DRIFTED = `${REPLICATED_PREFIX}drifted`;
const EXPECTED = [
  'content-differs-from-checksum',
  'replica-metadata-differs',
  'replica-tags-differ',
  'content-unreadable',
  'event-poisoned',
];

let stage: Stage;
const alerts: AlertEvent[] = [];
const listening = new AbortController();
let listeners: readonly Promise<void>[];

const put = (Key: string) =>
  stage.s3(SOURCE.region).send(
    new PutObjectCommand({
      Bucket: SOURCE.bucket,
      Key,
      Body: SECRETS.content.repeat(50),
      ChecksumAlgorithm: 'SHA256',
      ContentDisposition: SECRETS.system,
      Metadata: { note: SECRETS.metadata },
      Tagging: new URLSearchParams({ owner: SECRETS.tag }).toString(),
    }),
  );

/** An object that is damaged, one that is denied, one whose replica changes behind everybody's back, and a record that is none. */
async function makeTrouble(): Promise<void> {
  const { bucket } = SOURCE;
  await plant(stage, { kind: 'flip', bucket, key: DAMAGED, times: 1 });
  await plant(stage, { kind: 'deny', service: 's3', operation: 'GetObject', bucket, key: 'denied' });
  for (const key of [DAMAGED, DRIFTED, 'denied']) await put(key);
  const replica = new HeadObjectCommand({ Bucket: DESTINATION.bucket, Key: DRIFTED });
  await eventually(() => stage.s3(DESTINATION.region).send(replica), { timeoutMs: 20_000 });
  const change = { metadata: { note: SECRETS.drifted }, tags: { owner: SECRETS.drifted } };
  await plant(stage, { kind: 'drift', now: true, bucket: DESTINATION.bucket, key: DRIFTED, change });
  const sqs = stage.sqs(SOURCE.region);
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const QueueUrl = QueueUrls.find((url) => /-SignalsQueue-/.test(url));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: SECRETS.record }));
}

beforeAll(async () => {
  stage = await setStage({ port: 0, seed: 8, stacks: await demoStacks(), progress: () => {} });
  const { signal } = listening;
  const hear = (event: AlertEvent): void => void alerts.push(event);
  const subscriptions = [...stage.topicArns].map(([region, topicArn]) =>
    subscribe(stage, { region, topicArn, signal, hear }),
  );
  listeners = (await Promise.all(subscriptions)).map(({ done }) => done);
  await makeTrouble();
  await eventually(
    async () => {
      await advance(stage, 1_000);
      const heard = new Set<string>(alerts.map(({ data }) => data.code));
      const missing = EXPECTED.filter((code) => !heard.has(code));
      if (missing.length > 0) throw new Error(`not heard of: ${missing.join(', ')}; heard: ${[...heard].join(', ')}`);
      return true;
    },
    { timeoutMs: 50_000, intervalMs: 300 },
  );
  await stage.cloud.idle();
}, 120_000);
afterAll(async () => {
  listening.abort();
  await Promise.all(listeners);
  await stage.close();
});

/** The rows of the ledgers of both Regions, as JSON. */
async function remembered(): Promise<string> {
  const rows = await Promise.all(
    REGIONS.map(async (region) => {
      const { url: endpoint, credentials } = stage.cloud;
      const dynamodb = new DynamoDBClient({ region, endpoint, credentials });
      const { Items } = await dynamodb.send(new ScanCommand({ TableName: `holdfast-${stage.name}-ledger` }));
      dynamodb.destroy();
      return JSON.stringify(Items);
    }),
  );
  return rows.join('\n');
}

/** Names and dimensions of every metric. */
async function measured(): Promise<string> {
  const { url: endpoint, credentials } = stage.cloud;
  const cloudwatch = new CloudWatchClient({ region: SOURCE.region, endpoint, credentials });
  const { Metrics } = await cloudwatch.send(new ListMetricsCommand({ Namespace: 'Holdfast' }));
  cloudwatch.destroy();
  return JSON.stringify(Metrics);
}

const logged = (): string =>
  stage.cloud.logs
    .lines()
    .map(({ text }) => text)
    .join('\n');
const secrets = Object.values(SECRETS);

describe('the deployed functions, when everything goes wrong', () => {
  it('log no content, no metadata, no tags and no record that they cannot read', () => {
    expect(leaksIn(logged(), secrets)).toEqual([]);
    // They do log what happened, to which object.
    expect(logged()).toContain('content-differs-from-checksum');
    expect(logged()).toContain(DAMAGED);
  });

  it('tell whoever is alerted which object it is about, and nothing of what is in it', () => {
    const told = JSON.stringify(alerts);
    expect(leaksIn(told, secrets)).toEqual([]);
    expect(told).toContain(DAMAGED);
    // Names are told: without them nobody could find the difference.
    expect(told).toContain('x-amz-meta-note');
    expect(told).toContain('owner');
  });

  it('remember nothing of it either', async () => {
    const rows = await remembered();
    expect(leaksIn(rows, secrets)).toEqual([]);
    expect(rows).toContain(DAMAGED);
  });

  it('measure without naming objects', async () => {
    const metrics = await measured();
    expect(leaksIn(metrics, [...secrets, DAMAGED, DRIFTED])).toEqual([]);
    expect(metrics).toContain('EventsIngested');
  });
});
