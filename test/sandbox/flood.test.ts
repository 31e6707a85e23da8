import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DESTINATION, REPLICATED_PREFIX, SOURCE } from '../../demo/places.ts';
import { firstLook, formatLook, type Look } from '../../src/model/look.ts';
import { type Ended, holdfast } from '../cli/fake-run.ts';
import { eventually } from '../support/eventually.ts';
import { type FloodStage, setFloodStage } from './flood-stage.ts';

const EVENTS = 100_000;
const MINUTE_MS = 60_000;
const VISIBILITY_MS = 6 * MINUTE_MS;
const { region, bucket } = SOURCE;
const DAMAGED = 'flood/damaged é+';
const FAILED = `${REPLICATED_PREFIX}failed`;

let on: FloodStage;
let alerts: string;
const heard = new Map<string, number>();

beforeAll(async () => {
  on = await setFloodStage();
  vi.stubEnv('AWS_ACCESS_KEY_ID', on.stage.cloud.credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', on.stage.cloud.credentials.secretAccessKey);
  const { sdk, stack } = on;
  const Statement = [
    { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: '*' },
  ];
  const Attributes = { Policy: JSON.stringify({ Version: '2012-10-17', Statement }) };
  const { QueueUrl = '' } = await sdk.sqs(region).send(new CreateQueueCommand({ QueueName: 'alerts', Attributes }));
  alerts = QueueUrl;
  const Endpoint = `arn:aws:sqs:${region}:${on.stage.cloud.account}:alerts`;
  const TopicArn = stack.resources['AlertTopic']?.ref;
  // Every version of the flood is gone by now, which is told for the record.
  const FilterPolicy = JSON.stringify({ code: ['content-differs-from-checksum', 'replication-failed'] });
  await sdk
    .sns(region)
    .send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes: { FilterPolicy } }));
}, 120_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  await on.close();
});

/** Uploads a version whose event never comes: only what is put into a lane by hand knows of it. */
async function upload(Key: string, fault: 'flip' | 'fail-replication'): Promise<Look> {
  const { faults } = on.stage.cloud;
  faults.plant({ kind: 'lose-event', bucket, key: Key });
  // A replication fails where the replica should be.
  faults.plant({ kind: fault, bucket: fault === 'flip' ? bucket : DESTINATION.bucket, key: Key, times: 1 });
  const Body = 'content';
  const { VersionId: versionId = '' } = await on.sdk
    .s3(region)
    .send(new PutObjectCommand({ Bucket: bucket, Key, Body, ChecksumAlgorithm: 'CRC64NVME' }));
  return firstLook({
    kind: 'created',
    name: 'ObjectCreated:Put',
    object: { bucket, region, key: Key, versionId },
    eventAt: new Date(),
    sequencer: '0055AED6DCD90281E5',
  });
}

async function send(logicalId: string, look: Look): Promise<void> {
  const QueueUrl = on.stack.resources[logicalId]?.ref;
  await on.sdk.sqs(region).send(new SendMessageCommand({ QueueUrl, MessageBody: formatLook(look) }));
}

interface Subject {
  readonly object?: { readonly key: string };
}

interface Told {
  readonly code: string;
  readonly subject: Subject;
  readonly examples?: readonly { readonly subject: Subject }[];
}

/** Keeps when an alert about a key was heard first, in milliseconds of this process. */
async function listen(): Promise<void> {
  const command = new ReceiveMessageCommand({ QueueUrl: alerts, MaxNumberOfMessages: 10 });
  for (;;) {
    const { Messages: messages = [] } = await on.sdk.sqs(region).send(command);
    if (messages.length === 0) return;
    for (const { Body: body = '', ReceiptHandle } of messages) {
      await on.sdk.sqs(region).send(new DeleteMessageCommand({ QueueUrl: alerts, ReceiptHandle }));
      const { Message: text } = JSON.parse(body) as { readonly Message: string };
      const { code, subject, examples = [] } = (JSON.parse(text) as { readonly data: Told }).data;
      for (const { object } of [subject, ...examples.map((example) => example.subject)]) {
        const about = `${code} ${object?.key ?? ''}`;
        if (!heard.has(about)) heard.set(about, performance.now());
      }
    }
  }
}

const hear = (about: string): Promise<number> =>
  eventually(
    async () => {
      await listen();
      return heard.get(about);
    },
    { timeoutMs: 30_000, intervalMs: 200 },
  );

const watched = (): number =>
  on.stage.cloud.logs
    .lines()
    .filter(
      (line) => line.region === region && line.functionName.includes('watch-pressure') && line.text.includes('_aws'),
    ).length;

const poison = (verb: string, ...args: readonly string[]): Promise<Ended> =>
  holdfast(['poison', verb, '--stage', on.stage.name, '--region', region, ...args], {
    env: { AWS_ENDPOINT_URL: on.stage.cloud.url },
  });

