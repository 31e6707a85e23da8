import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { packaged } from './packaged.ts';
import {
  idOfArn,
  ofType,
  propertiesOf,
  readTemplate,
  type Statement,
  statementsOf,
  type Template,
  toList,
  toText,
  toTexts,
} from './template.ts';
import { readZip } from './zip.ts';

const HOME = 'us-east-1';
const AWAY = 'eu-west-1';
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/0a0a0a0a-1111-2222-3333-444455556666';
const WATCHERS = ['watch-config', 'watch-events', 'watch-pressure'];
const FUNCTIONS = ['on-look', 'on-object-event', 'on-peer', 'on-read', 'send-alerts', ...WATCHERS];

/** What only these have to know. */
const MORE: Readonly<Record<string, object>> = {
  'watch-config': { SIGNALS_QUEUE_ARN: { 'Fn::GetAtt': ['SignalsQueue', 'Arn'] } },
  'watch-pressure': { SIGNALS_QUEUE_URL: { Ref: 'SignalsQueue' } },
  'watch-events': {
    SIGNALS_QUEUE_ARN: { 'Fn::GetAtt': ['SignalsQueue', 'Arn'] },
    SIGNALS_QUEUE_URL: { Ref: 'SignalsQueue' },
  },
};

let folder: string;
let home: Template;
let away: Template;

beforeAll(async () => {
  folder = await packaged('test/infrastructure/two-regions.yml');
  home = await readTemplate(folder, HOME);
  away = await readTemplate(folder, AWAY);
}, 120_000);

const roleStatements = (template: Template): readonly (readonly [string, Statement])[] =>
  ofType(template, 'AWS::IAM::Role').flatMap(([id, role]) => statementsOf(role).map((s) => [id, s] as const));

/** What the role may do to resources of one service. */
const statement = (template: Template, role: string, action: string): Statement | undefined =>
  statementsOf(propertiesOf(template, role)).find(({ Action }) => toList(Action).includes(action));

