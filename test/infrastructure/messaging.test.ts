import { beforeAll, describe, expect, it } from 'vitest';
import { packaged } from './packaged.ts';
import {
  idOfArn,
  ofType,
  propertiesOf,
  readTemplate,
  resourceStatements,
  type Template,
  toText,
  toTexts,
} from './template.ts';

const HOME = 'us-east-1';
const AWAY = 'eu-west-1';
const SERVICES = ['S3OfThisRegion', 'RulesOfThisStage'];
const QUEUES = ['SignalsQueue', 'LooksQueue', 'ReadsQueue', 'PeerQueue'];

let home: Template;
let away: Template;

beforeAll(async () => {
  const folder = await packaged('test/infrastructure/two-regions.yml');
  home = await readTemplate(folder, HOME);
  away = await readTemplate(folder, AWAY);
}, 120_000);

describe('queues', () => {
  it('are encrypted by SQS, and not with a KMS key', () => {
    const queues = ofType(home, 'AWS::SQS::Queue');
    expect(queues).toHaveLength(9);
    for (const [id, queue] of queues) {
      expect([id, queue['SqsManagedSseEnabled'], queue['KmsMasterKeyId']]).toEqual([id, true, undefined]);
    }
  });

  it.each(QUEUES)(
    '%s gives up into a dead-letter queue of its own, which keeps messages for fourteen days',
    (queue) => {
      const deadLetters = queue.replace('Queue', 'DeadLetterQueue');
      const { RedrivePolicy } = propertiesOf(home, queue) as { RedrivePolicy: { deadLetterTargetArn: unknown } };
      expect(toText(RedrivePolicy.deadLetterTargetArn)).toBe(`<${deadLetters}.Arn>`);
      expect(propertiesOf(home, deadLetters)['MessageRetentionPeriod']).toBe(14 * 24 * 3600);
    },
  );

  it('hide a message for six times as long as its function may run', () => {
    for (const [, mapping] of ofType(home, 'AWS::Lambda::EventSourceMapping')) {
      const { Timeout } = propertiesOf(home, idOfArn(mapping['FunctionName']));
      expect(propertiesOf(home, idOfArn(mapping['EventSourceArn']))['VisibilityTimeout']).toBe(
        Number(Timeout) > 60 ? Number(Timeout) + 60 : 6 * Number(Timeout),
      );
    }
  });

  it.each([
    [HOME, ['invoices-use1', 'orders-use1'], ['111122223333']],
    [AWAY, ['orders-euw1'], ['444455556666']],
  ])('in %s let in S3 for the buckets of that Region and their accounts only', (region, buckets, accounts) => {
    const template = region === HOME ? home : away;
    const allowed = ofType(template, 'AWS::SQS::QueuePolicy').flatMap(([id]) =>
      resourceStatements(template, id).filter(({ Effect, Sid }) => Effect === 'Allow' && Sid === 'S3OfThisRegion'),
    );
    expect(allowed).toHaveLength(1);
    expect(allowed[0]).toMatchObject({ Principal: { Service: 's3.amazonaws.com' }, Action: 'sqs:SendMessage' });
    expect(toTexts(allowed[0]?.Resource)).toEqual(['<SignalsQueue.Arn>']);
    expect(toTexts(allowed[0]?.Condition?.['ArnLike']?.['aws:SourceArn'])).toEqual(
      buckets.map((bucket) => `arn:\${AWS::Partition}:s3:::${bucket}`),
    );
    expect(allowed[0]?.Condition?.['StringEquals']?.['aws:SourceAccount']).toEqual(accounts);
  });

  it('let in EventBridge for the rules of this stage, Region and account', () => {
    const allowed = resourceStatements(home, 'SignalsQueuePolicy').filter(({ Sid }) => Sid === 'RulesOfThisStage');
    expect(allowed).toHaveLength(1);
    expect(allowed[0]).toMatchObject({ Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage' });
    expect(toTexts(allowed[0]?.Resource)).toEqual(['<SignalsQueue.Arn>']);
    expect(toTexts(allowed[0]?.Condition?.['ArnLike']?.['aws:SourceArn'])).toEqual([
      'arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/holdfast-test-*',
    ]);
  });

  it('let in the functions of this stage, in the accounts of the configuration, as peers and nobody else', () => {
    const allowed = ofType(home, 'AWS::SQS::QueuePolicy').flatMap(([id]) =>
      resourceStatements(home, id).filter(({ Effect, Sid }) => Effect === 'Allow' && !SERVICES.includes(String(Sid))),
    );
    expect(allowed.map(({ Sid }) => Sid)).toEqual(['FunctionsOfThisStage']);
    expect(toTexts(allowed[0]?.Resource)).toEqual(['<PeerQueue.Arn>']);
    expect(toTexts(allowed[0]?.Condition?.['ArnLike']?.['aws:PrincipalArn'])).toEqual(
      ['111122223333', '444455556666'].map((account) => `arn:\${AWS::Partition}:iam::${account}:role/holdfast-test-*`),
    );
  });

  it('and the topic refuse whoever does not come over TLS', () => {
    const guarded = [...ofType(home, 'AWS::SQS::QueuePolicy'), ...ofType(home, 'AWS::SNS::TopicPolicy')].filter(
      ([id]) =>
        resourceStatements(home, id).some(
          ({ Effect, Condition }) => Effect === 'Deny' && Condition?.['Bool']?.['aws:SecureTransport'] === 'false',
        ),
    );
    const covered = guarded.flatMap(([, p]) => toTexts(p['Queues'] ?? p['Topics']));
    const all = [...ofType(home, 'AWS::SQS::Queue'), ...ofType(home, 'AWS::SNS::Topic')].map(([id]) => `<${id}>`);
    expect(covered.toSorted()).toEqual(all.toSorted());
  });
});

describe('alerts', () => {
  it('leave through a topic without KMS', () => {
    expect(ofType(home, 'AWS::SNS::Topic')).toEqual([['AlertTopic', undefined]]);
  });

  it('of CloudWatch are let in from this account only', () => {
    const allowed = resourceStatements(home, 'AlertTopicPolicy').find(({ Effect }) => Effect === 'Allow');
    expect(allowed).toMatchObject({ Principal: { Service: 'cloudwatch.amazonaws.com' }, Action: 'sns:Publish' });
    expect(allowed?.Condition?.['StringEquals']).toEqual({ 'aws:SourceAccount': { Ref: 'AWS::AccountId' } });
  });

  it('reach subscribers from their threshold upwards, and of their pair; alarms, which have no attributes, reach all', () => {
    const subscriptions = ofType(home, 'AWS::SNS::Subscription').map(([, s]) => [s['Endpoint'], s['FilterPolicy']]);
    expect(subscriptions).toEqual([
      ['storage@example.com', { severity: ['critical', { exists: false }] }],
      ['https://alerts.example.com/holdfast', undefined],
      [
        'orders@example.com',
        {
          severity: ['warning', 'critical', { exists: false }],
          family: ['replication', { exists: false }],
          pair: ['orders', { exists: false }],
        },
      ],
    ]);
  });
});

describe('the ledger', () => {
  it('survives its stack and mistakes, forgets by itself, and is encrypted without KMS', () => {
    expect(home.get('Ledger')?.DeletionPolicy).toBe('Retain');
    expect(propertiesOf(home, 'Ledger')).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: false },
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    });
  });
});