describe('what goes wrong in the lanes', () => {
  it('lies among the dead letters when a dependency failed too long, and is done after a redrive', async () => {
    const { cloud } = on.stage;
    const look = await upload('dead/damaged', 'flip');
    const { id } = cloud.faults.plant({ kind: 'deny', region, service: 'dynamodb', operation: 'GetItem' });
    await send('LooksQueue', { ...look, purpose: 'confirm' });
    for (let round = 0; round < 6; round += 1) {
      await cloud.idle();
      await cloud.clock.advance(VISIBILITY_MS);
    }
    expect(await on.depth('LooksDeadLetterQueue')).toEqual({ waiting: 1, inFlight: 0 });
    expect(await on.depth('LooksQueue')).toEqual({ waiting: 0, inFlight: 0 });
    expect(await poison('list', '--dead-letters')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(`s3://${bucket}/dead/damaged`) as string,
    });
    cloud.faults.remove(id);
    expect(await poison('replay', '--dead-letters', '--yes')).toMatchObject({ code: 0 });
    await hear('content-differs-from-checksum dead/damaged');
    expect(await on.depth('LooksDeadLetterQueue')).toEqual({ waiting: 0, inFlight: 0 });
  }, 90_000);

  it('is set aside when nobody can read it, and comes back so after a replay', async () => {
    const QueueUrl = on.stack.resources['SignalsQueue']?.ref;
    await on.sdk.sqs(region).send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
    const listed = await eventually(async () => {
      const ended = await poison('list', '--json');
      return ended.code === 1 ? ended : undefined;
    });
    expect(listed.stdout).toContain('"reason":"body: expected JSON, got a text of another form"');
    expect(await poison('replay', '--yes')).toMatchObject({ code: 0 });
    await on.stage.cloud.idle();
    expect(await on.depth('PoisonQueue')).toEqual({ waiting: 1, inFlight: 0 });
    await on.sdk.sqs(region).send(new PurgeQueueCommand({ QueueUrl: on.stack.resources['PoisonQueue']?.ref }));
  }, 60_000);
});

describe('a signals lane under 100,000 events', () => {
  it('keeps readings, looks, watchers and alerts going, and loses none', async () => {
    const startedAt = performance.now();
    on.flood(EVENTS);
    const filledAt = performance.now();
    const before = await on.depth('SignalsQueue');
    expect(before.waiting).toBeGreaterThan(EVENTS / 2);

    const sentAt = performance.now();
    const damaged = await upload(DAMAGED, 'flip');
    await send('ReadsQueue', { ...damaged, reach: 'content' });
    const failed = await upload(FAILED, 'fail-replication');
    await eventually(async () => {
      const { ReplicationStatus: status } = await on.sdk
        .s3(region)
        .send(new HeadObjectCommand({ Bucket: bucket, Key: FAILED }));
      return status === 'FAILED' ? true : undefined;
    });
    const link = `orders/${bucket}/${DESTINATION.bucket}`;
    await send('LooksQueue', { ...failed, purpose: 'follow-up', follow: { links: [link], step: 2 } });
    const runs = watched();
    const passed = on.stage.cloud.clock.advance(MINUTE_MS);

    const damageMs = (await hear(`content-differs-from-checksum ${DAMAGED}`)) - sentAt;
    const failureMs = (await hear(`replication-failed ${FAILED}`)) - sentAt;
    await passed;
    await eventually(async () => (watched() > runs ? true : undefined), { timeoutMs: 30_000 });
    const watchedMs = performance.now() - sentAt;

    await eventually(async () => ((await on.settled()) > 0 ? true : undefined), {
      timeoutMs: 60_000,
      intervalMs: 500,
    });

    // What has left a queue is in the next one, or done: the ledger must know it. Read in this order nothing is missed on its way.
    const { waiting, inFlight } = await on.depth('SignalsQueue');
    const looks = await on.depth('LooksQueue');
    const settled = await on.settled();
    expect(waiting).toBeGreaterThan(0);
    expect(settled + looks.waiting + looks.inFlight).toBeGreaterThanOrEqual(EVENTS - waiting - inFlight);
    expect(EVENTS - waiting - inFlight).toBeGreaterThanOrEqual(300);
    for (const queue of [
      'PoisonQueue',
      ...['Signals', 'Looks', 'Reads', 'Peer'].map((lane) => `${lane}DeadLetterQueue`),
    ])
      expect([queue, await on.depth(queue)]).toEqual([queue, { waiting: 0, inFlight: 0 }]);
    const s = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
    process.stderr.write(
      `flood: filled in ${s(filledAt - startedAt)}; damage told after ${s(damageMs)}, failure after ${s(failureMs)}, ` +
        `watched after ${s(watchedMs)}; ${waiting} waiting, ${inFlight} in flight, ${settled} done\n`,
    );
  }, 150_000);
});
