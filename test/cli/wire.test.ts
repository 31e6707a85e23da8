import { DescribeRuleCommand, EventBridgeClient, ListRulesCommand, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketReplicationCommand,
  PutBucketNotificationConfigurationCommand,
  type NotificationConfiguration,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueUrlCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createClients } from '../../src/adapters/aws/clients.ts';
import { createEventBridgeRules } from '../../src/adapters/aws/eventbridge-rules.ts';
import { createS3BucketDocuments } from '../../src/adapters/aws/s3-bucket-documents.ts';
import { applyBucket, planBucket, type PlannedBucket } from '../../src/cli/wire-bucket.ts';
import { rawNotifications } from '../support/raw-notifications.ts';
import { type Ended, holdfast, linesOf } from './fake-run.ts';
import { ABORT, createPairStage, DESTINATION, HOME, type PairStage, SOURCE } from './pair-stage.ts';

const REGION = HOME[SOURCE];
const RULE = `holdfast-dev-${SOURCE}`;

let stage: PairStage;
let events: EventBridgeClient;
let queues: Readonly<Record<string, string>>;

beforeAll(async () => {
  stage = await createPairStage('one-way');
  process.env['AWS_ACCESS_KEY_ID'] = stage.cloud.credentials.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = stage.cloud.credentials.secretAccessKey;
  queues = await stage.queues();
  for (const region of Object.values(HOME)) await letIn(region, 'holdfast-dev-SignalsQueue-0123456789AB');
  events = new EventBridgeClient({ region: REGION, ...stage.endpoint, maxAttempts: 1 });
});

afterEach(async () => {
  await unwire('--yes');
  await notify({});
});

afterAll(async () => {
  events.destroy();
  await stage.close();
});

/** Anybody of AWS may send to the queue. */
async function letIn(region: string, name: string): Promise<void> {
  const sqs = stage.sdk.sqs(region);
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
  const Principal = { Service: ['s3.amazonaws.com', 'events.amazonaws.com'] };
  const Statement = [{ Effect: 'Allow', Principal, Action: 'sqs:SendMessage', Resource: '*' }];
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
}

const run = async (...args: readonly string[]): Promise<Ended> => {
  return holdfast([...args, '--config', stage.config, '--endpoint', stage.cloud.url]);
};
const wire = async (...args: readonly string[]) => run('wire', 'orders', '--only', 'notifications', ...args);
const unwire = async (...args: readonly string[]) => run('unwire', 'orders', ...args);

async function notify(configuration: NotificationConfiguration, bucket: string = SOURCE): Promise<void> {
  await stage.sdk.s3(bucket === SOURCE ? REGION : HOME[DESTINATION]).send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: bucket,
      NotificationConfiguration: configuration,
      SkipDestinationValidation: true,
    }),
  );
}

const raw = async (): Promise<string> => rawNotifications(stage.endpoint, { bucket: SOURCE, region: REGION });

interface Diagnosed {
  readonly questions: readonly { readonly id: string; readonly answer: string }[];
}

interface Wiring {
  readonly kind: string;
  readonly bucket: string;
  readonly state: string;
  readonly direct: readonly string[];
  readonly bridged: readonly { readonly event: string }[];
  readonly unseen: readonly { readonly event: string }[];
  readonly eventBridge: string;
  readonly problem?: string;
}

const wirings = (ended: Ended): readonly Wiring[] => linesOf(ended) as readonly Wiring[];
const ofSource = (ended: Ended): Wiring | undefined => wirings(ended).find(({ bucket }) => bucket === SOURCE);