describe('functions', () => {
  it('are exactly those of the design, on arm64 and the current runtime', () => {
    const functions = ofType(home, 'AWS::Lambda::Function').map(([, f]) =>
      JSON.stringify([f['FunctionName'], f['Runtime'], f['Architectures']]),
    );
    expect(functions.toSorted()).toEqual(
      FUNCTIONS.map((name) => JSON.stringify([`holdfast-test-${name}`, 'nodejs24.x', ['arm64']])),
    );
  });

  it('have a role each, which nothing but Lambda may assume', () => {
    const roles = ofType(home, 'AWS::Lambda::Function').map(([, { Role }]) => toText(Role));
    const own = [
      'OnLook',
      'OnObjectEvent',
      'OnPeer',
      'OnRead',
      'SendAlerts',
      'WatchConfig',
      'WatchEvents',
      'WatchPressure',
    ];
    expect(roles.toSorted()).toEqual(own.map((name) => `\${${name}Role.Arn}`));
    expect(ofType(home, 'AWS::IAM::Role')).toHaveLength(FUNCTIONS.length + 1);
    for (const [id, role] of ofType(home, 'AWS::IAM::Role')) {
      const trust = role['AssumeRolePolicyDocument'] as { Statement: readonly Statement[] };
      const trusted = id === 'SchedulerRole' ? 'scheduler.amazonaws.com' : 'lambda.amazonaws.com';
      expect(trust.Statement.map(({ Principal }) => Principal)).toEqual([{ Service: trusted }]);
    }
  });

  it.each(FUNCTIONS)('%s finds everything that it needs in its environment', (name) => {
    const found = ofType(home, 'AWS::Lambda::Function').find(([, f]) => f['FunctionName'] === `holdfast-test-${name}`);
    expect(found?.[1]['Environment']).toEqual({
      Variables: {
        HOLDFAST_CONFIG: `dist/${name}/holdfast.json`,
        ALERT_TOPIC_ARN: { Ref: 'AlertTopic' },
        LEDGER_TABLE: { Ref: 'Ledger' },
        LOOKS_QUEUE_URL: { Ref: 'LooksQueue' },
        READS_QUEUE_URL: { Ref: 'ReadsQueue' },
        POISON_QUEUE_URL: { Ref: 'PoisonQueue' },
        PEER_QUEUE_NAME: 'holdfast-test-peer',
        STEERING_TABLE: 'holdfast-test-steering',
        STEERING_REGION: AWAY,
        ...MORE[name],
        POWERTOOLS_SERVICE_NAME: 'holdfast-test',
        POWERTOOLS_METRICS_NAMESPACE: 'Holdfast',
      },
    });
  });

  it.each(FUNCTIONS)('%s is packed small, with its bundle, its configuration and nothing else', async (name) => {
    const zip = await readFile(join(folder, 'stacks', HOME, `${name}.zip`));
    const files = readZip(zip);
    const config = files.get(`dist/${name}/holdfast.json`)?.toString();
    expect(zip.length).toBeLessThan((WATCHERS.includes(name) ? 430 : 295) * 1024);
    expect([...files.keys()]).toContain(`dist/${name}/index.mjs`);
    expect([...files.keys()].filter((file) => !file.startsWith(`dist/${name}/`))).toEqual([]);
    expect(config).toBe(await readFile(join(folder, 'dist', 'holdfast.json'), 'utf8'));
    expect(config).toContain('"name":"orders"');
  });

  it('can be deployed from where their packages lie: nothing refers to the folder that they were made in', async () => {
    const state = await readFile(join(folder, 'stacks', HOME, 'serverless-state.json'), 'utf8');
    const places = state.match(/"artifact":|\.serverless\//g);
    expect([state.includes('holdfast-test-on-read'), places]).toEqual([true, null]);
  });

  it.each([
    ['on-object-event', 'SignalsQueue', 10],
    ['on-look', 'LooksQueue', 10],
    ['on-read', 'ReadsQueue', 1],
    ['on-peer', 'PeerQueue', 10],
  ])('%s is fed by %s in batches of %d, bounded, and reports failures one by one', (name, queue, batchSize) => {
    const mappings = ofType(home, 'AWS::Lambda::EventSourceMapping').map(([, mapping]) => mapping);
    const mapping = mappings.find(({ EventSourceArn }) => idOfArn(EventSourceArn) === queue);
    expect(propertiesOf(home, idOfArn(mapping?.['FunctionName']))['FunctionName']).toBe(`holdfast-test-${name}`);
    expect(mapping).toMatchObject({
      BatchSize: batchSize,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: name === 'on-peer' ? 5 : 10 },
    });
  });

  it.each([
    ['SendAlertsSchedule', 'rate(1 minute)', 'SendDashalertsLambdaFunction'],
    ['WatchPressureSchedule', 'rate(1 minute)', 'WatchDashpressureLambdaFunction'],
    ['WatchEventsSchedule', 'rate(1 hour)', 'WatchDasheventsLambdaFunction'],
    ['WatchConfigSchedule', 'rate(15 minutes)', 'WatchDashconfigLambdaFunction'],
  ])('%s starts its watcher at the %s', (schedule, rate, target) => {
    const { ScheduleExpression, Target } = propertiesOf(home, schedule) as {
      ScheduleExpression: string;
      Target: { Arn: unknown; RoleArn: unknown };
    };
    expect([ScheduleExpression, toText(Target.Arn), toText(Target.RoleArn)]).toEqual([
      rate,
      `<${target}.Arn>`,
      '<SchedulerRole.Arn>',
    ]);
  });

  it('keep their logs for thirty days', () => {
    const groups = ofType(home, 'AWS::Logs::LogGroup').map(
      ([, g]) => `${toText(g['LogGroupName'])}: ${Number(g['RetentionInDays'])}`,
    );
    expect(groups.toSorted()).toEqual(FUNCTIONS.map((name) => `/aws/lambda/holdfast-test-${name}: 30`));
  });
});

