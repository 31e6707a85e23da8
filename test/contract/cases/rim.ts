import assert from 'node:assert/strict';
import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { createDynamoDbLedger } from '../../../src/adapters/aws/dynamodb-ledger.ts';
import { createSnsPublisher } from '../../../src/adapters/aws/sns-publisher.ts';
import { createSnsTopics } from '../../../src/adapters/aws/sns-topics.ts';
import { createSqsLookQueue, createSqsPoisonQueue } from '../../../src/adapters/aws/sqs-queues.ts';
import { createWatchClients } from '../../../src/adapters/aws/watch-clients.ts';
import { HoldfastError } from '../../../src/errors.ts';
import { parseLook } from '../../../src/ingest/look-message.ts';
import type { ObjectState } from '../../../src/model/facts.ts';
import { firstLook, type Look } from '../../../src/model/look.ts';
import type { Ledger } from '../../../src/ports.ts';
import { renderAlert } from '../../../src/render/alert.ts';
import { uniqueName } from '../../support/unique-name.ts';
import { bodyOf, createQueue, type Queue, take, takeAll } from '../arrange.ts';
import type { Cases, Cloud } from '../contract.ts';
import { createTable } from '../create-table.ts';
import { createAdapters, creationOf, type OurAdapters } from '../our-adapters.ts';

const object = { bucket: 'b', region: 'eu-west-1', key: 'é +😀'.repeat(90), versionId: 'v1' };
const event = creationOf(object);
const state: ObjectState = {
  sizeBytes: 3,
  etag: { kind: 'opaque', value: 'abc' },
  checksums: [],
  encryption: 'sse-kms',
  storageClass: 'STANDARD',
  lastModifiedAt: new Date(1_700_000_000_000),
  metadata: {},
};
const baseline = { algorithm: 'CRC64NVME', base64: 'AAAA', sizeBytes: 3, etag: 'abc' } as const;

async function createLedger(cloud: Cloud, { clients, clock }: OurAdapters): Promise<Ledger> {
  return createDynamoDbLedger(clients, { table: await createTable(cloud), region: cloud.home, clock });
}

async function createLanes(cloud: Cloud): Promise<{ readonly looks: Queue; readonly reads: Queue }> {
  return { looks: await createQueue(cloud), reads: await createQueue(cloud) };
}

async function enqueue(cloud: Cloud, lanes: { looks: Queue; reads: Queue }, look: Look): Promise<void> {
  const { clients, clock, call } = createAdapters();
  const urls = { looksQueueUrl: lanes.looks.url, readsQueueUrl: lanes.reads.url };
  await createSqsLookQueue(clients, { region: cloud.home, clock, ...urls }).enqueue(look, call);
}