/** Entries of other tools, of every kind, with and without IDs. */
async function others(): Promise<NotificationConfiguration> {
  const account = stage.cloud.account;
  await stage.sdk.sqs(REGION).send(new CreateQueueCommand({ QueueName: 'thumbnails' }));
  await letIn(REGION, 'thumbnails');
  const { TopicArn } = await stage.sdk.sns(REGION).send(
    new CreateTopicCommand({
      Name: 'archive',
      Attributes: {
        Policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sns:Publish', Resource: '*' },
          ],
        }),
      },
    }),
  );
  const inbox = { Key: { FilterRules: [{ Name: 'prefix' as const, Value: 'in/a b+c/é' }] } };
  return {
    QueueConfigurations: [
      {
        Id: 'thumbnails',
        QueueArn: `arn:aws:sqs:${REGION}:${account}:thumbnails`,
        Events: ['s3:ObjectCreated:*'],
        Filter: inbox,
      },
    ],
    TopicConfigurations: [{ TopicArn, Events: ['s3:LifecycleTransition'] }],
    LambdaFunctionConfigurations: [
      {
        LambdaFunctionArn: `arn:aws:lambda:${REGION}:${account}:function:index`,
        Events: ['s3:ObjectRemoved:Delete', 's3:ObjectTagging:Put'],
      },
    ],
  };
}

describe('a bucket without entries', () => {
  it('is only shown what would be changed', async () => {
    const before = await raw();
    const ended = await wire();
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain('Nothing was changed');
    expect(ended.stdout).toContain('aws s3api put-bucket-notification-configuration');
    expect(await raw()).toBe(before);
  });

  it('stays as it is where --dry-run is given besides --yes', async () => {
    const before = await raw();
    expect((await wire('--yes', '--dry-run')).code).toBe(1);
    expect(await raw()).toBe(before);
  });

  it('gets one entry to the queue of its Region, and no second one when it is wired again', async () => {
    const ended = await wire('--yes', '--json');
    expect(ended.code).toBe(0);
    expect(ofSource(ended)).toMatchObject({ state: 'changed', bridged: [], unseen: [], eventBridge: 'unchanged' });
    const wired = await raw();
    expect(wired).toContain(`<Queue>${queues[REGION]}</Queue>`);
    const again = await wire('--yes', '--json');
    expect([again.code, ofSource(again)?.state]).toEqual([0, 'right']);
    expect(await raw()).toBe(wired);
  });

  it('is byte-equal after wire and unwire', async () => {
    const before = await raw();
    await wire('--yes');
    expect(await raw()).not.toBe(before);
    expect((await unwire('--yes')).code).toBe(0);
    expect(await raw()).toBe(before);
    expect(await rulesThere()).toEqual([]);
  });

  it('hears of replication only where it is a source', async () => {
    const [source, destination] = wirings(await wire('--json'));
    expect(source?.direct).toContain('s3:Replication:*');
    expect(destination?.direct).not.toContain('s3:Replication:*');
  });
});

async function rulesThere(): Promise<readonly string[]> {
  const { Rules: rules = [] } = await events.send(new ListRulesCommand({}));
  return rules.map(({ Name: name = '' }) => name);
}

describe('a bucket with entries of other tools', () => {
  it.each([
    ['off', {}],
    ['on', { EventBridgeConfiguration: {} }],
  ])('is byte-equal after wire and unwire, where EventBridge was %s', async (_, bridge) => {
    await notify({ ...(await others()), ...bridge });
    const before = await raw();
    const ended = await wire('--yes', '--json');
    expect(ended).toMatchObject({ code: 0 });
    expect(ofSource(ended)?.bridged.map(({ event }) => event)).toEqual([
      's3:ObjectCreated:*',
      's3:ObjectRemoved:*',
      's3:ObjectTagging:*',
    ]);
    expect(await raw()).toContain('<EventBridgeConfiguration>');
    expect(await rulesThere()).toEqual([RULE]);
    expect((await wire('--yes', '--json')).code).toBe(0);
    expect((await unwire('--yes')).code).toBe(0);
    expect(await raw()).toBe(before);
    expect(await rulesThere()).toEqual([]);
  });

  it('is no question to the doctor any more', async () => {
    await notify(await others());
    const asked = async (): Promise<unknown> => {
      const [link] = linesOf(await run('doctor', 'orders', '--json')) as readonly Diagnosed[];
      return link?.questions.find(({ id }) => id === 'missing-notification')?.answer;
    };
    expect(await asked()).toBe('no');
    await wire('--yes');
    expect(await asked()).toBe('yes');
  });

  it('says that EventBridge takes five minutes to begin', async () => {
    await notify(await others());
    expect((await wire()).stdout).toContain('about five minutes');
  });

  it('leaves EventBridge on where another rule listens by now', async () => {
    await notify(await others());
    await wire('--yes');
    const EventPattern = JSON.stringify({ source: ['aws.s3'] });
    await events.send(new PutRuleCommand({ Name: 'indexer', EventPattern }));
    const ended = await unwire('--yes', '--json');
    expect(ofSource(ended)).toMatchObject({ state: 'changed', eventBridge: 'left-on' });
    expect(await raw()).toContain('<EventBridgeConfiguration>');
    expect(await rulesThere()).toEqual(['indexer']);
  });

  it('names the entry that is in the way of replication events, and what then is not seen', async () => {
    const { QueueConfigurations: [thumbnails] = [] } = await others();
    await notify({
      QueueConfigurations: [
        { ...thumbnails, Id: 'lag', Events: ['s3:Replication:OperationFailedReplication'] } as never,
      ],
    });
    const ended = await wire('--yes');
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(
      /UNSEEN {3}s3:Replication:OperationFailedReplication: entry "lag" to \S+thumbnails has it/,
    );
    expect(ended.stdout).toContain('s3:Replication:OperationMissedThreshold');
  });

  it('goes back to an entry of its own where the others are gone', async () => {
    await notify(await others());
    await wire('--yes');
    const { Description } = await events.send(new DescribeRuleCommand({ Name: RULE }));
    expect(Description).toContain('EventBridge was off before');
    await notify({ EventBridgeConfiguration: {} });
    const ended = await wire('--yes', '--json');
    expect(ofSource(ended)).toMatchObject({ state: 'changed', bridged: [] });
    expect(await rulesThere()).not.toContain(RULE);
  });
});