describe('roles', () => {
  it('name every action', () => {
    const actions = roleStatements(home).flatMap(([, { Action }]) => toList(Action));
    expect(actions.length).toBeGreaterThan(30);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });

  it('name every resource, but for object keys, log streams, and what has no narrower one', () => {
    const wild = roleStatements(home).flatMap(([role, { Sid, Resource }]) =>
      toTexts(Resource)
        .filter((text) => text.includes('*'))
        .filter(
          (text) => !/:s3:::[a-z0-9-]+\/(?:holdfast-canary\/)?\*$|:log-group:\/aws\/lambda\/[a-z-]+:\*$/.test(text),
        )
        .map((text) => `${role} ${String(Sid)} ${text}`),
    );
    expect(wild).toEqual([
      'WatchPressureRole Usage *',
      'WatchConfigRole ReplicationRole arn:${AWS::Partition}:iam::111122223333:role/*',
      'WatchConfigRole ReplicationRole arn:${AWS::Partition}:iam::444455556666:role/*',
    ]);
  });

  it.each([
    [HOME, 'OnObjectEventRole', ['invoices-use1', 'orders-use1']],
    [HOME, 'OnReadRole', ['invoices-use1', 'orders-use1']],
    [HOME, 'OnLookRole', ['invoices-use1', 'orders-use1', 'orders-euw1']],
    [AWAY, 'OnObjectEventRole', ['orders-euw1']],
    [AWAY, 'OnReadRole', ['orders-euw1']],
    [AWAY, 'OnLookRole', ['orders-euw1']],
  ])('in %s, %s reads the buckets that it is about, and no other', (region, role, buckets) => {
    const template = region === HOME ? home : away;
    const objects = buckets.map((bucket) => `arn:\${AWS::Partition}:s3:::${bucket}/*`);
    expect(toTexts(statement(template, role, 's3:GetObjectVersion')?.Resource)).toEqual(objects);
    expect(toTexts(statement(template, role, 's3:ListBucket')?.Resource)).toEqual(
      objects.map((arn) => arn.slice(0, -2)),
    );
  });

  it('look for what is overdue at its source as well', () => {
    const objects = toTexts(statement(away, 'WatchPressureRole', 's3:GetObjectVersion')?.Resource);
    expect(objects).toEqual(['orders-euw1', 'orders-use1'].map((bucket) => `arn:\${AWS::Partition}:s3:::${bucket}/*`));
  });

  it('use configured keys only, through S3 and for these buckets', () => {
    const decrypt = statement(home, 'OnReadRole', 'kms:Decrypt');
    expect(decrypt?.Resource).toEqual([KEY]);
    expect(toTexts(decrypt?.Condition?.['StringEquals']?.['kms:ViaService'])).toEqual([
      's3.us-east-1.${AWS::URLSuffix}',
    ]);
    expect(toTexts(decrypt?.Condition?.['StringLike']?.['kms:EncryptionContext:aws:s3:arn'])).toEqual([
      'arn:${AWS::Partition}:s3:::invoices-use1',
      'arn:${AWS::Partition}:s3:::invoices-use1/*',
      'arn:${AWS::Partition}:s3:::orders-use1',
      'arn:${AWS::Partition}:s3:::orders-use1/*',
    ]);
    expect(
      roleStatements(away)
        .flatMap(([, { Action }]) => toList(Action))
        .filter((a) => a.startsWith('kms:')),
    ).toEqual([]);
  });

  it.each([
    ['OnObjectEventRole', 'SignalsQueue', 'on-object-event'],
    ['OnLookRole', 'LooksQueue', 'on-look'],
    ['OnReadRole', 'ReadsQueue', 'on-read'],
    ['OnPeerRole', 'PeerQueue', 'on-peer'],
  ])('%s consumes %s alone and writes its own log', (role, queue, name) => {
    expect(toTexts(statement(home, role, 'sqs:DeleteMessage')?.Resource)).toEqual([`<${queue}.Arn>`]);
    expect(toTexts(statement(home, role, 'logs:PutLogEvents')?.Resource)[0]).toContain(
      `/aws/lambda/holdfast-test-${name}:*`,
    );
  });

  it('never write to a bucket, but for the canaries of one watcher', () => {
    const writing = roleStatements(home).flatMap(([role, { Action, Resource }]) =>
      toList(Action)
        .filter((action) => action.startsWith('s3:') && !/^s3:(?:Get|List)/.test(action))
        .map((action) => `${role} ${action} ${toTexts(Resource).join(' ')}`),
    );
    const canaries = ['invoices-use1', 'orders-use1']
      .map((bucket) => `arn:\${AWS::Partition}:s3:::${bucket}/holdfast-canary/*`)
      .join(' ');
    expect(writing).toEqual([
      `WatchPressureRole s3:PutObject ${canaries}`,
      `WatchPressureRole s3:PutObjectTagging ${canaries}`,
      `WatchPressureRole s3:AbortMultipartUpload ${canaries}`,
    ]);
  });
});
