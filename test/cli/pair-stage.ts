import { CreateRoleCommand, IAMClient, PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketReplicationCommand,
  GetBucketReplicationCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type LifecycleRule,
  type ReplicationConfiguration,
  type ReplicationRule,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClock } from '../../src/sandbox/clock.ts';
import { createCloud, type Cloud } from '../../src/sandbox/cloud.ts';
import { createSdkClients, type Endpoint, type SdkClients } from '../support/sdk-clients.ts';

export const SOURCE = 'orders-use1';
export const DESTINATION = 'orders-euw1';
const DAY_MS = 86_400_000;

export type BucketName = typeof SOURCE | typeof DESTINATION;
export const HOME: Readonly<Record<BucketName, string>> = { [SOURCE]: 'us-east-1', [DESTINATION]: 'eu-west-1' };

/** Two buckets in the sandbox that replicate as they must, so that a test can spoil one thing. */
export interface PairStage {
  readonly cloud: Cloud;
  readonly endpoint: Endpoint;
  readonly sdk: SdkClients;
  readonly iam: IAMClient;
  /** Of the KMS pair, by Region. */
  readonly keys: Readonly<Record<string, string>>;
  /** Path of the configuration. */
  readonly config: string;
  readonly roleName: (bucket: BucketName) => string;
  readonly replicate: (
    bucket: BucketName,
    change?: Partial<ReplicationRule>,
    more?: readonly ReplicationRule[],
  ) => Promise<void>;
  readonly allow: (bucket: BucketName, without?: string) => Promise<void>;
  readonly trust: (bucket: BucketName, service?: string) => Promise<void>;
  readonly lifecycle: (bucket: BucketName, rules: readonly LifecycleRule[]) => Promise<void>;
  /** Queues as a deployed stack has them; resolves to their ARNs by Region. */
  readonly queues: () => Promise<Readonly<Record<string, string>>>;
  /** Does something as if it had been done this many days ago. */
  inThePast(days: number, run: () => Promise<unknown>): Promise<void>;
  /** ACLs count in both buckets, as they did before 2023. */
  ownedByWriters(): Promise<void>;
  /** Does something while neither bucket keeps versions. */
  withoutVersions(run: () => Promise<unknown>): Promise<void>;
  close(): Promise<void>;
}

export type Kind = 'one-way' | 'two-way' | 'kms';

export const ABORT: LifecycleRule = {
  ID: 'abort',
  Status: 'Enabled',
  Filter: { Prefix: '' },
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
};

const CANARIES: LifecycleRule = {
  ID: 'canaries',
  Status: 'Enabled',
  Filter: { Prefix: 'holdfast-canary/' },
  Expiration: { Days: 1 },
  NoncurrentVersionExpiration: { NoncurrentDays: 1 },
};

/** What every right pair has. */
export const RULES: readonly LifecycleRule[] = [ABORT, CANARIES];

/** `behindMs`: how long ago its time begins. */
export async function createPairStage(kind: Kind, behindMs = 0): Promise<PairStage> {
  const past = { days: 0 };
  const clock = createClock(() => Date.now() - past.days * DAY_MS);
  clock.offsetMs[0] = -behindMs;
  const cloud = await createCloud({ clock });
  const { credentials } = cloud;
  const endpoint = { endpoint: cloud.url, credentials };
  const sdk = createSdkClients(endpoint);
  const iam = new IAMClient({ region: 'us-east-1', ...endpoint, maxAttempts: 1 });
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-'));
  const keys = kind === 'kms' ? await createKeys(endpoint) : {};
  const stage = toStage({ cloud, endpoint, sdk, iam, folder, keys, kind, past });
  await writeFile(stage.config, describe(cloud.account, kind, keys));
  for (const bucket of [SOURCE, DESTINATION] as const) await createBucket(stage, bucket);
  const sources = kind === 'two-way' ? ([SOURCE, DESTINATION] as const) : ([SOURCE] as const);
  for (const bucket of sources) {
    await iam.send(
      new CreateRoleCommand({
        RoleName: stage.roleName(bucket),
        AssumeRolePolicyDocument: trustOf('s3.amazonaws.com'),
      }),
    );
    await stage.allow(bucket);
    await stage.replicate(bucket);
  }
  return stage;
}

