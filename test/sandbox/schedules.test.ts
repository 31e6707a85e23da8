import { GetQueueUrlCommand, PurgeQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createClock } from '../../src/sandbox/clock.ts';
import { createCloud, type Cloud } from '../../src/sandbox/cloud.ts';
import { createFaults } from '../../src/sandbox/faults.ts';
import { createScheduleRegister } from '../../src/sandbox/scheduler/schedule-register.ts';
import { assume } from './assumed-role.ts';
import { lambda, packStack, REQUIRE, role, type PackagedStack } from './packaged-stack.ts';

const MINUTE_MS = 60_000;

describe('the register of schedules', () => {
  const setUp = () => {
    const clock = createClock();
    const faults = createFaults(() => 0);
    const register = createScheduleRegister({ clock, faults });
    const ends: (() => void)[] = [];
    const stop = register.start({
      name: 'watch',
      region: 'eu-west-1',
      expression: 'rate(1 minute)',
      schedule: { next: (after) => new Date(after.getTime() + MINUTE_MS) },
      fire: () => new Promise<void>((resolve) => ends.push(resolve)),
    });
    return { clock, faults, register, ends, stop };
  };

  it('leaves out what would run beside two others, and goes on when they end', async () => {
    const { clock, register, ends } = setUp();
    await clock.advance(5 * MINUTE_MS);
    expect(register.all()).toMatchObject([{ fired: 2, skipped: 3, lastOutcome: 'started' }]);
    for (const end of ends.splice(0)) end();
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(MINUTE_MS);
    expect(register.all()).toMatchObject([{ fired: 3, skipped: 3 }]);
    clock.close();
  });

  it('leaves out what falls into an outage of the Region', async () => {
    const { clock, faults, register } = setUp();
    const { id } = faults.plant({ kind: 'region-outage', region: 'eu-west-1' });
    await clock.advance(2 * MINUTE_MS);
    faults.remove(id);
    await clock.advance(MINUTE_MS);
    expect(register.all()).toMatchObject([{ fired: 1, skipped: 2 }]);
    clock.close();
  });

  it('forgets what is stopped', async () => {
    const { clock, register, ends, stop } = setUp();
    stop();
    await clock.advance(3 * MINUTE_MS);
    expect([register.all(), ends]).toEqual([[], []]);
    clock.close();
  });
});

const TELL = `${REQUIRE}
const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');
const sqs = new SQSClient({ maxAttempts: 1 });
export async function handler(event) {
  await sqs.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody: JSON.stringify(event) }));
}
`;

const schedulerRole = (service = 'scheduler.amazonaws.com', Action = 'lambda:InvokeFunction') => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: 'scheduler',
    AssumeRolePolicyDocument: {
      Statement: {
        Effect: 'Allow',
        Principal: { Service: service },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    },
    Policies: [
      {
        PolicyName: 'own',
        PolicyDocument: { Statement: { Effect: 'Allow', Action, Resource: { 'Fn::GetAtt': ['tell', 'Arn'] } } },
      },
    ],
  },
});

const schedule = (properties: object = {}, target: object = {}) => ({
  Type: 'AWS::Scheduler::Schedule',
  Properties: {
    ScheduleExpression: 'rate(1 minute)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: { 'Fn::GetAtt': ['tell', 'Arn'] },
      RoleArn: { 'Fn::GetAtt': ['SchedulerRole', 'Arn'] },
      Input: '{"by":"schedule"}',
      RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
      ...target,
    },
    ...properties,
  },
});

