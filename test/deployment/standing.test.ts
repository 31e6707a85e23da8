import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { expect, it } from 'vitest';
import { renderStanding, rulesTo, type Standing, toStandingRecord } from '../../scripts/deployment/standing.ts';
import { startScriptedServer } from '../support/scripted-server.ts';

it('finds every rule that sends to a queue, however many pages there are', async () => {
  const pages = [
    { RuleNames: ['a', 'b'], NextToken: 'more' },
    { RuleNames: [], NextToken: 'still more' },
    { RuleNames: ['c'] },
  ];
  const server = await startScriptedServer(() => ({
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify(pages.shift()),
  }));
  const credentials = { accessKeyId: 'a', secretAccessKey: 's' };
  const client = new EventBridgeClient({ region: 'eu-west-1', endpoint: server.endpoint, credentials });
  try {
    expect(await rulesTo(client, 'arn:aws:sqs:eu-west-1:111122223333:signals')).toEqual(['a', 'b', 'c']);
    const tokens = server.requests.map(({ body }) => (JSON.parse(body) as { NextToken?: string }).NextToken);
    expect(tokens).toEqual([undefined, 'more', 'still more']);
  } finally {
    client.destroy();
    await server.close();
  }
});

const STANDING: Standing = {
  region: 'eu-west-1',
  stack: { template: { Resources: {} }, resources: { Ledger: 'l', AlertTopic: 't' } },
  queues: [
    { name: 'signals', arn: 'arn:s', messages: 3 },
    { name: 'looks', arn: 'arn:l', messages: 0 },
  ],
  tables: new Map([['ledger', 7]]),
  reports: ['holdfast-s-reports'],
  wired: ['orders'],
  rules: ['rule'],
};

it('shows what would be lost, to people and to programs', () => {
  expect(renderStanding(STANDING)).toEqual([
    'eu-west-1  stack with 2 resources',
    '    3 messages wait in signals and would be lost',
    '    table ledger, about 7 items',
    '    bucket holdfast-s-reports with reports of audits, which stays',
    '    orders notifies it, as far as is known',
    '    the EventBridge rule rule sends to it',
  ]);
  expect(toStandingRecord(STANDING)).toEqual({
    kind: 'standing',
    region: 'eu-west-1',
    resources: 2,
    messages: [{ queue: 'signals', messages: 3 }],
    tables: [{ table: 'ledger', items: 7 }],
    reports: ['holdfast-s-reports'],
    wired: ['orders'],
    rules: ['rule'],
  });
});

it('says that nothing stands', () => {
  const none = { region: 'eu-west-1', queues: [], tables: new Map(), reports: [], wired: [], rules: [] };
  expect(renderStanding(none)).toEqual(['eu-west-1  no stack']);
  expect(toStandingRecord(none)).toMatchObject({ resources: 0, messages: [], tables: [] });
});
