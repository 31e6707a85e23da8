import { AwsError, notImplemented } from '../aws-error.ts';
import { parsePolicy, type Statement } from '../iam/policy.ts';
import type { Platform } from '../platform.ts';
import { randomUuid } from '../random.ts';
import type { MessageAttributes } from '../sqs/message.ts';
import { toEnvelope, type Notification } from './notification.ts';
import { createSubscription, type Subscription, type SubscriptionAttributes } from './subscription.ts';
import { errorText } from '../record.ts';

/** A standard topic. */
export interface Topic {
  readonly arn: string;
  readonly name: string;
  readonly region: string;
  readonly subscriptions: Map<string, Subscription>;
  attributes: Readonly<Record<string, string>>;
  policy: readonly Statement[];
}

/** Whom a topic tells. */
export type Recipient = Pick<Subscription, 'protocol' | 'endpoint'>;

/** All topics of all Regions. */
export interface TopicRegister {
  find(arn: string): Topic | undefined;
  /** Throws `NotFound`. */
  get(arn: string): Topic;
  create(name: string, region: string, attributes?: Readonly<Record<string, string>>): Topic;
  delete(arn: string): void;
  setAttribute(arn: string, name: string, value: string): void;
  subscribe(topic: Topic, to: Recipient, attributes: SubscriptionAttributes): Subscription;
  findSubscription(arn: string): Subscription;
  unsubscribe(arn: string): void;
  publish(topic: Topic, message: Pick<Notification, 'subject' | 'message' | 'attributes'>): Promise<string>;
  inRegion(region: string): readonly Topic[];
}

/** Puts a message of a topic into a queue; throws where the queue does not exist or does not allow the topic. */
export type SendToQueue = (message: {
  readonly topicArn: string;
  readonly queueArn: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
}) => Promise<void>;

/** Shown again, without effect. */
const RECORDED: ReadonlySet<string> = new Set(['DisplayName']);

export function createTopicRegister(platform: Platform, sendToQueue: SendToQueue): TopicRegister {
  const { account, random, clock } = platform;
  const topics = new Map<string, Topic>();

  function get(arn: string): Topic {
    const topic = topics.get(arn);
    if (topic === undefined) throw new AwsError('NotFound', 404, 'Topic does not exist');
    return topic;
  }

  function findSubscription(arn: string): Subscription {
    const found = topics.get(arn.slice(0, arn.lastIndexOf(':')))?.subscriptions.get(arn);
    if (found === undefined) throw new AwsError('NotFound', 404, 'Subscription does not exist');
    return found;
  }

  function setAttribute(arn: string, name: string, value: string): void {
    const topic = get(arn);
    if (name === 'Policy') topic.policy = parseTopicPolicy(value);
    else if (!RECORDED.has(name)) throw notImplemented(`the topic attribute ${name}`);
    topic.attributes = { ...topic.attributes, [name]: value };
  }

  async function send(subscription: Subscription, notification: Notification): Promise<void> {
    const { topicArn } = notification;
    const raw = subscription.isRaw();
    const body = raw
      ? notification.message
      : toEnvelope(notification, { subscriptionArn: subscription.arn, url: platform.url() });
    const message = { topicArn, body, attributes: raw ? notification.attributes : {} };
    try {
      await sendToQueue({ ...message, queueArn: subscription.endpoint });
    } catch (error) {
      // The publisher never hears of a subscriber's trouble; the subscription's dead-letter queue does.
      const queueArn = subscription.deadLetterTargetArn();
      const text = `topic ${topicArn} could not deliver to ${subscription.endpoint}: ${errorText(error)}`;
      const at = new Date(clock.now()).toISOString();
      platform.logs.append({ at, region: topicArn.split(':')[3] ?? '', functionName: 'sns', stream: 'platform', text });
      if (queueArn !== undefined) await sendToQueue({ ...message, queueArn });
    }
  }

  return {
    find: (arn) => topics.get(arn),
    get,
    create(name, region, attributes = {}) {
      const arn = `arn:aws:sns:${region}:${account}:${name}`;
      const existing = topics.get(arn);
      if (existing !== undefined) return existing;
      if (!/^[A-Za-z0-9_-]{1,256}$/.test(name)) throw notImplemented(`topics with the name ${name}`);
      const topic: Topic = { arn, name, region, subscriptions: new Map(), attributes: {}, policy: [] };
      topics.set(arn, topic);
      try {
        for (const [attribute, value] of Object.entries(attributes)) setAttribute(arn, attribute, value);
      } catch (error) {
        topics.delete(arn);
        throw error;
      }
      return topic;
    },
    delete: (arn) => void topics.delete(arn),
    setAttribute,
    subscribe(topic, { protocol, endpoint }, attributes) {
      const existing = [...topic.subscriptions.values()].find(
        (subscription) => subscription.endpoint === endpoint && subscription.protocol === protocol,
      );
      const subscription =
        existing ??
        createSubscription({
          arn: `${topic.arn}:${randomUuid(random)}`,
          topicArn: topic.arn,
          protocol,
          endpoint,
          owner: account,
        });
      subscription.change(attributes);
      topic.subscriptions.set(subscription.arn, subscription);
      return subscription;
    },
    findSubscription,
    unsubscribe(arn) {
      topics.get(arn.slice(0, arn.lastIndexOf(':')))?.subscriptions.delete(arn);
    },
    async publish(topic, message) {
      const notification = { ...message, messageId: randomUuid(random), topicArn: topic.arn, publishedAt: clock.now() };
      const hearers = [...topic.subscriptions.values()].filter((subscription) => subscription.wants(notification));
      await Promise.all(hearers.map((subscription) => send(subscription, notification)));
      return notification.messageId;
    },
    inRegion: (region) => [...topics.values()].filter((topic) => topic.region === region),
  };
}

function parseTopicPolicy(text: string): readonly Statement[] {
  try {
    return parsePolicy(JSON.parse(text), 'topic policy');
  } catch (error) {
    throw notImplemented(errorText(error));
  }
}
