import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type Cloud, createCloud } from '../src/sandbox/cloud.ts';
import { REPLICATED } from './objects.ts';
import { demoConfig, DESTINATION, SOURCE, STAGE } from './places.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PLACES = [SOURCE, DESTINATION];

/** The built product, deployed into an embedded cloud and wired to two buckets. */
export interface Stage {
  readonly cloud: Cloud;
  /** Alert topic by Region. */
  readonly topicArns: ReadonlyMap<string, string>;
  s3(region: string): S3Client;
  sqs(region: string): SQSClient;
  sns(region: string): SNSClient;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly port: number;
  readonly seed: number;
  progress(text: string): void;
}

/** Builds and packages what would be deployed to AWS, starts the cloud, deploys the templates and wires the buckets. */
export async function setStage({ port, seed, progress }: StageOptions): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-demo-'));
  const cloud = await createCloud({ port, seed });
  const clients = clientsOf(cloud);
  const topicArns = new Map<string, string>();
  try {
    const configFile = join(folder, 'holdfast.yml');
    await writeFile(configFile, demoConfig());
    progress('building and packaging the functions and one template per Region');
    await runPackage(configFile, folder, progress);
    progress(`the sandbox is up at ${cloud.url}; deploying into ${PLACES.map(({ region }) => region).join(' and ')}`);
    for (const place of PLACES) await createVersionedBucket(clients.s3(place.region), place);
    await replicate(clients.s3(SOURCE.region), cloud.account);
    for (const { bucket, region } of PLACES) {
      const { resources } = await cloud.deploy({ folder: join(folder, 'stacks', region), region });
      await notify(clients.s3(region), bucket, String(resources['SignalsQueue']?.attributes['Arn']));
      topicArns.set(region, String(resources['AlertTopic']?.ref));
    }
  } catch (error) {
    await cloud.close();
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { cloud, topicArns, ...clients, close: async () => cloud.close() };
}

/** The same script as `npm run package`. Its progress is ours. */
async function runPackage(configFile: string, folder: string, progress: StageOptions['progress']): Promise<void> {
  const args = ['--import', 'tsx', 'scripts/package.ts', '--config', configFile, '--stage', STAGE, '--out', folder];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    for (const line of text.split('\n')) {
      const said = /^\s*[\d.]+ s\s+(.*)$/.exec(line)?.[1];
      if (said !== undefined) progress(`  ${said.replaceAll(folder, '…')}`);
    }
  });
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`packaging ended with exit code ${String(code)}:\n${output}`);
}

function clientsOf(cloud: Cloud): Pick<Stage, 's3' | 'sqs' | 'sns'> {
  const common = (region: string) => ({ region, endpoint: cloud.url, credentials: cloud.credentials });
  return {
    s3: (region) => new S3Client({ ...common(region), forcePathStyle: true }),
    sqs: (region) => new SQSClient(common(region)),
    sns: (region) => new SNSClient(common(region)),
  };
}

async function createVersionedBucket(client: S3Client, { bucket, region }: (typeof PLACES)[number]): Promise<void> {
  const location = region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region } };
  await client.send(new CreateBucketCommand({ Bucket: bucket, ...location }));
  await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
}

async function replicate(client: S3Client, account: string): Promise<void> {
  await client.send(
    new PutBucketReplicationCommand({
      Bucket: SOURCE.bucket,
      ReplicationConfiguration: {
        Role: `arn:aws:iam::${account}:role/s3-replication`,
        Rules: [
          {
            ID: 'orders-to-euw1',
            Priority: 1,
            Status: 'Enabled',
            Filter: { Prefix: REPLICATED },
            DeleteMarkerReplication: { Status: 'Disabled' },
            Destination: { Bucket: `arn:aws:s3:::${DESTINATION.bucket}` },
          },
        ],
      },
    }),
  );
}

/** What the README tells an operator to do once per bucket. */
async function notify(client: S3Client, bucket: string, queueArn: string): Promise<void> {
  await client.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: bucket,
      NotificationConfiguration: {
        QueueConfigurations: [
          { Id: 'holdfast', QueueArn: queueArn, Events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'] },
        ],
      },
    }),
  );
}
