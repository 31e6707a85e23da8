import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateAliasCommand, CreateKeyCommand } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketReplicationCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  type BucketLocationConstraint,
  type Event,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import type { SmokeClients } from './clients.ts';
import { queuePolicy, REPLICATION_TRUST, replicationPolicy, replicationRules } from './documents.ts';
import { createInbox } from './inbox.ts';
import { MARK, namesOf, type Place, queueNames, type RunPlaces } from './names.ts';
import type { RunKeys, Stage } from './stage.ts';
import { type RunTime, untilAccepted } from './time.ts';

export interface StagePlan extends RunPlaces {
  readonly account: string;
  readonly withKms: boolean;
  readonly clients: SmokeClients;
  readonly time: RunTime;
}

const HEARD: readonly Event[] = ['s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:ObjectTagging:*'];
const HEARD_OF_REPLICATION: readonly Event[] = ['s3:Replication:*'];

/** Creates everything that the questions need. Whatever it threw at, `cleanUp` removes what there is by then. */
export async function createStage(plan: StagePlan): Promise<Stage> {
  const { clients, time, source, destination, run, account } = plan;
  const names = namesOf(plan);
  const keys = plan.withKms
    ? { source: await createKey(plan, source), destination: await createKey(plan, destination) }
    : undefined;
  const setting = { ...plan, names, ...(keys === undefined ? {} : { keys }) };

  const queueUrl = async ({ name, region }: Place): Promise<string> => {
    const Attributes = { Policy: queuePolicy(setting, queueArn({ name, region }, account)) };
    const { QueueUrl = '' } = await clients.sqs(region).send(new CreateQueueCommand({ QueueName: name, Attributes }));
    return QueueUrl;
  };
  const { events, bridge } = queueNames(run);
  const inbox = async (name: string, region: string) =>
    createInbox(clients.sqs(region), await queueUrl({ name, region }), time);
  const inboxes = {
    events: await inbox(events, source),
    bridge: await inbox(bridge, source),
    arrivals: await inbox(events, destination),
  };

  for (const bucket of names.buckets) await createBucket(plan, bucket);
  for (const { name, region } of names.buckets) {
    if (name === names.plainBucket) continue;
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await clients.s3(region).send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration }));
  }
  const roleArn = await createRole(plan, { name: names.role, policy: replicationPolicy(setting) });
  // What is written before S3 can assume the role fails to replicate for good.
  await time.pause(time.settleMs);
  await replicate(plan, { roleArn, keys });
  for (const { name, region } of names.buckets) {
    const Events = name === names.sourceBucket ? [...HEARD, ...HEARD_OF_REPLICATION] : [...HEARD];
    const QueueConfigurations = [{ Id: MARK, QueueArn: queueArn({ name: events, region }, account), Events }];
    const configuration = { Bucket: name, NotificationConfiguration: { QueueConfigurations } };
    await untilAccepted(time, () =>
      clients.s3(region).send(new PutBucketNotificationConfigurationCommand(configuration)),
    );
  }
  return { run, source, destination, names, clients, time, ...inboxes, ...(keys === undefined ? {} : { keys }) };
}

export function queueArn({ name, region }: Place, account: string): string {
  return `arn:aws:sqs:${region}:${account}:${name}`;
}

async function createBucket({ clients, run }: StagePlan, { name, region }: Place): Promise<void> {
  const s3 = clients.s3(region);
  // The oldest Region has no name here.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the SDK lists the Regions of its own day
  const LocationConstraint = region as BucketLocationConstraint;
  const place = region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint } };
  await s3.send(new CreateBucketCommand({ Bucket: name, ...place }));
  // Nothing is ever deleted from a bucket that does not carry this.
  const Tagging = { TagSet: [{ Key: MARK, Value: run }] };
  await s3.send(new PutBucketTaggingCommand({ Bucket: name, Tagging }));
}

async function createKey({ clients, run }: StagePlan, region: string): Promise<string> {
  const kms = await clients.kms(region);
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: `${MARK} ${run}` }));
  const { Arn = '' } = KeyMetadata ?? {};
  await kms.send(new CreateAliasCommand({ AliasName: `alias/${MARK}-${run}`, TargetKeyId: Arn }));
  return Arn;
}

async function createRole(
  { clients, source }: StagePlan,
  { name, policy }: { readonly name: string; readonly policy: string },
): Promise<string> {
  const iam = await clients.iam(source);
  const role = { RoleName: name, AssumeRolePolicyDocument: REPLICATION_TRUST };
  const { Role } = await iam.send(new CreateRoleCommand(role));
  await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: MARK, PolicyDocument: policy }));
  return Role?.Arn ?? '';
}

async function replicate(
  plan: StagePlan,
  { roleArn, keys }: { readonly roleArn: string; readonly keys: RunKeys | undefined },
): Promise<void> {
  const names = namesOf(plan);
  const ReplicationConfiguration = replicationRules(names, roleArn, keys);
  const command = new PutBucketReplicationCommand({ Bucket: names.sourceBucket, ReplicationConfiguration });
  await untilAccepted(plan.time, () => plan.clients.s3(plan.source).send(command));
}
