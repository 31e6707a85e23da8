import assert from 'node:assert/strict';
import {
  CreateTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { uniqueName } from '../../support/unique-name.ts';
import { bodyOf, createQueue, type Queue, take, takeAll } from '../arrange.ts';
import type { Cases, Cloud } from '../contract.ts';
import { refused } from '../refused.ts';

async function createTopic(cloud: Cloud): Promise<string> {
  const { TopicArn: arn = '' } = await cloud
    .sns(cloud.home)
    .send(new CreateTopicCommand({ Name: uniqueName('contract') }));
  return arn;
}

/** A new queue that gets what is published to the topic. */
async function subscribe(cloud: Cloud, topic: string, attributes: Record<string, string> = {}): Promise<Queue> {
  const queue = await createQueue(cloud);
  await cloud
    .sns(cloud.home)
    .send(new SubscribeCommand({ TopicArn: topic, Protocol: 'sqs', Endpoint: queue.arn, Attributes: attributes }));
  return queue;
}

async function publish(cloud: Cloud, topic: string, attributes: Readonly<Record<string, string>>): Promise<void> {
  const entries = Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]);
  const message = { TopicArn: topic, Message: JSON.stringify(attributes), Subject: 'contract' };
  await cloud.sns(cloud.home).send(new PublishCommand({ ...message, MessageAttributes: Object.fromEntries(entries) }));
}

const critical = { severity: 'critical', code: 'content-differs-from-etag' };
const warning = { severity: 'warning', code: 'replication-failed' };
const info = { severity: 'info', code: 'content-verified' };

const filters: readonly (readonly [what: string, policy: object, passes: readonly object[]])[] = [
  ['one of several values', { severity: ['warning', 'critical'] }, [critical, warning]],
  ['a prefix', { code: [{ prefix: 'content-' }] }, [critical, info]],
  ['anything but a value', { severity: [{ 'anything-but': 'info' }] }, [critical, warning]],
  ['all of its names', { severity: ['critical'], code: [{ prefix: 'replication-' }] }, []],
  ['the absence of an attribute', { bucket: [{ exists: false }] }, [critical, warning, info]],
];

const filterCases: Cases = Object.fromEntries(
  filters.map(([what, policy, passes]) => [
    `a filter policy on ${what} lets through what it says`,
    async (cloud: Cloud) => {
      const topic = await createTopic(cloud);
      const queue = await subscribe(cloud, topic, { FilterPolicy: JSON.stringify(policy), RawMessageDelivery: 'true' });
      for (const attributes of [critical, warning, info]) await publish(cloud, topic, attributes);
      const bodies = (await takeAll(cloud, queue)).map(({ Body: body = '' }) => body);
      assert.deepEqual(bodies.toSorted(), passes.map((one) => JSON.stringify(one)).toSorted());
    },
  ]),
);

export const topicCases: Cases = {
  ...filterCases,
  'a queue gets what is published, in an envelope with subject and attributes': async (cloud) => {
    const topic = await createTopic(cloud);
    const queue = await subscribe(cloud, topic);
    await publish(cloud, topic, critical);
    const envelope = bodyOf(await take(cloud, queue));
    assert.deepEqual(
      [envelope['Type'], envelope['TopicArn'], envelope['Subject'], envelope['Message'], envelope['MessageAttributes']],
      [
        'Notification',
        topic,
        'contract',
        JSON.stringify(critical),
        {
          severity: { Type: 'String', Value: critical.severity },
          code: { Type: 'String', Value: critical.code },
        },
      ],
    );
  },
  'raw delivery leaves the envelope out and keeps the attributes': async (cloud) => {
    const topic = await createTopic(cloud);
    const queue = await subscribe(cloud, topic, { RawMessageDelivery: 'true' });
    await publish(cloud, topic, warning);
    const message = await take(cloud, queue);
    assert.deepEqual(
      [message.Body, message.MessageAttributes?.['severity']?.StringValue],
      [JSON.stringify(warning), 'warning'],
    );
  },
  'every subscriber gets its own copy': async (cloud) => {
    const topic = await createTopic(cloud);
    const queues = [await subscribe(cloud, topic), await subscribe(cloud, topic)];
    await publish(cloud, topic, info);
    const ids = await Promise.all(queues.map(async (queue) => bodyOf(await take(cloud, queue))['MessageId']));
    assert.ok(typeof ids[0] === 'string' && ids[0] === ids[1]);
  },
  'a topic that does not exist is refused': async (cloud) => {
    const topic = `arn:aws:sns:${cloud.home}:${cloud.account}:contract-nowhere`;
    await refused(publish(cloud, topic, info), { status: 404, code: 'NotFoundException' });
  },
  'a topic of the same name is the same topic': async (cloud) => {
    const topic = await createTopic(cloud);
    const name = topic.slice(topic.lastIndexOf(':') + 1);
    const sns = cloud.sns(cloud.home);
    assert.equal((await sns.send(new CreateTopicCommand({ Name: name }))).TopicArn, topic);
    const { Attributes: attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn: topic }));
    assert.equal(attributes?.['TopicArn'], topic);
  },
  'whoever unsubscribed gets nothing more': async (cloud) => {
    const topic = await createTopic(cloud);
    const queue = await subscribe(cloud, topic);
    const sns = cloud.sns(cloud.home);
    const { Subscriptions: [subscription] = [] } = await sns.send(
      new ListSubscriptionsByTopicCommand({ TopicArn: topic }),
    );
    assert.equal(subscription?.Endpoint, queue.arn);
    await sns.send(new UnsubscribeCommand({ SubscriptionArn: subscription?.SubscriptionArn }));
    await publish(cloud, topic, info);
    assert.deepEqual(await takeAll(cloud, queue), []);
  },
};