export const rimCases: Cases = {
  'our ledger: a look is settled once it was settled, and twice is harmless': async (cloud) => {
    const adapters = createAdapters();
    const ledger = await createLedger(cloud, adapters);
    const look = firstLook(event);
    assert.equal(await ledger.isSettled(look, adapters.call), false);
    await ledger.settle(look, adapters.call);
    await ledger.settle(look, adapters.call);
    assert.equal(await ledger.isSettled(look, adapters.call), true);
    assert.equal(await ledger.isSettled(firstLook(event, 'content'), adapters.call), false);
  },
  'our ledger: the first baseline of a content is kept': async (cloud) => {
    const adapters = createAdapters();
    const ledger = await createLedger(cloud, adapters);
    const { lastModifiedAt } = state;
    await ledger.recordBaseline(object, { ...baseline, lastModifiedAt }, adapters.call);
    await ledger.recordBaseline(object, { ...baseline, base64: 'BBBB', lastModifiedAt }, adapters.call);
    const { recordedAt, ...known } = (await ledger.baseline(object, state, adapters.call)) ?? assert.fail();
    assert.ok(Math.abs(recordedAt.getTime() - Date.now()) < 60_000);
    assert.deepEqual(known, { ...baseline, lastModifiedAt });
  },
  'our ledger: another content of a null version has no baseline': async (cloud) => {
    const adapters = createAdapters();
    const ledger = await createLedger(cloud, adapters);
    const ref = { ...object, versionId: 'null' };
    await ledger.recordBaseline(ref, { ...baseline, lastModifiedAt: state.lastModifiedAt }, adapters.call);
    assert.notEqual(await ledger.baseline(ref, state, adapters.call), undefined);
    const other: ObjectState = { ...state, etag: { kind: 'opaque', value: 'other' } };
    assert.equal(await ledger.baseline(ref, other, adapters.call), undefined);
  },
  'our ledger: a table that is missing is an error of ours': async (cloud) => {
    const { clients, clock, call } = createAdapters();
    const ledger = createDynamoDbLedger(clients, { table: 'contract-nowhere', region: cloud.home, clock });
    await assert.rejects(ledger.isSettled(firstLook(event), call), HoldfastError);
  },
  'our look queue: a look comes out as it went in, in the lane of its reach': async (cloud) => {
    const lanes = await createLanes(cloud);
    const recorded = firstLook(event);
    const content: Look = { ...firstLook(event, 'content'), suspicion: { seen: '["é"]', readings: 1 } };
    for (const look of [recorded, content]) await enqueue(cloud, lanes, look);
    assert.deepEqual(parseLook((await take(cloud, lanes.looks)).Body), recorded);
    assert.deepEqual(parseLook((await take(cloud, lanes.reads)).Body), content);
  },
  'our look queue: a look that is not due does not come': async (cloud) => {
    const lanes = await createLanes(cloud);
    await enqueue(cloud, lanes, { ...firstLook(event), purpose: 'retry', dueAt: new Date(Date.now() + 60_000) });
    assert.deepEqual(await takeAll(cloud, lanes.looks), []);
  },
  'our poison queue: a record is kept beside the reason': async (cloud) => {
    const { clients, call } = createAdapters();
    const queue = await createQueue(cloud);
    const poison = createSqsPoisonQueue(clients, { region: cloud.home, poisonQueueUrl: queue.url });
    await poison.setAside({ body: '{"a":', reason: 'not JSON é' }, call);
    assert.deepEqual(bodyOf(await take(cloud, queue)), { reason: 'not JSON é', record: '{"a":' });
  },
  'our alert sink: an alert reaches a subscriber who asked for its severity': async (cloud) => {
    const { clients, call } = createAdapters();
    const sns = cloud.sns(cloud.home);
    const { TopicArn: topicArn = '' } = await sns.send(new CreateTopicCommand({ Name: uniqueName('contract') }));
    const queues = await Promise.all(
      ['critical', 'info'].map(async (severity) => {
        const queue = await createQueue(cloud);
        const attributes = { FilterPolicy: JSON.stringify({ severity: [severity] }) };
        const subscription = { TopicArn: topicArn, Protocol: 'sqs', Endpoint: queue.arn, Attributes: attributes };
        await sns.send(new SubscribeCommand(subscription));
        return queue;
      }),
    );
    const subject = { kind: 'object-version', object } as const;
    const finding = { verdict: 'violated', code: 'content-differs-from-etag', subject, evidence: {} } as const;
    const identity = { id: 'id', fingerprint: 'f', time: new Date(0) };
    const alert = renderAlert({ finding, severity: 'critical', state: 'opened', event }, identity);
    await createSnsPublisher(clients, { topicArn, region: cloud.home }).publish(alert, call);
    const [asked = assert.fail(), other = assert.fail()] = queues;
    const envelope = bodyOf(await take(cloud, asked));
    assert.deepEqual([envelope['Message'], envelope['Subject']], [JSON.stringify(alert.event), alert.title]);
    assert.deepEqual(await takeAll(cloud, other), []);
  },
  'our alert topics: a topic is found by its stack, with who is subscribed and what he wants': async (cloud) => {
    const { call } = createAdapters();
    const clients = createWatchClients({ customEndpoint: true, maxAttempts: 1 });
    const sns = cloud.sns(cloud.home);
    const stage = uniqueName('s');
    const topics = createSnsTopics(clients, { stage });
    assert.deepEqual(await topics.topic(cloud.home, call), { state: 'absent' });
    await sns.send(new CreateTopicCommand({ Name: `holdfast-${stage}2-AlertTopic-0A` }));
    const Name = `holdfast-${stage}-AlertTopic-0A`;
    const { TopicArn: topicArn = '' } = await sns.send(new CreateTopicCommand({ Name }));
    assert.deepEqual(await topics.topic(cloud.home, call), { state: 'present', value: topicArn });
    const queue = await createQueue(cloud);
    const filterPolicy = JSON.stringify({ severity: ['critical', { exists: false }] });
    await sns.send(
      new SubscribeCommand({
        TopicArn: topicArn,
        Protocol: 'sqs',
        Endpoint: queue.arn,
        Attributes: { FilterPolicy: filterPolicy },
      }),
    );
    assert.deepEqual(await topics.subscriptions(topicArn, call), {
      state: 'present',
      value: [{ protocol: 'sqs', endpoint: queue.arn, confirmed: true, filterPolicy }],
    });
  },
  'our alert topics: a message is found in a queue, and left there': async (cloud) => {
    const { clients, call } = createAdapters();
    const topics = createSnsTopics(createWatchClients({ customEndpoint: true, maxAttempts: 1 }), { stage: 's' });
    const queue = await createQueue(cloud);
    assert.deepEqual(await topics.isIn(queue.arn, 'a word', call), { state: 'present', value: false });
    const poison = createSqsPoisonQueue(clients, { region: cloud.home, poisonQueueUrl: queue.url });
    await poison.setAside({ body: '{"a":', reason: 'it has a word in it' }, call);
    assert.deepEqual(await topics.isIn(queue.arn, 'a word', call), { state: 'present', value: true });
    assert.equal(bodyOf(await take(cloud, queue))['record'], '{"a":');
    const nowhere = queue.arn.replace(/[^:]+$/, uniqueName('none'));
    assert.deepEqual(await topics.isIn(nowhere, 'a word', call), { state: 'absent' });
  },
};
