import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DescribeTimeToLiveCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { createCloud, type Cloud } from '../../src/sandbox/cloud.ts';
import { resolve, referencesIn } from '../../src/sandbox/template/intrinsics.ts';
import { creationOrder } from '../../src/sandbox/template/order.ts';
import { consumerOf, lambda, mapping, packStack, role, type PackagedStack, type StackPlan } from './packaged-stack.ts';

describe('intrinsics', () => {
  const scope = { ref: (id: string) => `<${id}>`, attribute: (id: string, name: string) => `<${id}/${name}>` };

  it.each([
    [{ Ref: 'A' }, '<A>'],
    [{ 'Fn::GetAtt': ['A', 'Arn'] }, '<A/Arn>'],
    [{ 'Fn::GetAtt': 'A.B.C' }, '<A/B.C>'],
    [{ 'Fn::Join': [':', ['a', { Ref: 'B' }, 1]] }, 'a:<B>:1'],
    [{ 'Fn::Select': ['1', ['a', 'b']] }, 'b'],
    [{ 'Fn::Split': [',', 'a,b'] }, ['a', 'b']],
    [{ 'Fn::Select': [0, { 'Fn::Split': ['>', { Ref: 'A' }] }] }, '<A'],
    [{ 'Fn::Sub': 'x-${A}-${A.Arn}-${AWS::Region}-${!A}' }, 'x-<A>-<A/Arn>-<AWS::Region>-${A}'],
    [{ 'Fn::Sub': ['${own}-${A}', { own: { Ref: 'B' } }] }, '<B>-<A>'],
    [
      { a: [{ b: { Ref: 'A' } }], c: true },
      { a: [{ b: '<A>' }], c: true },
    ],
    [
      { Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      { Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ],
  ])('%j become %j', (value, resolved) => {
    expect(resolve(value, scope)).toEqual(resolved);
  });

  it('that are not known are refused by name', () => {
    expect(() => resolve({ a: { 'Fn::ImportValue': 'x' } }, scope)).toThrow('Fn::ImportValue');
  });

  it('show what they refer to', () => {
    const value = {
      a: { 'Fn::Sub': '${A.Arn}' },
      b: [{ Ref: 'B' }, { 'Fn::Select': [0, { 'Fn::Split': [',', { Ref: 'C' }] }] }],
    };
    expect([...referencesIn(value)]).toEqual(['A', 'B', 'C']);
  });
});

describe('the order of creation', () => {
  const declare = (refs: readonly string[], dependsOn: readonly string[] = []) => ({
    type: 'T',
    properties: { refs: refs.map((Ref) => ({ Ref })) },
    dependsOn,
  });

  it('puts everything after what it refers to', () => {
    expect(
      creationOrder({ a: declare(['b']), b: declare(['c', 'AWS::Region'], ['d']), c: declare([]), d: declare(['c']) }),
    ).toEqual(['c', 'd', 'b', 'a']);
  });

  it('names a cycle', () => {
    expect(() => creationOrder({ a: declare(['b']), b: declare(['a']) })).toThrow('a → b → a');
  });

  it('names what is not declared', () => {
    expect(() => creationOrder({ a: declare(['b']) })).toThrow('a refers to b');
  });
});

describe('a stack', () => {
  let cloud: Cloud;
  const packed: PackagedStack[] = [];
  beforeEach(async () => {
    cloud = await createCloud();
  });
  afterEach(async () => {
    await cloud.close();
    for (const stack of packed.splice(0)) await stack.remove();
  });

  async function pack(plan: StackPlan): Promise<PackagedStack> {
    const stack = await packStack(plan);
    packed.push(stack);
    return stack;
  }

  const config = () => ({ region: 'eu-west-1', endpoint: cloud.url, credentials: cloud.credentials, maxAttempts: 1 });
  const Queue = { Type: 'AWS::SQS::Queue' };
  const Table = {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    },
  };

  it('creates what it declares, as declared, and removes it again', async () => {
    const resources = {
      Policy: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: { Queues: [{ Ref: 'Queue' }], PolicyDocument: { Statement: [] } },
      },
      Queue: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 90, DelaySeconds: 5 } },
      Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alerts' } },
      Table,
    };
    const { resources: created } = await cloud.deploy(await pack({ resources }));
    const [sqs, db, sns] = [new SQSClient(config()), new DynamoDBClient(config()), new SNSClient(config())];
    const QueueUrl = created['Queue']?.ref;
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    expect(Attributes).toMatchObject({ VisibilityTimeout: '90', DelaySeconds: '5', Policy: '{"Statement":[]}' });
    const TableName = created['Table']?.ref;
    const { TimeToLiveDescription } = await db.send(new DescribeTimeToLiveCommand({ TableName }));
    expect(TimeToLiveDescription).toMatchObject({ AttributeName: 'expiresAt' });
    expect(created['Topic']?.ref).toBe(`arn:aws:sns:eu-west-1:${cloud.account}:alerts`);

    expect(await cloud.undeploy('test', 'eu-west-1')).toBe(true);
    expect(await cloud.undeploy('test', 'eu-west-1')).toBe(false);
    await expect(sqs.send(new GetQueueAttributesCommand({ QueueUrl }))).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
    expect((await db.send(new ListTablesCommand())).TableNames).toEqual([]);
    expect((await sns.send(new ListTopicsCommand())).Topics ?? []).toEqual([]);
  });

  it('is refused with everything that is not honoured, before anything is created', async () => {
    const resources = {
      Queue: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true, KmsMasterKeyId: 'k' } },
      Stream: { Type: 'AWS::Kinesis::Stream' },
      Table,
    };
    const deployment = cloud.deploy(await pack({ resources }));
    await expect(deployment).rejects.toThrow(/FifoQueue[\s\S]*KmsMasterKeyId[\s\S]*AWS::Kinesis::Stream/);
    expect((await new DynamoDBClient(config()).send(new ListTablesCommand())).TableNames).toEqual([]);
  });

  it('leaves nothing behind when a resource cannot be created', async () => {
    const resources = { Table, Queue: { Type: 'AWS::SQS::Queue', Properties: { DelaySeconds: 901 } } };
    await expect(cloud.deploy(await pack({ resources }))).rejects.toThrow(/Queue \(AWS::SQS::Queue\).*DelaySeconds/);
    expect((await new DynamoDBClient(config()).send(new ListTablesCommand())).TableNames).toEqual([]);
    await expect(cloud.deploy(await pack({ resources: { Table } }))).resolves.toBeDefined();
  });

  const fed = (change: Record<string, object> = {}): Record<string, object> => ({
    Queue,
    work: lambda('work'),
    workRole: role(consumerOf('Queue')),
    Feeding: mapping('Queue', 'work'),
    ...change,
  });

  it.each([
    ['a role that may not read its queue', fed({ workRole: role() }), /lacks sqs:ReceiveMessage/],
    [
      'a queue that hides for less than the function takes',
      fed({ work: lambda('work', { Timeout: 60 }) }),
      /30 s is less .* 60 s/,
    ],
    ['a role that is not there', fed({ work: lambda('work', { Role: 'arn:aws:iam::1:role/x' }) }), /does not exist/],
    ['another runtime', fed({ work: lambda('work', { Runtime: 'python3.13' }) }), /python3.13/],
    ['code in the template', fed({ work: lambda('work', { Code: { ZipFile: 'x' } }) }), /S3Key only/],
    ['a filter of events', fed({ Feeding: mapping('Queue', 'work', { FilterCriteria: {} }) }), /FilterCriteria/],
    [
      'a policy that is not understood',
      fed({ workRole: role({ Effect: 'Allow', NotAction: '*', Resource: '*' }) }),
      /NotAction/,
    ],
    [
      'a managed policy',
      { r: { Type: 'AWS::IAM::Role', Properties: { ManagedPolicyArns: ['arn:aws:iam::aws:policy/X'] } } },
      /policy\/X/,
    ],
    [
      'an unknown intrinsic',
      { q: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::ImportValue': 'x' } } } },
      /Fn::ImportValue/,
    ],
    [
      'an unknown attribute',
      { q: Queue, p: { Type: 'AWS::SNS::Topic', Properties: { TopicName: { 'Fn::GetAtt': ['q', 'Size'] } } } },
      /q\.Size/,
    ],
    ['a condition', { q: { ...Queue, Condition: 'Production' } }, /Condition/],
    [
      'a telephone that is told by its application',
      { t: { Type: 'AWS::SNS::Topic', Properties: { Subscription: [{ Protocol: 'application', Endpoint: 'a' }] } } },
      /application/,
    ],
  ])('is refused for %s', async (_, resources, message) => {
    await expect(
      cloud.deploy(await pack({ resources, functions: { work: 'export const handler = () => {};' } })),
    ).rejects.toThrow(message);
  });

  it('stands once by its name and Region', async () => {
    const resources = { Queue };
    await cloud.deploy(await pack({ resources }));
    await expect(cloud.deploy(await pack({ resources }))).rejects.toThrow('stands in eu-west-1 already');
    await expect(cloud.deploy(await pack({ resources, region: 'us-east-1' }))).resolves.toBeDefined();
  });

  it('gives roles that those may assume whom they trust', async () => {
    const trusting = {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'reader',
        AssumeRolePolicyDocument: {
          Statement: { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'sts:AssumeRole' },
        },
      },
    };
    await cloud.deploy(await pack({ resources: { Role: trusting } }));
    const RoleArn = 'arn:aws:iam::111122223333:role/reader';
    const sts = new STSClient(config());
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'me' }));
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    };
    const assumed = new STSClient({ ...config(), credentials });
    expect(await assumed.send(new GetCallerIdentityCommand())).toMatchObject({
      Arn: 'arn:aws:sts::111122223333:assumed-role/reader/me',
      Account: '111122223333',
    });
    await expect(new SNSClient({ ...config(), credentials }).send(new ListTopicsCommand())).rejects.toMatchObject({
      name: 'AuthorizationErrorException',
    });
    await cloud.clock.advance(3_600_000);
    await expect(
      new STSClient({ ...config(), credentials, maxAttempts: 3 }).send(new GetCallerIdentityCommand()),
    ).rejects.toMatchObject({
      name: 'ExpiredToken',
    });
    const unknown = new AssumeRoleCommand({ RoleArn: `${RoleArn}2`, RoleSessionName: 'me' });
    await expect(new STSClient({ ...config(), maxAttempts: 3 }).send(unknown)).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });
});
