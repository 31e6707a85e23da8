import { toElements } from '../aws-error.ts';
import { mapParameter, requiredParameter, toEntries, type QueryInput } from '../query-protocol.ts';
import { topicOfSubscription, type SnsOperation } from './operation.ts';
import type { Subscription } from './subscription.ts';
import type { Topic } from './topic-register.ts';

const byTopicArn = (input: QueryInput): string => requiredParameter(input, 'TopicArn');
const bySubscriptionArn = (input: QueryInput): string =>
  topicOfSubscription(requiredParameter(input, 'SubscriptionArn'));
const byNoTopic = (): undefined => undefined;

/** What is done to topics and their subscriptions. */
export const TOPIC_OPERATIONS: Readonly<Record<string, SnsOperation>> = {
  CreateTopic: {
    parameters: ['Name', 'Attributes', 'Tags'],
    resource: byNoTopic,
    run: ({ input, topics, region }) => ({
      texts: {
        TopicArn: topics.create(requiredParameter(input, 'Name'), region, mapParameter(input, 'Attributes')).arn,
      },
    }),
  },
  DeleteTopic: {
    parameters: ['TopicArn'],
    resource: byTopicArn,
    run({ input, topics }) {
      topics.delete(byTopicArn(input));
      return {};
    },
  },
  ListTopics: {
    parameters: [],
    resource: byNoTopic,
    run: ({ topics, region }) => ({
      xml: toMembers('Topics', topics.inRegion(region), ({ arn }) => toElements({ TopicArn: arn })),
    }),
  },
  GetTopicAttributes: {
    parameters: ['TopicArn'],
    resource: byTopicArn,
    run: ({ input, topics }) => ({
      xml: `<Attributes>${toEntries(attributesOf(topics.get(byTopicArn(input))))}</Attributes>`,
    }),
  },
  SetTopicAttributes: {
    parameters: ['TopicArn', 'AttributeName', 'AttributeValue'],
    resource: byTopicArn,
    run({ input, topics }) {
      topics.setAttribute(
        byTopicArn(input),
        requiredParameter(input, 'AttributeName'),
        input.get('AttributeValue') ?? '',
      );
      return {};
    },
  },
  Subscribe: {
    parameters: ['TopicArn', 'Protocol', 'Endpoint', 'Attributes', 'ReturnSubscriptionArn'],
    resource: byTopicArn,
    run({ input, topics }) {
      const protocol = requiredParameter(input, 'Protocol');
      const endpoint = requiredParameter(input, 'Endpoint');
      const topic = topics.get(byTopicArn(input));
      const subscription = topics.subscribe(topic, { protocol, endpoint }, mapParameter(input, 'Attributes'));
      const told = subscription.isConfirmed() || input.get('ReturnSubscriptionArn') === 'true';
      return { texts: { SubscriptionArn: told ? subscription.arn : 'pending confirmation' } };
    },
  },
  Unsubscribe: {
    parameters: ['SubscriptionArn'],
    resource: bySubscriptionArn,
    run({ input, topics }) {
      topics.unsubscribe(requiredParameter(input, 'SubscriptionArn'));
      return {};
    },
  },
  SetSubscriptionAttributes: {
    parameters: ['SubscriptionArn', 'AttributeName', 'AttributeValue'],
    resource: bySubscriptionArn,
    run({ input, topics }) {
      const name = requiredParameter(input, 'AttributeName');
      topics
        .findSubscription(requiredParameter(input, 'SubscriptionArn'))
        .change({ [name]: input.get('AttributeValue') ?? '' });
      return {};
    },
  },
  GetSubscriptionAttributes: {
    parameters: ['SubscriptionArn'],
    resource: bySubscriptionArn,
    run({ input, topics }) {
      const subscription = topics.findSubscription(requiredParameter(input, 'SubscriptionArn'));
      const PendingConfirmation = String(!subscription.isConfirmed());
      const shown = { ...membersOf(subscription), PendingConfirmation, ...subscription.attributes() };
      return { xml: `<Attributes>${toEntries(shown)}</Attributes>` };
    },
  },
  ListSubscriptionsByTopic: {
    parameters: ['TopicArn'],
    resource: byTopicArn,
    run({ input, topics }) {
      const subscriptions = [...topics.get(byTopicArn(input)).subscriptions.values()];
      return { xml: toMembers('Subscriptions', subscriptions, (each) => toElements(listed(each))) };
    },
  },
};

function attributesOf(topic: Topic): Readonly<Record<string, string>> {
  const owner = topic.arn.split(':')[4] ?? '';
  const all = [...topic.subscriptions.values()];
  const confirmed = all.filter((subscription) => subscription.isConfirmed()).length;
  return {
    TopicArn: topic.arn,
    Owner: owner,
    SubscriptionsConfirmed: String(confirmed),
    SubscriptionsPending: String(all.length - confirmed),
    ...topic.attributes,
  };
}

function membersOf({ arn, owner, protocol, endpoint, topicArn }: Subscription): Readonly<Record<string, string>> {
  return { SubscriptionArn: arn, Owner: owner, Protocol: protocol, Endpoint: endpoint, TopicArn: topicArn };
}

/** A list keeps the ARNs of those who did not confirm to itself. */
function listed(subscription: Subscription): Readonly<Record<string, string>> {
  const members = membersOf(subscription);
  return subscription.isConfirmed() ? members : { ...members, SubscriptionArn: 'PendingConfirmation' };
}

function toMembers<T>(name: string, members: readonly T[], render: (member: T) => string): string {
  return `<${name}>${members.map((member) => `<member>${render(member)}</member>`).join('')}</${name}>`;
}
