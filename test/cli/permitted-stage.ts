import { appendFile } from 'node:fs/promises';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueUrlCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { createDynamoDbStateBook } from '../../src/adapters/aws/dynamodb-alert-book.ts';
import { systemClock } from '../../src/adapters/aws/system-clock.ts';
import { aCause, FINGERPRINT } from '../support/alerts.ts';
import { makeAccessPoint } from './permitted-routes.ts';
import { createPairStage, DESTINATION, HOME, type PairStage, SOURCE } from './pair-stage.ts';

export const REPORTS = 'reports-use1';
/** In days. A clock that is off by more than a quarter of an hour makes a signature worthless. */
const SEVEN_MINUTES = 7 / (24 * 60);
const SIGNALS = 'holdfast-dev-SignalsQueue-0123456789AB';
const LANES = ['Signals', 'Looks', 'Reads', 'Peer'] as const;

/** A pair with keys, queues and tables as deployed stacks have them, and objects that every command has something to say about. */
export async function createPermittedStage(): Promise<PairStage> {
  const stage = await createPairStage('kms');
  await stage.queues();
  for (const region of Object.values(HOME)) await makeStack(stage, region);
  await makeTopics(stage);
  await denyPlaintext(stage);
  await stage.inThePast(SEVEN_MINUTES, async () => {
    await makeAccessPoint(stage);
    await makeObjects(stage);
  }); // written before whoever looks begins
  return stage;
}

async function makeStack({ sdk }: PairStage, region: string): Promise<void> {
  const sqs = sdk.sqs(region);
  const names = [
    'holdfast-dev-PoisonQueue-1',
    ...LANES.map((lane) => `holdfast-dev-${lane}DeadLetterQueue-1`),
    'holdfast-dev-LooksQueue-1',
    'holdfast-dev-ReadsQueue-1',
    'holdfast-dev-peer',
    'thumbnails',
  ];
  for (const QueueName of names) await sqs.send(new CreateQueueCommand({ QueueName }));
  for (const QueueName of [SIGNALS, 'thumbnails']) {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    const Principal = { Service: ['s3.amazonaws.com', 'events.amazonaws.com', 'sns.amazonaws.com'] };
    const Statement = [{ Effect: 'Allow', Principal, Action: 'sqs:SendMessage', Resource: '*' }];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  }
  const keys = ['pk', 'sk'];
  for (const TableName of ['holdfast-dev-ledger', 'holdfast-dev-steering'])
    await sdk.dynamodb(region).send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      }),
    );
}

