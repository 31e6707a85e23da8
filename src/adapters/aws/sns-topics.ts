import type { SNSClient, Subscription } from '@aws-sdk/client-sns';
import type { TopicSubscription } from '../../model/alert-subscription.ts';
import { type Observation, present } from '../../model/observation.ts';
import type { AlertTopics, Call } from '../../ports.ts';
import { readMetrics, type MetricPoint, type MetricQuestion } from './metric-data.ts';
import { createSnsPublisher } from './sns-publisher.ts';
import { isInQueue } from './sqs-glance.ts';
import { toFailure, toNamedObservation } from './translate-error.ts';
import type { WatchClients } from './watch-clients.ts';

/** What SNS counts, minute by minute: https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html */
const COUNTED = [
  'NumberOfMessagesPublished',
  'NumberOfNotificationsDelivered',
  'NumberOfNotificationsFailed',
  'NumberOfNotificationsFilteredOut',
] as const;

/** Topics found by the names that CloudFormation gives them: that of the stack, the logical id, and a suffix. */
export function createSnsTopics(
  clients: Pick<WatchClients, 'sns' | 'sqs' | 'cloudwatch'>,
  { stage }: { readonly stage: string },
): AlertTopics {
  const pattern = new RegExp(`:holdfast-${stage}-AlertTopic-[A-Za-z0-9]+$`);
  return {
    async topic(region, call) {
      return observed('AlertTopics.topic', async () => findTopic(await clients.sns(region), pattern, call));
    },
    async subscriptions(topicArn, call) {
      return observed('AlertTopics.subscriptions', async () => {
        const client = await clients.sns(regionOf(topicArn));
        const listed = await listSubscriptions(client, topicArn, call);
        return present(await Promise.all(listed.map(async (each) => toSubscription(client, each, call))));
      });
    },
    publish: async (topicArn, alert, call) =>
      createSnsPublisher(clients, { topicArn, region: regionOf(topicArn) }).publish(alert, call),
    async deliveries(topicArn, { since, until, signal }) {
      return observed('AlertTopics.deliveries', async () => {
        const questions = COUNTED.map((name) => toQuestion(name, topicArn));
        const client = await clients.cloudwatch(regionOf(topicArn));
        const [published = [], delivered = [], failed = [], filteredOut = []] = await readMetrics(client, questions, {
          from: since,
          until,
          signal,
        });
        if (published.length === 0) return { state: 'absent' };
        return present({
          published: sum(published),
          delivered: sum(delivered),
          failed: sum(failed),
          filteredOut: sum(filteredOut),
        });
      });
    },
    isIn: async (queueArn, text, call) =>
      observed('AlertTopics.isIn', async () => isInQueue(clients.sqs(regionOf(queueArn)), { queueArn, text }, call)),
  };
}

async function observed<T>(operation: string, look: () => Promise<Observation<T>>): Promise<Observation<T>> {
  try {
    return await look();
  } catch (error) {
    // SNS and SQS have names of their own for it.
    const { code } = toFailure(error);
    if (code.startsWith('AuthorizationError')) return { state: 'unreadable', reason: 'access-denied' };
    if (/^(?:QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue)$/.test(code)) return { state: 'absent' };
    return toNamedObservation(error, operation);
  }
}

async function findTopic(client: SNSClient, pattern: RegExp, { signal }: Call): Promise<Observation<string>> {
  const { ListTopicsCommand } = await import('@aws-sdk/client-sns');
  let token: string | undefined;
  do {
    const command = new ListTopicsCommand(token === undefined ? {} : { NextToken: token });
    const page = await client.send(command, { abortSignal: signal });
    const found = (page.Topics ?? []).map(({ TopicArn: arn = '' }) => arn).find((arn) => pattern.test(arn));
    if (found !== undefined) return present(found);
    token = page.NextToken;
  } while (token !== undefined);
  return { state: 'absent' };
}

async function listSubscriptions(
  client: SNSClient,
  topicArn: string,
  { signal }: Call,
): Promise<readonly Subscription[]> {
  const { ListSubscriptionsByTopicCommand } = await import('@aws-sdk/client-sns');
  const listed: Subscription[] = [];
  let token: string | undefined;
  do {
    const command = new ListSubscriptionsByTopicCommand({
      TopicArn: topicArn,
      ...(token === undefined ? {} : { NextToken: token }),
    });
    const page = await client.send(command, { abortSignal: signal });
    listed.push(...(page.Subscriptions ?? []));
    token = page.NextToken;
  } while (token !== undefined);
  return listed;
}

async function toSubscription(
  client: SNSClient,
  { SubscriptionArn: arn = '', Protocol: protocol = '', Endpoint: endpoint = '' }: Subscription,
  { signal }: Call,
): Promise<TopicSubscription> {
  // A list keeps the ARNs of those who did not confirm to itself.
  if (!arn.startsWith('arn:')) return { protocol, endpoint, confirmed: false };
  const { GetSubscriptionAttributesCommand } = await import('@aws-sdk/client-sns');
  const command = new GetSubscriptionAttributesCommand({ SubscriptionArn: arn });
  const { Attributes: attributes = {} } = await client.send(command, { abortSignal: signal });
  const policy = attributes['FilterPolicy'];
  return {
    protocol,
    endpoint,
    confirmed: attributes['PendingConfirmation'] !== 'true',
    ...(policy === undefined || policy === '' || policy === '{}' ? {} : { filterPolicy: policy }),
    ...(attributes['FilterPolicyScope'] === 'MessageBody' ? { ofBody: true } : {}),
  };
}

function toQuestion(name: string, topicArn: string): MetricQuestion {
  const dimensions = { TopicName: topicArn.split(':')[5] ?? '' };
  return { namespace: 'AWS/SNS', name, dimensions, statistic: 'Sum', periodSeconds: 60 };
}

function sum(points: readonly MetricPoint[]): number {
  return points.reduce((total, { value }) => total + value, 0);
}

/** The Region of a topic or queue is part of its ARN. */
function regionOf(arn: string): string {
  return arn.split(':')[3] ?? '';
}