interface Parts extends Pick<PairStage, 'cloud' | 'endpoint' | 'sdk' | 'iam' | 'keys'> {
  readonly folder: string;
  readonly kind: Kind;
  readonly past: { days: number };
}

function toStage({ cloud, endpoint, sdk, iam, folder, keys, kind, past }: Parts): PairStage {
  const roleName = (bucket: BucketName): string => `replicates-${bucket}`;
  const peer = (bucket: BucketName): BucketName => (bucket === SOURCE ? DESTINATION : SOURCE);
  const s3 = (bucket: BucketName) => sdk.s3(HOME[bucket]);
  const keepVersions = async (Status: 'Enabled' | 'Suspended'): Promise<void> => {
    for (const Bucket of [SOURCE, DESTINATION] as const) {
      await s3(Bucket).send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
    }
  };
  const stage: PairStage = {
    cloud,
    endpoint,
    sdk,
    iam,
    keys,
    config: join(folder, 'holdfast.yml'),
    roleName,
    async replicate(bucket, change = {}, more = []) {
      const key = keys[HOME[peer(bucket)]];
      const rule = {
        ...ruleTo(peer(bucket), { twoWay: kind === 'two-way', ...(key === undefined ? {} : { key }) }),
        ...change,
      };
      const role = `arn:aws:iam::${cloud.account}:role/${roleName(bucket)}`;
      const configuration: ReplicationConfiguration = { Role: role, Rules: [rule, ...more] };
      await s3(bucket).send(
        new PutBucketReplicationCommand({ Bucket: bucket, ReplicationConfiguration: configuration }),
      );
    },
    async allow(bucket, without = '') {
      const PolicyDocument = JSON.stringify(policyOf(bucket, { destination: peer(bucket), keys, without }));
      await iam.send(new PutRolePolicyCommand({ RoleName: roleName(bucket), PolicyName: 'own', PolicyDocument }));
    },
    async trust(bucket, service = 's3.amazonaws.com') {
      const PolicyDocument = trustOf(service);
      await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: roleName(bucket), PolicyDocument }));
    },
    async lifecycle(bucket, rules) {
      const LifecycleConfiguration = { Rules: [...rules] };
      await s3(bucket).send(new PutBucketLifecycleConfigurationCommand({ Bucket: bucket, LifecycleConfiguration }));
    },
    async queues() {
      const arns = await Promise.all(
        Object.values(HOME).map(async (region) => [region, await createQueue(sdk, region)]),
      );
      return Object.fromEntries(arns) as Readonly<Record<string, string>>;
    },
    async inThePast(days, run) {
      past.days = days;
      try {
        await run();
      } finally {
        past.days = 0;
      }
    },
    async ownedByWriters() {
      const OwnershipControls = { Rules: [{ ObjectOwnership: 'ObjectWriter' as const }] };
      for (const Bucket of [SOURCE, DESTINATION] as const) {
        await s3(Bucket).send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }));
      }
    },
    async withoutVersions(run) {
      const s3OfSource = s3(SOURCE);
      const { ReplicationConfiguration: rules } = await s3OfSource.send(
        new GetBucketReplicationCommand({ Bucket: SOURCE }),
      );
      await s3OfSource.send(new DeleteBucketReplicationCommand({ Bucket: SOURCE }));
      await keepVersions('Suspended');
      await run();
      await keepVersions('Enabled');
      await s3OfSource.send(new PutBucketReplicationCommand({ Bucket: SOURCE, ReplicationConfiguration: rules }));
    },
    async close() {
      sdk.destroy();
      iam.destroy();
      await cloud.close();
      await rm(folder, { recursive: true });
    },
  };
  return stage;
}

