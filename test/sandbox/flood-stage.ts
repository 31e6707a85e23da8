import { QueryCommand, ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { BULK_PREFIX, DESTINATION, SOURCE, STAGE } from '../../demo/places.ts';
import { setStage, type Stage } from '../../demo/stage.ts';
import type { Deployed } from '../../src/sandbox/template/deploy.ts';
import { demoStacks } from '../demo/show.ts';
import { createSdkClients, type SdkClients } from '../support/sdk-clients.ts';

const { region, bucket } = SOURCE;

/** What the queue of a lane holds, as SQS tells it. */
export interface Depth {
  readonly waiting: number;
  readonly inFlight: number;
}

/** Two deployed stacks, the signals lane of one of which can be flooded. */
export interface FloodStage {
  readonly stage: Stage;
  readonly stack: Pick<Deployed, 'resources'>;
  readonly sdk: SdkClients;
  /** Puts so many creations of small versions that are gone by now into the queue, all in one moment. */
  flood(events: number): void;
  /** Puts a failed replication behind everything that waits. */
  fail(key: string): void;
  /** Whether the ledger knows a version of the key as done. */
  isSettled(key: string): Promise<boolean>;
  depth(logicalId: string): Promise<Depth>;
  /** How many events of the flood the ledger knows as done. */
  settled(): Promise<number>;
  close(): Promise<void>;
}

/** `stacks`: packaged otherwise than they are in the repository. */
export async function setFloodStage(stacks?: string): Promise<FloodStage> {
  const packaged = stacks ?? (await demoStacks());
  const stage = await setStage({ port: 0, seed: 1, stacks: packaged, progress: () => undefined });
  const { cloud } = stage;
  const stack = await deployedIn(cloud.url);
  const sdk = createSdkClients({ endpoint: cloud.url, credentials: cloud.credentials });
  const urlOf = (logicalId: string): string => stack.resources[logicalId]?.ref ?? '';
  const notify = (body: string): void => {
    const queue = cloud.queues.find(stack.resources['SignalsQueue']?.attributes?.['Arn'] ?? '');
    if (queue === undefined) throw new Error('the stack has no queue for signals');
    queue.send({ body, senderId: cloud.account });
  };
  return {
    stage,
    stack,
    sdk,
    flood(events) {
      for (let index = 0; index < events; index += 1) notify(creationOf(index));
    },
    fail: (key) => notify(failureOf(key)),
    async isSettled(key) {
      const command = new QueryCommand({
        TableName: urlOf('Ledger'),
        KeyConditionExpression: 'pk = :version',
        ExpressionAttributeValues: { ':version': { S: `v#${bucket}#${key}` } },
      });
      const { Count = 0 } = await sdk.dynamodb(region).send(command);
      return Count > 0;
    },
    async depth(logicalId) {
      const command = new GetQueueAttributesCommand({
        QueueUrl: urlOf(logicalId),
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      });
      const { Attributes: found = {} } = await sdk.sqs(region).send(command);
      return {
        waiting: Number(found['ApproximateNumberOfMessages']),
        inFlight: Number(found['ApproximateNumberOfMessagesNotVisible']),
      };
    },
    async settled() {
      let count = 0;
      let start: Start;
      do {
        const command = toScan(urlOf('Ledger'), start);
        const page: ScanCommandOutput = await sdk.dynamodb(region).send(command);
        count += page.Count ?? 0;
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
      return count;
    },
    async close() {
      sdk.destroy();
      await stage.close();
    },
  };
}

type Start = ScanCommandOutput['LastEvaluatedKey'];

function toScan(TableName: string, start: Start): ScanCommand {
  return new ScanCommand({
    TableName,
    Select: 'COUNT',
    FilterExpression: 'begins_with(pk, :flood)',
    ExpressionAttributeValues: { ':flood': { S: `v#${bucket}#${BULK_PREFIX}flood/` } },
    ...(start === undefined ? {} : { ExclusiveStartKey: start }),
  });
}

/** A notification of S3 for a version of its own. */
function creationOf(index: number): string {
  const number = String(index).padStart(6, '0');
  const sequencer = (index + 1).toString(16).padStart(18, '0');
  return notificationOf({ eventName: 'ObjectCreated:Put', key: `${BULK_PREFIX}flood/${number}`, number, sequencer });
}

function failureOf(key: string): string {
  const destinationBucket = `arn:aws:s3:::${DESTINATION.bucket}`;
  const failureReason = 'DstBucketNotFound';
  return notificationOf({
    eventName: 'Replication:OperationFailedReplication',
    key,
    number: 'failed',
    replicationEventData: { replicationRuleId: 'orders-to-euw1', destinationBucket, failureReason },
  });
}

interface Notified {
  readonly eventName: string;
  readonly key: string;
  readonly number: string;
  readonly sequencer?: string;
  readonly replicationEventData?: object;
}

function notificationOf({ eventName, key, number, sequencer, replicationEventData }: Notified): string {
  const versionId = `flood${number}`.padEnd(32, 'x');
  const object = { key, size: 7, eTag: '9a0364b9e99bb480dd25e1f0284c8555', versionId, sequencer };
  const record = {
    eventVersion: '2.2',
    eventSource: 'aws:s3',
    awsRegion: region,
    eventTime: new Date().toISOString(),
    eventName,
    s3: { s3SchemaVersion: '1.0', bucket: { name: bucket, arn: `arn:aws:s3:::${bucket}` }, object },
    replicationEventData,
  };
  return JSON.stringify({ Records: [record] });
}

async function deployedIn(url: string): Promise<Pick<Deployed, 'resources'>> {
  const { stacks } = (await (await fetch(`${url}/_holdfast/status`)).json()) as { stacks: readonly Deployed[] };
  const stack = stacks.find((each) => each.region === region);
  if (stack === undefined) throw new Error(`no stack of ${STAGE} in ${region}`);
  return stack;
}