describe('a scheduled function', () => {
  let cloud: Cloud;
  const packed: PackagedStack[] = [];
  beforeEach(async () => {
    cloud = await createCloud();
  });
  afterEach(async () => {
    await cloud.close();
    for (const stack of packed.splice(0)) await stack.remove();
  });

  async function deploy(resources: object) {
    const send = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: { 'Fn::GetAtt': ['Inbox', 'Arn'] } };
    const stack = await packStack({
      resources: {
        Inbox: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'inbox' } },
        tellRole: role(send),
        tell: lambda('tell', { Environment: { Variables: { QUEUE_URL: { Ref: 'Inbox' } } } }),
        SchedulerRole: schedulerRole(),
        ...resources,
      },
      functions: { tell: TELL },
    });
    packed.push(stack);
    return cloud.deploy(stack);
  }

  const config = () => ({ region: 'eu-west-1', endpoint: cloud.url, credentials: cloud.credentials, maxAttempts: 1 });

  async function told(): Promise<string[]> {
    const sqs = new SQSClient(config());
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'inbox' }));
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    await sqs.send(new PurgeQueueCommand({ QueueUrl }));
    return Messages.map(({ Body = '' }) => Body);
  }

  it('is started with its input each time it is due', async () => {
    await deploy({ Watch: schedule() });
    await cloud.clock.advance(MINUTE_MS - 5000);
    expect(await told()).toEqual([]);
    await cloud.clock.advance(5000);
    await cloud.idle();
    await cloud.clock.advance(MINUTE_MS);
    await cloud.idle();
    expect(await told()).toEqual(['{"by":"schedule"}', '{"by":"schedule"}']);
    const status: unknown = await (await fetch(`${cloud.url}/_holdfast/status`)).json();
    expect(status).toMatchObject({
      schedules: [{ region: 'eu-west-1', expression: 'rate(1 minute)', fired: 2, skipped: 0, lastOutcome: 'started' }],
    });
  });

  it('is not started by a schedule that is disabled, or gone with its stack', async () => {
    await deploy({ Watch: schedule({ State: 'DISABLED' }), Gone: schedule() });
    await cloud.undeploy('test', 'eu-west-1');
    await cloud.clock.advance(2 * MINUTE_MS);
    expect(cloud.requests().filter(({ operation }) => operation === 'SendMessage')).toEqual([]);
  });

  it('that failed is not tried again before its Region is back', async () => {
    await deploy({ Watch: schedule() });
    cloud.faults.plant({ kind: 'throttle', service: 'sqs', operation: 'SendMessage', times: 1 });
    await cloud.clock.advance(MINUTE_MS);
    await cloud.idle();
    const { id } = cloud.faults.plant({ kind: 'region-outage', region: 'eu-west-1' });
    await cloud.clock.advance(MINUTE_MS + 5000);
    cloud.faults.remove(id);
    expect(await told()).toEqual([]);
    await cloud.clock.advance(2000);
    await cloud.idle();
    expect(await told()).toEqual(['{"by":"schedule"}']);
  });

  it('is not started any more when the role may not', async () => {
    await deploy({ Watch: schedule() });
    await assume(cloud, { name: 'scheduler', statements: [] });
    await cloud.clock.advance(MINUTE_MS);
    await cloud.idle();
    expect(await told()).toEqual([]);
    const status: unknown = await (await fetch(`${cloud.url}/_holdfast/status`)).json();
    expect(status).toMatchObject({
      schedules: [{ lastOutcome: expect.stringContaining('lacks lambda:InvokeFunction') }],
    });
  });

  it.each([
    [
      'a role that trusts another service',
      { SchedulerRole: schedulerRole('events.amazonaws.com'), W: schedule() },
      'assume',
    ],
    [
      'a role that may not start it',
      { SchedulerRole: schedulerRole(undefined, 'lambda:GetFunction'), W: schedule() },
      'lambda:InvokeFunction',
    ],
    ['a target that is no function', { W: schedule({}, { Arn: { 'Fn::GetAtt': ['Inbox', 'Arn'] } }) }, 'is none'],
    ['a flexible window', { W: schedule({ FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }) }, 'flexible'],
    ['another time zone', { W: schedule({ ScheduleExpressionTimezone: 'Europe/Atlantis' }) }, 'time zone'],
    ['an unknown expression', { W: schedule({ ScheduleExpression: 'hourly' }) }, 'hourly'],
    ['an unknown property', { W: schedule({ StartDate: '2026-01-01' }) }, 'StartDate'],
    ['an unknown member of the target', { W: schedule({}, { SqsParameters: {} }) }, 'SqsParameters'],
    ['an unknown state', { W: schedule({ State: 'PAUSED' }) }, 'PAUSED'],
  ])('is refused %s, by name', async (_, resources, named) => {
    await expect(deploy(resources)).rejects.toThrow(named);
  });

  it('in a group is called by the group’s name', async () => {
    const Group = { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: 'ours' } };
    const { resources } = await deploy({ Group, Watch: schedule({ GroupName: { Ref: 'Group' } }) });
    expect(resources).toMatchObject({
      Group: { ref: 'ours', attributes: { Arn: expect.stringMatching(/:schedule-group\/ours$/) } },
      Watch: { attributes: { Arn: expect.stringContaining(':schedule/ours/') } },
    });
  });

  it('and a dashboard stand beside an alarm, without effect', async () => {
    const Dashboard = { Type: 'AWS::CloudWatch::Dashboard', Properties: { DashboardName: 'd', DashboardBody: '{}' } };
    await expect(deploy({ Dashboard })).resolves.toMatchObject({ resources: { Dashboard: { ref: 'd' } } });
  });

  it('is found by its queue’s name from another Region, with the account named', async () => {
    await deploy({});
    const find = (sqs: SQSClient, account = cloud.account) =>
      sqs.send(new GetQueueUrlCommand({ QueueName: 'inbox', QueueOwnerAWSAccountId: account }));
    const resource = `arn:aws:sqs:eu-west-1:${cloud.account}:inbox`;
    const statements = [{ Effect: 'Allow', Action: 'sqs:GetQueueUrl', Resource: resource }];
    const credentials = await assume(cloud, { name: 'peer', statements });
    const peer = new SQSClient({ ...config(), credentials });
    expect((await find(peer)).QueueUrl).toBe(`${cloud.url}/eu-west-1/${cloud.account}/inbox`);
    await expect(find(peer, '444455556666')).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
    const stranger = await assume(cloud, { name: 'stranger', statements: [] });
    const asStranger = new SQSClient({ ...config(), credentials: stranger });
    await expect(find(asStranger)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(find(new SQSClient({ ...config(), region: 'us-east-1' }))).rejects.toThrow('does not exist');
  });
});
