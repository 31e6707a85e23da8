import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  GetTemplateCommand,
  ListStackResourcesCommand,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, ListDashboardsCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutBucketNotificationConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseTemplate, type Template } from '../../scripts/deployment/plan.ts';
import { parseConfig } from '../../src/config-schema.ts';
import { permissionsOf } from '../../src/policy/permissions.ts';
import type { RunningServer } from './contract.ts';
import { startMoto } from './servers/moto.ts';
import { type Recorder, startRecorder } from './servers/recorder.ts';

const executable = process.env['MOTO_SERVER'];

const STAGE = 'gate';
const STACK = `holdfast-${STAGE}`;

const NOT_READ = 'its CloudFormation does not know the type, and says so in its log';

/** What moto's CloudFormation leaves out of our templates. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'AWS::S3::BucketPolicy': NOT_READ,
  'AWS::SQS::QueuePolicy': NOT_READ,
  'AWS::SNS::TopicPolicy': NOT_READ,
  'AWS::SNS::Subscription': NOT_READ,
  'AWS::CloudWatch::Alarm': NOT_READ,
  'AWS::Scheduler::ScheduleGroup': NOT_READ,
  'AWS::Scheduler::Schedule': NOT_READ,
};

/** Asked for, and no policy has to allow it. */
const NOT_NEEDED: ReadonlySet<string> = new Set([
  'sts:GetCallerIdentity', // everybody may
  'ecr:DescribeRepositories', // the framework takes a refusal for "there is none"
]);

/** What is in the policies because the scripts and the framework ask for it, and not CloudFormation in their name. */
const OWN_REQUESTS = {
  deploy: [
    'cloudformation:CreateChangeSet',
    'cloudformation:DeleteChangeSet',
    'cloudformation:DescribeChangeSet',
    'cloudformation:DescribeStackEvents',
    'cloudformation:DescribeStackResource',
    'cloudformation:DescribeStacks',
    'cloudformation:ExecuteChangeSet',
    'cloudformation:GetTemplate',
    'cloudformation:ListStackResources',
    'cloudformation:ValidateTemplate',
    'dynamodb:ListTables',
    's3:ListBucket',
    's3:PutObject',
    'sqs:GetQueueAttributes',
    'sqs:ListQueues',
  ],
  remove: [
    'cloudformation:DeleteStack',
    'cloudformation:DescribeStackEvents',
    'cloudformation:DescribeStackResource',
    'cloudformation:DescribeStacks',
    'cloudformation:GetTemplate',
    'cloudformation:ListStackResources',
    'dynamodb:DeleteTable',
    'dynamodb:DescribeTable',
    'dynamodb:ListTables',
    'events:ListRuleNamesByTarget',
    's3:DeleteObject',
    's3:GetBucketNotification',
    's3:ListBucket',
    'sqs:GetQueueAttributes',
    'sqs:ListQueues',
  ],
} as const;

