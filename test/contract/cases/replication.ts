import assert from 'node:assert/strict';
import {
  DeleteObjectCommand,
  GetBucketReplicationCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectVersionsCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketReplicationCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type ReplicationRule,
} from '@aws-sdk/client-s3';
import { eventually } from '../../support/eventually.ts';
import { createBucket, createQueue, put, setVersioning } from '../arrange.ts';
import type { Cases, Cloud } from '../contract.ts';
import { refused } from '../refused.ts';
import { nextRecord } from '../watch-bucket.ts';

interface Pair {
  readonly source: string;
  readonly destination: string;
}

async function replicate(cloud: Cloud, { source, destination }: Pair): Promise<void> {
  const rule: ReplicationRule = {
    ID: 'everything',
    Priority: 1,
    Status: 'Enabled',
    Filter: { Prefix: 'replicated/' },
    DeleteMarkerReplication: { Status: 'Enabled' },
    Destination: {
      Bucket: `arn:aws:s3:::${destination}`,
      Metrics: { Status: 'Enabled', EventThreshold: { Minutes: 15 } },
      ReplicationTime: { Status: 'Enabled', Time: { Minutes: 15 } },
    },
  };
  const role = `arn:aws:iam::${cloud.account}:role/replication`;
  await cloud
    .s3(cloud.home)
    .send(new PutBucketReplicationCommand({ Bucket: source, ReplicationConfiguration: { Role: role, Rules: [rule] } }));
}

/** A source at home, replicated abroad. */
async function createPair(cloud: Cloud): Promise<Pair> {
  const source = await createBucket(cloud, { versioned: true });
  const destination = await createBucket(cloud, { region: cloud.abroad, versioned: true });
  await replicate(cloud, { source, destination });
  return { source, destination };
}

const key = 'replicated/é +k';

async function replicaOf(cloud: Cloud, { destination }: Pair, versionId: string): Promise<HeadObjectCommandOutput> {
  const command = new HeadObjectCommand({ Bucket: destination, Key: key, VersionId: versionId });
  return eventually(async () => cloud.s3(cloud.abroad).send(command), { timeoutMs: 6_000 });
}