describe('what cannot be done', () => {
  it.each([
    [['wire', 'invoices'], 'there is no pair invoices; there are orders'],
    [['wire', 'orders', '--bucket', 'strange'], 'expected a bucket of the pair orders, got strange'],
    [['wire', 'orders', '--stage', 'prod'], 'expected the stack holdfast-prod in us-east-1'],
  ])('%j is said, and nothing is changed', async (args, problem) => {
    const ended = await run(...args, '--yes');
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(problem);
  });

  it('a destination of others that takes no test message is named', async () => {
    const missing = `arn:aws:sqs:${REGION}:${stage.cloud.account}:gone`;
    await notify({ QueueConfigurations: [{ QueueArn: missing, Events: ['s3:LifecycleTransition'] }] });
    const before = await raw();
    const refused = await wire('--yes', '--json', '--bucket', SOURCE);
    expect([refused.code, ofSource(refused)?.state]).toEqual([2, 'refused']);
    expect(ofSource(refused)?.problem).toContain('Unable to validate');
    expect(await raw()).toBe(before);
    expect((await wire('--yes', '--bucket', SOURCE, '--no-validation')).code).toBe(0);
  });

  describe('a bucket of another account', () => {
    const foreign = '444455556666';
    let config: string;

    beforeAll(async () => {
      const text = await readFile(stage.config, 'utf8');
      config = `${stage.config}.foreign.yml`;
      await writeFile(
        config,
        text.replace(
          `${SOURCE}, region: ${REGION}, account: '${stage.cloud.account}'`,
          `${SOURCE}, region: ${REGION}, account: '${foreign}'`,
        ),
      );
    });

    it('is left to somebody there, with the command', async () => {
      const before = await raw();
      const ended = await holdfast([
        'wire',
        'orders',
        '--bucket',
        SOURCE,
        '--only',
        'notifications',
        '--yes',
        '--config',
        config,
        '--endpoint',
        stage.cloud.url,
      ]);
      expect(ended.code).toBe(1);
      expect(ended.stdout).toContain(`with credentials of account ${foreign}`);
      expect(ended.stdout).toContain(
        `holdfast wire orders --bucket ${SOURCE} --stage dev --queue ${queues[REGION]} --yes`,
      );
      expect(await raw()).toBe(before);
    });

    it('is refused by S3 where it is not of the account that the configuration says', async () => {
      const queue = queues[REGION] ?? '';
      const ended = await holdfast([
        'wire',
        'orders',
        '--bucket',
        SOURCE,
        '--queue',
        queue,
        '--only',
        'notifications',
        '--yes',
        '--config',
        config,
        '--endpoint',
        stage.cloud.url,
      ]);
      expect(ended.code).toBe(2);
      expect(ended.stdout).toContain('access-denied');
    });
  });

  it('what somebody changed between reading and writing is left alone', async () => {
    const before: NotificationConfiguration = { EventBridgeConfiguration: {} };
    const planned = await applied(async () => notify(before));
    expect(planned).toMatchObject({ state: 'refused' });
    expect(planned.problem).toContain('somebody has changed the notifications');
    expect(await raw()).not.toContain('<Queue>');
  });

  it('what somebody switched on between reading and writing is not remembered as ours', async () => {
    const theirs = await others();
    await notify({ ...theirs, EventBridgeConfiguration: undefined });
    const planned = await applied(async () => notify({ ...theirs, EventBridgeConfiguration: {} }));
    expect(planned).toMatchObject({ state: 'refused', plan: { rule: { kind: 'put' } } });
    expect(await rulesThere()).not.toContain(RULE);
  });
});