/** Of an output with `--json`. */
function recordsIn(stdout: string): readonly unknown[] {
  return stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe.skipIf(executable === undefined)('npm run deploy and remove, on a server that we did not write', () => {
  let moto: RunningServer;
  let recorder: Recorder;
  let file: string;
  /** Permissions that each command asked for, whatever its options. */
  const permissions = { deploy: new Set<string>(), remove: new Set<string>() };
  let folder: string;
  let environment: NodeJS.ProcessEnv;
  let regions: readonly string[];
  let clientOptions: (region: string) => object;

  function run(script: 'deploy' | 'remove', ...args: readonly string[]): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const child = spawn('npm', ['run', '-s', script, '--', '--stage', STAGE, ...args], {
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const said = { stdout: '', stderr: '' };
      child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
      child.on('error', reject).on('close', (code) => {
        for (const permission of recorder.take()) permissions[script].add(permission);
        resolve({ code, ...said });
      });
    });
  }

  const templateOf = async (region: string): Promise<Template> => {
    const client = new CloudFormationClient(clientOptions(region));
    const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName: STACK }));
    return parseTemplate(TemplateBody);
  };

  const created = async (region: string): Promise<readonly StackResourceSummary[]> => {
    const client = new CloudFormationClient(clientOptions(region));
    const { StackResourceSummaries = [] } = await client.send(new ListStackResourcesCommand({ StackName: STACK }));
    return StackResourceSummaries;
  };

  /** Whether the service itself knows the resource, by its physical ID; `undefined`: it is not asked here. */
  async function knows(region: string, type: string): Promise<((id: string) => boolean) | undefined> {
    const options = clientOptions(region);
    const among =
      (ids: readonly (string | undefined)[] = []) =>
      (id: string): boolean =>
        ids.some(
          (known) =>
            known !== undefined && known.slice(known.lastIndexOf('/') + 1) === id.slice(id.lastIndexOf('/') + 1),
        );
    switch (type) {
      case 'AWS::SQS::Queue':
        return among((await new SQSClient(options).send(new ListQueuesCommand({ QueueNamePrefix: STACK }))).QueueUrls);
      case 'AWS::DynamoDB::Table':
        return among((await new DynamoDBClient(options).send(new ListTablesCommand({}))).TableNames);
      case 'AWS::SNS::Topic':
        return among(
          (await new SNSClient(options).send(new ListTopicsCommand({}))).Topics?.map((topic) => topic.TopicArn),
        );
      case 'AWS::IAM::Role':
        return among((await new IAMClient(options).send(new ListRolesCommand({}))).Roles?.map((role) => role.RoleName));
      case 'AWS::CloudWatch::Dashboard': {
        const { DashboardEntries } = await new CloudWatchClient(options).send(new ListDashboardsCommand({}));
        return among(DashboardEntries?.map((entry) => entry.DashboardName));
      }
      default:
        return undefined;
    }
  }

  beforeAll(async () => {
    moto = await startMoto(executable ?? '');
    folder = await mkdtemp(join(tmpdir(), 'holdfast-deploy-'));
    recorder = await startRecorder(moto.endpoint);
    file = join(folder, 'holdfast.yml');
    const example = await readFile('test/infrastructure/two-regions.yml', 'utf8');
    await writeFile(file, example.replaceAll(/111122223333|444455556666/g, moto.account));
    const { accessKeyId, secretAccessKey } = moto.credentials;
    environment = {
      ...process.env,
      HOLDFAST_CONFIG: file,
      AWS_ENDPOINT_URL: recorder.endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_REGION: 'us-east-1',
    };
    regions = ['eu-west-1', 'us-east-1'];
    clientOptions = (region) => ({
      region,
      endpoint: moto.endpoint,
      credentials: moto.credentials,
      forcePathStyle: true,
    });
  }, 60_000);
  afterAll(async () => {
    await recorder.close();
    await moto.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('shows what it would do and what that costs, and does nothing unasked', { timeout: 500_000 }, async () => {
    const { code, stdout, stderr } = await run('deploy');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('add --yes') as string });
    for (const region of regions)
      expect(stdout).toMatch(new RegExp(`${region} +stack ${STACK}: new; \\d+ resources, \\d+ of them functions`));
    expect(stdout).toMatch(/total +[\d.]+/);
    const client = new CloudFormationClient(clientOptions('us-east-1'));
    await expect(client.send(new GetTemplateCommand({ StackName: STACK }))).rejects.toThrow(/does not exist/);
  });

  it('stops where one Region fails, and says how far it came', { timeout: 500_000 }, async () => {
    recorder.refuse({ permission: 's3:PutObject', region: 'us-east-1' });
    const { code, stdout, stderr } = await run('deploy', '--packaged', '--yes', '--json');
    recorder.refuse(undefined);
    expect(code).toBe(2);
    expect(recordsIn(stdout)).toMatchObject([
      {
        kind: 'plan',
        region: 'eu-west-1',
        stack: STACK,
        state: 'new',
        types: { 'AWS::IAM::Role': expect.any(Number) as number },
      },
      { kind: 'plan', region: 'us-east-1', state: 'new' },
      { kind: 'price' },
      { kind: 'deployed', region: 'eu-west-1' },
      { kind: 'failed', region: 'us-east-1', deployed: ['eu-west-1'], notBegun: [] },
    ]);
    expect(stderr).toContain('us-east-1 failed; deployed before it: eu-west-1; not begun: none');
  });

  it(
    'goes on where it stopped, until every Region has its stack, and says what comes next',
    { timeout: 500_000 },
    async () => {
      const { stdout, ...ended } = await run('deploy', '--packaged', '--yes');
      expect(ended).toMatchObject({ code: 0 });
      expect(stdout).toMatch(new RegExp(`eu-west-1 +stack ${STACK}: as it is`));
      expect(stdout).toMatch(new RegExp(`us-east-1 +stack ${STACK}: changes`));
      for (const region of regions) {
        expect(stdout).toMatch(
          new RegExp(`${region} +signals +arn:aws:sqs:${region}:${moto.account}:${STACK}-SignalsQueue-`),
        );
        expect(stdout).toMatch(
          new RegExp(`${region} +alerts +arn:aws:sns:${region}:${moto.account}:${STACK}-AlertTopic-`),
        );
      }
      expect(stdout).toContain(`npx holdfast wire orders --stage ${STAGE}`);
    },
  );

  it('leaves nothing of the templates out but what is listed, and nothing is listed that is there', async () => {
    const leftOut = new Set<string>();
    for (const region of regions) {
      const resources = Object.entries((await templateOf(region)).Resources);
      const there = new Set((await created(region)).map(({ LogicalResourceId }) => LogicalResourceId));
      for (const [name, { Type }] of resources) if (!there.has(name)) leftOut.add(Type);
    }
    expect([...leftOut].toSorted()).toEqual(Object.keys(LEFT_OUT).toSorted());
  });

  it('makes what the services themselves know', async () => {
    let asked = 0;
    for (const region of regions) {
      for (const { ResourceType = '', PhysicalResourceId = '' } of await created(region)) {
        const isKnown = await knows(region, ResourceType);
        if (isKnown === undefined) continue;
        expect(isKnown(PhysicalResourceId), `${ResourceType} ${PhysicalResourceId}`).toBe(true);
        asked += 1;
      }
    }
    expect(asked).toBeGreaterThan(30);
  });

  it('finds nothing to change afterwards', { timeout: 500_000 }, async () => {
    const { code, stdout } = await run('deploy', '--packaged', '--plan');
    expect(code).toBe(0);
    for (const region of regions) expect(stdout).toMatch(new RegExp(`${region} +stack ${STACK}: as it is`));
  });

  it('removes nothing while a bucket still notifies it', { timeout: 500_000 }, async () => {
    const s3 = new S3Client(clientOptions('us-east-1'));
    const { QueueUrls: [url = ''] = [] } = await new SQSClient(clientOptions('us-east-1')).send(
      new ListQueuesCommand({ QueueNamePrefix: `${STACK}-SignalsQueue-` }),
    );
    const QueueArn = `arn:aws:sqs:us-east-1:${moto.account}:${url.slice(url.lastIndexOf('/') + 1)}`;
    const Bucket = 'orders-use1';
    await s3.send(new CreateBucketCommand({ Bucket }));
    const Events = ['s3:ObjectCreated:*' as const];
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket,
        NotificationConfiguration: { QueueConfigurations: [{ QueueArn, Events }] },
      }),
    );
    const { code, stderr } = await run('remove', '--packaged', '--yes');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining(`npx holdfast unwire orders --stage ${STAGE}`) as string,
    });
    await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: {} }));
    const bus = new EventBridgeClient(clientOptions('us-east-1'));
    const Rule = `${STACK}-orders-use1`;
    const Targets = [{ Id: 'signals', Arn: QueueArn }];
    await bus.send(new PutRuleCommand({ Name: Rule, EventPattern: '{"source":["aws.s3"]}' }));
    await bus.send(new PutTargetsCommand({ Rule, Targets }));
    const bridged = await run('remove', '--packaged', '--yes');
    expect(bridged).toMatchObject({ code: 2, stdout: expect.stringContaining(`rule ${Rule} sends`) as string });
  });

  it('removes it all the same where that is wished, as far as AWS lets it', { timeout: 500_000 }, async () => {
    recorder.refuse({ permission: 'cloudformation:DeleteStack', region: 'us-east-1' });
    const { code, stdout, stderr } = await run('remove', '--packaged', '--yes', '--force', '--json');
    recorder.refuse(undefined);
    expect(code).toBe(2);
    expect(recordsIn(stdout)).toMatchObject([
      { kind: 'standing', region: 'eu-west-1', rules: [] },
      { kind: 'standing', region: 'us-east-1', rules: [`${STACK}-orders-use1`] },
      { kind: 'removed', region: 'eu-west-1', stack: STACK },
      { kind: 'failed', region: 'us-east-1', removed: ['eu-west-1'], notBegun: [] },
    ]);
    expect(stderr).toContain('us-east-1 failed; removed before it: eu-west-1; not begun: none');
    const bus = new EventBridgeClient(clientOptions('us-east-1'));
    const Rule = `${STACK}-orders-use1`;
    await bus.send(new RemoveTargetsCommand({ Rule, Ids: ['signals'] }));
    await bus.send(new DeleteRuleCommand({ Name: Rule }));
  });

  it(
    'removes the rest of the stacks, keeps the ledgers, and says so to who deploys again',
    { timeout: 500_000 },
    async () => {
      const removed = await run('remove', '--packaged', '--yes');
      expect(removed).toMatchObject({ code: 0 });
      const again = await run('deploy', '--packaged', '--plan');
      expect({ code: again.code, stderr: again.stderr }).toEqual({
        code: 2,
        stderr: expect.stringContaining(`holdfast-${STAGE}-ledger in us-east-1`) as string,
      });
      const forgotten = await run('remove', '--packaged', '--with-tables', '--yes');
      expect(forgotten).toMatchObject({ code: 0 });
      const free = await run('deploy', '--packaged', '--plan');
      expect(free).toMatchObject({ code: 0 });
    },
  );

  it.each(['deploy', 'remove'] as const)(
    'asks for nothing by %s that the printed policy leaves out',
    async (command) => {
      const config = parseConfig(await readFile(file, 'utf8'));
      const { document } = permissionsOf(command, {
        config,
        pairs: config.pairs,
        stage: STAGE,
        roles: [],
        reportBuckets: [],
        restores: false,
        from: [],
      });
      const allowed = new Set(document?.Statement.flatMap(({ Action }) => Action));
      const missing = [...permissions[command]].filter((action) => !allowed.has(action) && !NOT_NEEDED.has(action));
      expect(missing).toEqual([]);
      const unasked = OWN_REQUESTS[command].filter((action) => !permissions[command].has(action));
      expect(unasked).toEqual([]);
    },
  );
});