async function denyPlaintext({ sdk }: PairStage): Promise<void> {
  for (const Bucket of [SOURCE, DESTINATION] as const) {
    const Resource = [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`];
    const Condition = { Bool: { 'aws:SecureTransport': 'false' } };
    const Statement = [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource, Condition }];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await sdk.s3(HOME[Bucket]).send(new PutBucketPolicyCommand({ Bucket, Policy }));
  }
}

/** Under a key with and without a bucket key, in parts and damaged; what fails to replicate and what S3 never tried. */
async function makeObjects(stage: PairStage): Promise<void> {
  const { sdk, keys, cloud, replicate } = stage;
  const s3 = sdk.s3(HOME[SOURCE]);
  await s3.send(new CreateBucketCommand({ Bucket: REPORTS }));
  const put = async (Key: string, options: object = {}): Promise<void> =>
    void (await s3.send(new PutObjectCommand({ Bucket: SOURCE, Key, Body: Key, ...options })));
  await put('with-bucket-key');
  const SSEKMSKeyId = keys[HOME[SOURCE]];
  await put('without', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId, BucketKeyEnabled: false });
  cloud.faults.plant({ kind: 'flip', bucket: SOURCE, key: 'parts', times: 1 });
  await putParts(s3, 'parts');
  cloud.faults.plant({ kind: 'fail-replication', key: 'failed', times: 2, reason: 'DstPutObjectNotPermitted' });
  await put('failed');
  await settle(cloud);
  await replicateTagged(stage);
  await put('untagged');
  await settle(cloud);
  await replicate(SOURCE);
}

/** Whether a version was to be replicated is then known from its tags. */
export async function replicateTagged({ replicate }: PairStage): Promise<void> {
  const Filter = { Tag: { Key: 'team', Value: 'storage' } };
  await replicate(SOURCE, { Filter, DeleteMarkerReplication: { Status: 'Disabled' } });
}

async function putParts(s3: ReturnType<PairStage['sdk']['s3']>, Key: string): Promise<void> {
  const at = { Bucket: SOURCE, Key };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...at, ChecksumAlgorithm: 'SHA256' }));
  const Parts = [];
  for (const [index, Body] of [new Uint8Array(5 << 20), new Uint8Array(1)].entries()) {
    const part = { ...at, UploadId, PartNumber: index + 1, ChecksumAlgorithm: 'SHA256' } as const;
    const { ETag, ChecksumSHA256 } = await s3.send(new UploadPartCommand({ ...part, Body }));
    Parts.push({ PartNumber: index + 1, ETag, ChecksumSHA256 });
  }
  await s3.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }));
}

/** Everything that is under way arrives. */
export async function settle({ clock, idle, s3 }: PairStage['cloud']): Promise<void> {
  do {
    await clock.advance(5_000);
    await idle();
  } while (s3.versions(SOURCE).some(({ replicationStatus }) => replicationStatus === 'PENDING'));
}

/** Somebody else's entry for creations, so that Holdfast's come by EventBridge; or nothing but EventBridge. */
export async function notify({ sdk, cloud }: PairStage, whom: 'others' | 'nobody'): Promise<void> {
  for (const Bucket of [SOURCE, DESTINATION] as const) {
    const QueueArn = `arn:aws:sqs:${HOME[Bucket]}:${cloud.account}:thumbnails`;
    const Events = ['s3:ObjectCreated:*' as const];
    const NotificationConfiguration =
      whom === 'nobody'
        ? { EventBridgeConfiguration: {} }
        : { QueueConfigurations: [{ Id: 'thumbnails', QueueArn, Events }] };
    await sdk
      .s3(HOME[Bucket])
      .send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
  }
}

/** A topic in every Region, with a queue that the configuration names. */
async function makeTopics({ sdk, config, cloud }: PairStage): Promise<void> {
  const endpoints: string[] = [];
  for (const region of Object.values(HOME)) {
    const Endpoint = `arn:aws:sqs:${region}:${cloud.account}:thumbnails`;
    const { TopicArn } = await sdk.sns(region).send(new CreateTopicCommand({ Name: 'holdfast-dev-AlertTopic-1' }));
    await sdk.sns(region).send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
    endpoints.push(Endpoint);
  }
  const subscriptions = endpoints.map((endpoint) => ({ protocol: 'sqs', endpoint }));
  const audits = { nightly: { pair: 'orders', schedule: 'rate(7 days)' } };
  await appendFile(config, `alerts: ${JSON.stringify({ subscriptions })}\naudits: ${JSON.stringify(audits)}\n`);
}

/** Leaves an open cause in the ledger of every Region; answers its fingerprint. */
export async function openCause({ sdk }: PairStage): Promise<string> {
  const signal = AbortSignal.timeout(10_000);
  for (const region of Object.values(HOME)) {
    const book = createDynamoDbStateBook(sdk, { table: 'holdfast-dev-ledger', region, clock: systemClock });
    const { version = 0 } = (await book.get(FINGERPRINT, { signal })) ?? {};
    await book.save({ state: aCause({ lastAt: new Date() }), version }, { signal });
  }
  return FINGERPRINT;
}

/** Puts an unreadable record aside in every Region, and a dead letter for every lane. */
export async function setAside({ sdk }: PairStage): Promise<void> {
  for (const region of Object.values(HOME)) {
    const sqs = sdk.sqs(region);
    for (const name of ['PoisonQueue', ...LANES.map((lane) => `${lane}DeadLetterQueue`)]) {
      const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: `holdfast-dev-${name}-1` }));
      const MessageBody = name === 'PoisonQueue' ? JSON.stringify({ reason: 'of no use', record: 'x' }) : name;
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    }
  }
}

/** That replicates from the source. */
export const roleArn = ({ cloud, roleName }: PairStage): string =>
  `arn:aws:iam::${cloud.account}:role/${roleName(SOURCE)}`;

/** That jobs get; the sandbox lets a role that it does not know do everything. */
export const jobRoleArn = ({ cloud }: PairStage): string => `arn:aws:iam::${cloud.account}:role/holdfast-repair`;