/** Plans, lets something happen, and applies. */
async function applied(meanwhile: () => Promise<void>): Promise<PlannedBucket> {
  const clients = createClients({ customEndpoint: true, endpoint: stage.cloud.url });
  const documents = createS3BucketDocuments(clients);
  const rules = createEventBridgeRules({ customEndpoint: true, endpoint: stage.cloud.url });
  const ports = { documents, rules, wait: async () => {} };
  const call = { signal: AbortSignal.timeout(20_000) };
  const planned = await planBucket(
    {
      pair: 'orders',
      bucket: { bucket: SOURCE, region: REGION, account: stage.cloud.account, kmsKeys: [] },
      stage: 'dev',
      queueArn: queues[REGION] ?? '',
      wanted: ['s3:ObjectCreated:*'],
      canBridge: true,
      foreign: false,
      validate: true,
    },
    ports,
    call,
  );
  await meanwhile();
  return applyBucket(planned, ports, call);
}

describe('proposals', () => {
  it('are shown with their price, and done with --yes', async () => {
    await stage.lifecycle(SOURCE, [ABORT]);
    await stage.replicate(SOURCE, { Destination: { Bucket: `arn:aws:s3:::${DESTINATION}` } });
    const shown = await run('wire', 'orders', '--bucket', SOURCE, '--only', 'metrics', 'canaries');
    expect(shown.code).toBe(1);
    expect(shown.stdout).toContain('$0.015 for each replicated GB');
    expect(shown.stdout).toContain('not asked for: --with rtc adds it');
    const done = await run('wire', 'orders', '--bucket', SOURCE, '--only', 'metrics', 'canaries', '--yes');
    expect(done.code).toBe(0);
    const s3 = stage.sdk.s3(REGION);
    const { Rules: rules = [] } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: SOURCE }));
    expect(rules.map(({ ID: id }) => id)).toEqual(['abort', 'holdfast-canaries']);
    const { ReplicationConfiguration: replication } = await s3.send(
      new GetBucketReplicationCommand({ Bucket: SOURCE }),
    );
    expect(replication?.Rules?.[0]?.Destination).toMatchObject({ Metrics: { Status: 'Enabled' } });
    expect(replication?.Rules?.[0]?.Destination?.ReplicationTime).toBeUndefined();
    const again = await run('wire', 'orders', '--bucket', SOURCE, '--only', 'metrics', 'canaries', '--yes');
    expect(again.code).toBe(0);
  });

  it('never switch Replication Time Control on without its name', async () => {
    await stage.replicate(SOURCE, { Destination: { Bucket: `arn:aws:s3:::${DESTINATION}` } });
    await run('wire', 'orders', '--bucket', SOURCE, '--yes');
    const read = async () =>
      (await stage.sdk.s3(REGION).send(new GetBucketReplicationCommand({ Bucket: SOURCE }))).ReplicationConfiguration
        ?.Rules?.[0]?.Destination?.ReplicationTime?.Status;
    expect(await read()).toBeUndefined();
    await run('wire', 'orders', '--bucket', SOURCE, '--with', 'rtc', '--yes');
    expect(await read()).toBe('Enabled');
  });
});