/** A rule that lacks nothing. */
export function ruleTo(
  bucket: string,
  { twoWay = false, key }: { readonly twoWay?: boolean; readonly key?: string } = {},
): ReplicationRule {
  return {
    ID: `to-${bucket}`,
    Priority: 1,
    Status: 'Enabled',
    Filter: { Prefix: '' },
    DeleteMarkerReplication: { Status: 'Enabled' },
    SourceSelectionCriteria: {
      ...(twoWay ? { ReplicaModifications: { Status: 'Enabled' } } : {}),
      ...(key === undefined ? {} : { SseKmsEncryptedObjects: { Status: 'Enabled' } }),
    },
    Destination: {
      Bucket: `arn:aws:s3:::${bucket}`,
      ...(key === undefined ? {} : { EncryptionConfiguration: { ReplicaKmsKeyID: key } }),
      ReplicationTime: { Status: 'Enabled', Time: { Minutes: 15 } },
      Metrics: { Status: 'Enabled', EventThreshold: { Minutes: 15 } },
    },
  };
}

async function createBucket({ sdk, keys, lifecycle }: PairStage, bucket: BucketName): Promise<void> {
  const region = HOME[bucket];
  const s3 = sdk.s3(region);
  const place = region as BucketLocationConstraint;
  await s3.send(
    new CreateBucketCommand({
      Bucket: bucket,
      ...(region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: place } }),
    }),
  );
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  await s3.send(
    new PutPublicAccessBlockCommand({
      Bucket: bucket,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
    }),
  );
  await lifecycle(bucket, RULES);
  const key = keys[region];
  if (key === undefined) return;
  const rule = {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key },
    BucketKeyEnabled: true,
  } as const;
  await s3.send(
    new PutBucketEncryptionCommand({ Bucket: bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } }),
  );
}

async function createKeys(endpoint: Endpoint): Promise<Readonly<Record<string, string>>> {
  const keys: Record<string, string> = {};
  for (const region of Object.values(HOME)) {
    const kms = new KMSClient({ region, ...endpoint, maxAttempts: 1 });
    const { KeyMetadata: key } = await kms.send(new CreateKeyCommand({}));
    keys[region] = key?.Arn ?? '';
    kms.destroy();
  }
  return keys;
}

async function createQueue(sdk: SdkClients, region: string): Promise<string> {
  const sqs = sdk.sqs(region);
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 's3.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: '*',
  };
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({
      QueueName: 'holdfast-dev-SignalsQueue-0123456789AB',
      Attributes: { Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) },
    }),
  );
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  return Attributes?.QueueArn ?? '';
}

function trustOf(service: string): string {
  const statement = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

interface Granted {
  readonly destination: string;
  readonly keys: Readonly<Record<string, string>>;
  /** An action that is left out. */
  readonly without: string;
}

function policyOf(bucket: string, { destination, keys, without }: Granted): object {
  const allow = (Resource: string, ...actions: readonly string[]) => ({
    Effect: 'Allow',
    Action: actions.filter((action) => action !== without),
    Resource,
  });
  const statements = [
    allow(`arn:aws:s3:::${bucket}`, 's3:GetReplicationConfiguration', 's3:ListBucket'),
    allow(
      `arn:aws:s3:::${bucket}/*`,
      's3:GetObjectVersionForReplication',
      's3:GetObjectVersionAcl',
      's3:GetObjectVersionTagging',
    ),
    allow(`arn:aws:s3:::${destination}/*`, 's3:ReplicateObject', 's3:ReplicateDelete', 's3:ReplicateTags'),
    ...Object.values(keys).map((key) => allow(key, 'kms:Decrypt', 'kms:GenerateDataKey', 'kms:Encrypt')),
  ];
  return { Version: '2012-10-17', Statement: statements.filter(({ Action }) => Action.length > 0) };
}

function describe(account: string, kind: Kind, keys: Readonly<Record<string, string>>): string {
  const bucket = (name: BucketName): string => {
    const key = keys[HOME[name]];
    const ofKey = key === undefined ? '' : `, kmsKeys: ['${key}']`;
    return `{ bucket: ${name}, region: ${HOME[name]}, account: '${account}'${ofKey} }`;
  };
  return [
    'version: 1',
    'pairs:',
    '  orders:',
    `    source: ${bucket(SOURCE)}`,
    `    destinations: [${bucket(DESTINATION)}]`,
    `    twoWay: ${kind === 'two-way'}`,
    '',
  ].join('\n');
}