export const replicationCases: Cases = {
  'replication is refused while the source is not versioned': async (cloud) => {
    const source = await createBucket(cloud);
    const destination = await createBucket(cloud, { region: cloud.abroad, versioned: true });
    await refused(replicate(cloud, { source, destination }), { status: 400, code: 'InvalidRequest' });
  },
  'a replication configuration comes back as it was put': async (cloud) => {
    const { source, destination } = await createPair(cloud);
    const output = await cloud.s3(cloud.home).send(new GetBucketReplicationCommand({ Bucket: source }));
    const [rule] = output.ReplicationConfiguration?.Rules ?? [];
    assert.deepEqual(
      [rule?.ID, rule?.Status, rule?.Destination?.Bucket],
      ['everything', 'Enabled', `arn:aws:s3:::${destination}`],
    );
  },
  'a bucket without replication says so': async (cloud) => {
    const bucket = await createBucket(cloud);
    const request = cloud.s3(cloud.home).send(new GetBucketReplicationCommand({ Bucket: bucket }));
    await refused(request, { status: 404, code: 'ReplicationConfigurationNotFoundError' });
  },
  'a replica appears under the version ID of its source, with status REPLICA': async (cloud) => {
    const pair = await createPair(cloud);
    const { versionId, etag } = await put(cloud, { bucket: pair.source, key });
    const replica = await replicaOf(cloud, pair, versionId);
    assert.deepEqual([replica.ReplicationStatus, replica.ETag, replica.VersionId], ['REPLICA', etag, versionId]);
  },
  'a source is PENDING or COMPLETED, and in the end COMPLETED': async (cloud) => {
    const pair = await createPair(cloud);
    const { versionId } = await put(cloud, { bucket: pair.source, key });
    const command = new HeadObjectCommand({ Bucket: pair.source, Key: key, VersionId: versionId });
    const status = async (): Promise<string> =>
      (await cloud.s3(cloud.home).send(command)).ReplicationStatus?.replace(/^COMPLETE$/, 'COMPLETED') ?? 'none';
    assert.match(await status(), /^(PENDING|COMPLETED)$/);
    await eventually(async () => ((await status()) === 'COMPLETED' ? true : undefined), { timeoutMs: 6_000 });
  },
  'a replica keeps metadata, checksum and time of its source': async (cloud) => {
    const pair = await createPair(cloud);
    const s3 = cloud.s3(cloud.home);
    const object = { Bucket: pair.source, Key: key };
    const { VersionId: versionId = '' } = await s3.send(
      new PutObjectCommand({ ...object, Body: 'hello world', Metadata: { made: 'here' }, ContentType: 'text/x-a' }),
    );
    await replicaOf(cloud, pair, versionId);
    const both = await Promise.all(
      [
        { s3, bucket: pair.source },
        { s3: cloud.s3(cloud.abroad), bucket: pair.destination },
      ].map(async ({ s3: client, bucket }) =>
        client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId, ChecksumMode: 'ENABLED' })),
      ),
    );
    const [source, replica] = both.map((head) => [
      head.Metadata,
      head.ContentType,
      head.ChecksumCRC32,
      head.LastModified?.toISOString(),
    ]);
    assert.deepEqual(replica, source);
  },
  'a delete marker is replicated where the rule says so': async (cloud) => {
    const pair = await createPair(cloud);
    const { versionId } = await put(cloud, { bucket: pair.source, key });
    await replicaOf(cloud, pair, versionId);
    const object = { Bucket: pair.source, Key: key };
    const { VersionId: marker } = await cloud.s3(cloud.home).send(new DeleteObjectCommand(object));
    await eventually(async () => {
      const command = new ListObjectVersionsCommand({ Bucket: pair.destination });
      const { DeleteMarkers: markers = [] } = await cloud.s3(cloud.abroad).send(command);
      return markers.some(({ VersionId: id }) => id === marker) ? true : undefined;
    });
  },
  'tags that are set later go over, to that version alone': async (cloud) => {
    const pair = await createPair(cloud);
    const { versionId } = await put(cloud, { bucket: pair.source, key });
    const { versionId: newer } = await put(cloud, { bucket: pair.source, key });
    await replicaOf(cloud, pair, versionId);
    await replicaOf(cloud, pair, newer);
    const Tagging = { TagSet: [{ Key: 'a', Value: '1' }] };
    const object = { Bucket: pair.source, Key: key, VersionId: versionId };
    await cloud.s3(cloud.home).send(new PutObjectTaggingCommand({ ...object, Tagging }));
    await eventually(async () => ((await replicaOf(cloud, pair, versionId)).TagCount === 1 ? true : undefined), {
      timeoutMs: 6_000,
    });
    assert.equal((await replicaOf(cloud, pair, newer)).TagCount, undefined);
  },
  'what no rule names has no replication status': async (cloud) => {
    const pair = await createPair(cloud);
    await put(cloud, { bucket: pair.source, key: 'elsewhere' });
    const head = await cloud.s3(cloud.home).send(new HeadObjectCommand({ Bucket: pair.source, Key: 'elsewhere' }));
    assert.equal(head.ReplicationStatus, undefined);
  },
  'a version that cannot be replicated is FAILED, and that is told': async (cloud) => {
    const pair = await createPair(cloud);
    const queue = await createQueue(cloud);
    const events = ['s3:Replication:OperationFailedReplication' as const];
    await cloud.s3(cloud.home).send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: pair.source,
        NotificationConfiguration: { QueueConfigurations: [{ QueueArn: queue.arn, Events: events }] },
      }),
    );
    await setVersioning(cloud, { bucket: pair.destination, region: cloud.abroad, status: 'Suspended' });
    const { versionId } = await put(cloud, { bucket: pair.source, key });
    const record = await nextRecord(cloud, queue);
    assert.deepEqual(
      [record.eventName, record.s3.object.versionId, record.replicationEventData?.['failureReason']],
      ['Replication:OperationFailedReplication', versionId, 'DstBucketUnversioned'],
    );
    const head = await cloud.s3(cloud.home).send(new HeadObjectCommand({ Bucket: pair.source, Key: key }));
    assert.equal(head.ReplicationStatus, 'FAILED');
  },
};
