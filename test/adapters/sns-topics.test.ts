import { describe, expect, it } from 'vitest';
import { createSnsTopics } from '../../src/adapters/aws/sns-topics.ts';
import type { WatchClients } from '../../src/adapters/aws/watch-clients.ts';
import { aBudget } from '../support/deliver.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:holdfast-dev-AlertTopic-ABC';

interface Command {
  readonly constructor: { readonly name: string };
  readonly input: Readonly<Record<string, unknown>>;
}

/** Clients that answer each command by its name. */
function clientsThat(answer: (name: string, input: Command['input']) => unknown) {
  const client = { send: async (command: Command) => answer(command.constructor.name, command.input) };
  const clients = { sns: async () => client, cloudwatch: async () => client, sqs: () => client };
  return createSnsTopics(clients as unknown as WatchClients, { stage: 'dev' });
}

const named = (name: string, message = ''): Error => Object.assign(new Error(message), { name, $metadata: {} });

describe('topics of alerts', () => {
  it('are found by the name of their stack on any page', async () => {
    const names = ['holdfast-dev-AlertTopic-X-other', 'holdfast-dev2-AlertTopic-ABC', 'x-holdfast-dev-AlertTopic-ABC'];
    const others = names.map((name) => ({ TopicArn: `arn:aws:sns:eu-west-1:111122223333:${name}` }));
    const topics = clientsThat((_, { NextToken }) =>
      NextToken === undefined ? { Topics: others, NextToken: 'next' } : { Topics: [{ TopicArn: TOPIC }] },
    );
    expect(await topics.topic('eu-west-1', aBudget())).toEqual({ state: 'present', value: TOPIC });
    expect(await clientsThat(() => ({ Topics: others })).topic('eu-west-1', aBudget())).toEqual({ state: 'absent' });
  });

  it.each(['AuthorizationErrorException', 'AccessDenied'])('may be hidden from us: %s', async (name) => {
    const topics = clientsThat(() => {
      throw named(name);
    });
    const unreadable = { state: 'unreadable', reason: 'access-denied' };
    expect(await topics.topic('eu-west-1', aBudget())).toEqual(unreadable);
    expect(await topics.subscriptions(TOPIC, aBudget())).toEqual(unreadable);
  });

  it('tell who is subscribed, and what he wants', async () => {
    const listed = [
      { SubscriptionArn: 'PendingConfirmation', Protocol: 'email', Endpoint: 'me@example.com' },
      { SubscriptionArn: `${TOPIC}:1`, Protocol: 'sqs', Endpoint: 'q' },
      { SubscriptionArn: `${TOPIC}:2`, Protocol: 'sqs', Endpoint: 'r' },
    ];
    const policy = '{"severity":["critical"]}';
    const topics = clientsThat((name, { NextToken, SubscriptionArn }) => {
      if (name === 'GetSubscriptionAttributesCommand') {
        const body = { FilterPolicy: policy, FilterPolicyScope: 'MessageBody', PendingConfirmation: 'false' };
        return { Attributes: SubscriptionArn === `${TOPIC}:1` ? body : { FilterPolicy: '{}' } };
      }
      return NextToken === undefined
        ? { Subscriptions: listed.slice(0, 2), NextToken: 'n' }
        : { Subscriptions: listed.slice(2) };
    });
    expect(await topics.subscriptions(TOPIC, aBudget())).toEqual({
      state: 'present',
      value: [
        { protocol: 'email', endpoint: 'me@example.com', confirmed: false },
        { protocol: 'sqs', endpoint: 'q', confirmed: true, filterPolicy: policy, ofBody: true },
        { protocol: 'sqs', endpoint: 'r', confirmed: true },
      ],
    });
  });

  it('tell what SNS has counted, once it has', async () => {
    const range = { since: new Date(0), until: new Date(60_000), ...aBudget() };
    const results = [[1, 1], [3], [], [2]].map((Values, index) => ({
      Id: `m${index}`,
      Timestamps: Values.map(() => new Date(0)),
      Values,
    }));
    const asked: unknown[] = [];
    const topics = clientsThat((_, input) => {
      asked.push(input);
      return { MetricDataResults: results };
    });
    expect(await topics.deliveries(TOPIC, range)).toEqual({
      state: 'present',
      value: { published: 2, delivered: 3, failed: 0, filteredOut: 2 },
    });
    expect(JSON.stringify(asked)).toContain('"Name":"TopicName","Value":"holdfast-dev-AlertTopic-ABC"');
    expect(await clientsThat(() => ({ MetricDataResults: [] })).deliveries(TOPIC, range)).toEqual({ state: 'absent' });
  });

  it('give back what they held to look for a message, also when they fail', async () => {
    const arn = 'arn:aws:sqs:eu-west-1:111122223333:q';
    const given: unknown[] = [];
    const answer = (pages: readonly (readonly string[] | Error)[]) => {
      let page = 0;
      return clientsThat((name, input) => {
        if (name === 'GetQueueUrlCommand') return { QueueUrl: 'url' };
        if (name === 'ChangeMessageVisibilityBatchCommand') return void given.push(input['Entries']);
        const bodies = pages[page] ?? [];
        page += 1;
        if (bodies instanceof Error) throw bodies;
        return { Messages: bodies.map((Body, index) => ({ Body, ReceiptHandle: `${page}-${index}` })) };
      });
    };
    expect(await answer([['a'], ['the id']]).isIn(arn, 'id', aBudget())).toEqual({ state: 'present', value: true });
    expect(await answer([['a']]).isIn(arn, 'id', aBudget())).toEqual({ state: 'present', value: false });
    expect(given).toHaveLength(3 - 1);
    const failing = answer([['a'], named('AccessDenied')]).isIn(arn, 'id', aBudget());
    expect(await failing).toEqual({ state: 'unreadable', reason: 'access-denied' });
    expect(given.at(-1)).toEqual([{ Id: '0', ReceiptHandle: '1-0', VisibilityTimeout: 0 }]);
  });
});
