import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketReplicationCommand,
  DeleteObjectCommand,
  GetBucketReplicationCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
  type PutObjectCommandInput,
  type ReplicationRule,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseNotification } from './parse-notification.ts';
import { startS3, type LocalS3 } from './local-s3.ts';

const SOURCE = 'orders-use1';
const REPLICA = 'orders-euw1';
const KEY_ID = 'arn:aws:kms:eu-west-1:111122223333:key/0f0f0f0f-1111-2222-3333-444455556666';

let s3: LocalS3;
let source: S3Client;
let destination: S3Client;

beforeEach(async () => {
  s3 = await startS3();
  source = s3.client('us-east-1');
  destination = s3.client('eu-west-1');
  await source.send(new CreateBucketCommand({ Bucket: SOURCE }));
  await destination.send(
    new CreateBucketCommand({ Bucket: REPLICA, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
  );
});

afterEach(async () => {
  await s3.close();
});

async function enableVersioning(): Promise<void> {
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await source.send(new PutBucketVersioningCommand({ Bucket: SOURCE, VersioningConfiguration }));
  await destination.send(new PutBucketVersioningCommand({ Bucket: REPLICA, VersioningConfiguration }));
}

const rule: ReplicationRule = {
  ID: 'all',
  Status: 'Enabled',
  Priority: 1,
  Filter: {},
  DeleteMarkerReplication: { Status: 'Enabled' },
  Destination: { Bucket: `arn:aws:s3:::${REPLICA}` },
};

async function replicate(...Rules: ReplicationRule[]): Promise<void> {
  const ReplicationConfiguration = { Role: 'arn:aws:iam::111122223333:role/crr', Rules };
  await source.send(new PutBucketReplicationCommand({ Bucket: SOURCE, ReplicationConfiguration }));
}

async function setUp(...rules: ReplicationRule[]): Promise<void> {
  await enableVersioning();
  await replicate(...rules);
}

async function put(Key: string, more: Partial<PutObjectCommandInput> = {}) {
  return await source.send(new PutObjectCommand({ Bucket: SOURCE, Key, Body: 'content', ...more }));
}

const head = async (client: S3Client, Bucket: string, Key: string, VersionId?: string) =>
  await client.send(new HeadObjectCommand({ Bucket, Key, VersionId, ChecksumMode: 'ENABLED' }));

describe('a replication configuration', () => {
  it('is refused without versioning on both sides', async () => {
    await expect(replicate(rule)).rejects.toMatchObject({ name: 'InvalidRequest' });
    await source.send(
      new PutBucketVersioningCommand({ Bucket: SOURCE, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    await expect(replicate(rule)).rejects.toMatchObject({ name: 'InvalidRequest' });
  });

  it('is given back, holds versioning on, and can be removed', async () => {
    await setUp(rule);
    const found = await source.send(new GetBucketReplicationCommand({ Bucket: SOURCE }));
    expect(found.ReplicationConfiguration?.Rules).toMatchObject([{ ID: 'all', Destination: rule.Destination }]);
    await expect(
      source.send(new PutBucketVersioningCommand({ Bucket: SOURCE, VersioningConfiguration: { Status: 'Suspended' } })),
    ).rejects.toMatchObject({ name: 'InvalidBucketState' });
    await source.send(new DeleteBucketReplicationCommand({ Bucket: SOURCE }));
    await expect(source.send(new GetBucketReplicationCommand({ Bucket: SOURCE }))).rejects.toMatchObject({
      name: 'ReplicationConfigurationNotFoundError',
    });
  });
});

describe('replication', () => {
  it('copies content, version ID, date, metadata, tags and checksum', async () => {
    await setUp(rule);
    const { VersionId } = await put('k', { Metadata: { a: 'b' }, Tagging: 't=1', ChecksumAlgorithm: 'SHA256' });
    expect((await head(source, SOURCE, 'k')).ReplicationStatus).toBe('PENDING');
    await s3.settle();
    const { ReplicationStatus, ...original } = await head(source, SOURCE, 'k', VersionId);
    const { ReplicationStatus: replicaStatus, ...replica } = await head(destination, REPLICA, 'k', VersionId);
    expect([ReplicationStatus, replicaStatus]).toEqual(['COMPLETED', 'REPLICA']);
    expect({ ...replica, $metadata: undefined }).toEqual({ ...original, $metadata: undefined });
    expect(replica).toMatchObject({ VersionId, Metadata: { a: 'b' }, TagCount: 1 });
    expect(replica.ChecksumSHA256).toBeDefined();
    const { Body } = await destination.send(new GetObjectCommand({ Bucket: REPLICA, Key: 'k' }));
    expect(await Body?.transformToString()).toBe('content');
  });

  it('keeps the parts of a multipart object', async () => {
    await setUp(rule);
    const at = { Bucket: SOURCE, Key: 'parts' };
    const { UploadId } = await source.send(new CreateMultipartUploadCommand({ ...at, ChecksumAlgorithm: 'SHA256' }));
    const Parts = [];
    for (const [index, Body] of [Buffer.alloc(5 * 1024 * 1024, 'a'), 'b'].entries()) {
      const part = { ...at, UploadId, PartNumber: index + 1, Body, ChecksumAlgorithm: 'SHA256' } as const;
      const { ETag, ChecksumSHA256 } = await source.send(new UploadPartCommand(part));
      Parts.push({ PartNumber: index + 1, ETag, ChecksumSHA256 });
    }
    await source.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }));
    await s3.settle();
    const ObjectAttributes = ['ObjectParts', 'Checksum', 'ETag'] as const;
    const attributes = async (client: S3Client, Bucket: string) => {
      const { $metadata: _, ...found } = await client.send(
        new GetObjectAttributesCommand({ Bucket, Key: 'parts', ObjectAttributes: [...ObjectAttributes] }),
      );
      return found;
    };
    const original = await attributes(source, SOURCE);
    expect(original.ObjectParts?.Parts).toHaveLength(2);
    expect(await attributes(destination, REPLICA)).toEqual(original);
  });

  it('announces the replica at the destination, as of S3', async () => {
    await setUp(rule);
    const QueueArn = 'arn:aws:sqs:eu-west-1:111122223333:arrivals';
    await destination.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: REPLICA,
        NotificationConfiguration: { QueueConfigurations: [{ QueueArn, Events: ['s3:ObjectCreated:*'] }] },
      }),
    );
    const { VersionId } = await put('k');
    await s3.settle();
    expect(s3.delivered.flatMap(({ body }) => parseNotification(body))).toMatchObject([
      {
        eventName: 'ObjectCreated:Put',
        userIdentity: { principalId: 's3.amazonaws.com' },
        s3: { bucket: { name: REPLICA }, object: { key: 'k', versionId: VersionId } },
      },
    ]);
  });

  it.each([
    ['a prefix', { ...rule, Filter: { Prefix: 'in/' } }, ['in/tagged', 'in/untagged']],
    [
      'a tag',
      { ...rule, DeleteMarkerReplication: { Status: 'Disabled' }, Filter: { Tag: { Key: 'c', Value: '1' } } },
      ['in/tagged', 'out/tagged'],
    ],
    [
      'both',
      {
        ...rule,
        DeleteMarkerReplication: { Status: 'Disabled' },
        Filter: { And: { Prefix: 'in/', Tags: [{ Key: 'c', Value: '1' }] } },
      },
      ['in/tagged'],
    ],
    [
      'a V1 prefix',
      { ID: 'v1', Prefix: 'out/', Status: 'Enabled', Destination: rule.Destination },
      ['out/tagged', 'out/untagged'],
    ],
    ['nothing, being disabled', { ...rule, Status: 'Disabled' }, []],
  ])('selects by %s', async (_, selecting, expected) => {
    await setUp(selecting as ReplicationRule);
    for (const folder of ['in', 'out']) {
      await put(`${folder}/tagged`, { Tagging: 'c=1' });
      await put(`${folder}/untagged`);
    }
    await s3.settle();
    expect(s3.service.versions(REPLICA).map(({ key }) => key)).toEqual(expected);
    const statuses = s3.service.versions(SOURCE).map(({ replicationStatus }) => replicationStatus);
    expect(statuses.filter((status) => status === 'COMPLETED')).toHaveLength(expected.length);
    expect(statuses.filter((status) => status === undefined)).toHaveLength(4 - expected.length);
  });

  it.each([
    ['Enabled', 2],
    ['Disabled', 1],
  ] as const)('treats delete markers as the rule says: %s', async (Status, expected) => {
    await setUp({ ...rule, DeleteMarkerReplication: { Status } });
    await put('k');
    await source.send(new DeleteObjectCommand({ Bucket: SOURCE, Key: 'k' }));
    await s3.settle();
    expect(s3.service.versions(REPLICA)).toHaveLength(expected);
  });

  it('never removes a version', async () => {
    await setUp(rule);
    const { VersionId } = await put('k');
    await s3.settle();
    await source.send(new DeleteObjectCommand({ Bucket: SOURCE, Key: 'k', VersionId }));
    await s3.settle();
    expect(s3.service.versions(REPLICA)).toHaveLength(1);
  });

  it('leaves objects of archive classes where they are', async () => {
    await setUp(rule);
    await put('k', { StorageClass: 'DEEP_ARCHIVE' });
    await s3.settle();
    expect((await head(source, SOURCE, 'k')).ReplicationStatus).toBeUndefined();
    expect(s3.service.versions(REPLICA)).toEqual([]);
  });

  it('copies what was uploaded, not what decayed at the source since', async () => {
    await setUp(rule);
    s3.faults.plant({ kind: 'flip', bucket: SOURCE, offset: 0 });
    await put('k');
    await s3.settle();
    const read = async (client: S3Client, Bucket: string) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'k' }));
      return await Body?.transformToString();
    };
    expect(await read(destination, REPLICA)).toBe('content');
    await expect(read(source, SOURCE)).rejects.toThrow(/Checksum mismatch/);
  });

  it('can damage the replica alone', async () => {
    await setUp(rule);
    s3.faults.plant({ kind: 'truncate', bucket: REPLICA, offset: 2 });
    await put('k');
    await s3.settle();
    expect(s3.service.versions(SOURCE)).toMatchObject([{ sizeBytes: 7, storedBytes: 7 }]);
    expect(s3.service.versions(REPLICA)).toMatchObject([{ sizeBytes: 7, storedBytes: 2 }]);
  });

  it('keeps the order of versions that arrive in another order', async () => {
    await setUp(rule);
    s3.faults.plant({ kind: 'delay-replication', times: 1, delayMs: 5000 });
    const first = await put('k');
    const second = await put('k');
    await s3.settle();
    expect(s3.service.versions(REPLICA).map(({ versionId }) => versionId)).toEqual([second.VersionId, first.VersionId]);
  });

  it('lets a late arrival take over a newer write of the destination', async () => {
    await setUp(rule);
    s3.faults.plant({ kind: 'delay-replication', delayMs: 5000 });
    const late = await put('k');
    const own = await destination.send(new PutObjectCommand({ Bucket: REPLICA, Key: 'k', Body: 'own' }));
    await s3.settle();
    expect(s3.service.versions(REPLICA).map(({ versionId }) => versionId)).toEqual([late.VersionId, own.VersionId]);
  });

  it('carries changed tags over', async () => {
    await setUp(rule);
    await put('k');
    await s3.settle();
    const Tagging = { TagSet: [{ Key: 'a', Value: '1' }] };
    await source.send(new PutObjectTaggingCommand({ Bucket: SOURCE, Key: 'k', Tagging }));
    await s3.settle();
    expect((await destination.send(new GetObjectTaggingCommand({ Bucket: REPLICA, Key: 'k' }))).TagSet).toEqual(
      Tagging.TagSet,
    );
  });

  it.each([
    ['Enabled', [{ Key: 'a', Value: '1' }]],
    ['Disabled', []],
  ] as const)('carries tags of a replica back only with replica modification sync: %s', async (Status, expected) => {
    await setUp(rule);
    const ReplicaModifications = { Status };
    const back = {
      ...rule,
      SourceSelectionCriteria: { ReplicaModifications },
      Destination: { Bucket: `arn:aws:s3:::${SOURCE}` },
    };
    const ReplicationConfiguration = { Role: 'arn:aws:iam::111122223333:role/crr', Rules: [back] };
    await destination.send(new PutBucketReplicationCommand({ Bucket: REPLICA, ReplicationConfiguration }));
    await put('k');
    await s3.settle();
    const Tagging = { TagSet: [{ Key: 'a', Value: '1' }] };
    await destination.send(new PutObjectTaggingCommand({ Bucket: REPLICA, Key: 'k', Tagging }));
    // Of a replica the status is that of its changes.
    expect((await head(destination, REPLICA, 'k')).ReplicationStatus).toBe(
      Status === 'Enabled' ? 'PENDING' : 'REPLICA',
    );
    await s3.settle();
    expect((await source.send(new GetObjectTaggingCommand({ Bucket: SOURCE, Key: 'k' }))).TagSet).toEqual(expected);
    expect((await head(destination, REPLICA, 'k')).ReplicationStatus).toBe('REPLICA');
  });

  it('takes SSE-KMS objects only where they are selected, under the key of the rule', async () => {
    await setUp(rule);
    await put('left', { ServerSideEncryption: 'aws:kms' });
    await s3.settle();
    expect((await head(source, SOURCE, 'left')).ReplicationStatus).toBeUndefined();
    const EncryptionConfiguration = { ReplicaKmsKeyID: KEY_ID };
    const SourceSelectionCriteria = { SseKmsEncryptedObjects: { Status: 'Enabled' } } as const;
    await replicate({
      ...rule,
      SourceSelectionCriteria,
      Destination: { ...rule.Destination, EncryptionConfiguration },
    } as ReplicationRule);
    const { ETag } = await put('taken', { ServerSideEncryption: 'aws:kms' });
    await s3.settle();
    const replica = await head(destination, REPLICA, 'taken');
    expect(replica).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KEY_ID });
    expect(replica.ETag).not.toBe(ETag);
  });

  it('does not go on from a replica', async () => {
    await setUp(rule);
    const Bucket = 'third-bucket';
    await source.send(new CreateBucketCommand({ Bucket }));
    await source.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    const onward = { ...rule, Destination: { Bucket: `arn:aws:s3:::${Bucket}` } };
    const ReplicationConfiguration = { Role: 'arn:aws:iam::111122223333:role/crr', Rules: [onward] };
    await destination.send(new PutBucketReplicationCommand({ Bucket: REPLICA, ReplicationConfiguration }));
    await put('k');
    await s3.settle();
    expect(s3.service.versions(REPLICA)).toHaveLength(1);
    expect(s3.service.versions(Bucket)).toEqual([]);
  });

  it('reaches several destinations and is done when all are', async () => {
    const Bucket = 'third-bucket';
    await source.send(new CreateBucketCommand({ Bucket }));
    await source.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    await setUp(rule, { ...rule, ID: 'second', Priority: 2, Destination: { Bucket: `arn:aws:s3:::${Bucket}` } });
    s3.faults.plant({ kind: 'region-outage', region: 'eu-west-1' });
    await put('k');
    await s3.clock.advance(5000);
    expect(s3.service.versions(Bucket)).toHaveLength(1);
    expect((await head(source, SOURCE, 'k')).ReplicationStatus).toBe('PENDING');
  });
});

describe('faults of replication', () => {
  it.each([
    ['a Region outage', { kind: 'region-outage', region: 'eu-west-1' }],
    ['a partition', { kind: 'partition', from: 'eu-west-1', region: 'us-east-1' }],
  ] as const)('%s leaves versions pending, and replication goes on afterwards', async (_, fault) => {
    await setUp(rule);
    const { id } = s3.faults.plant(fault);
    await put('k');
    await s3.clock.advance(60_000);
    expect((await head(source, SOURCE, 'k')).ReplicationStatus).toBe('PENDING');
    expect(s3.service.versions(REPLICA)).toEqual([]);
    s3.faults.remove(id);
    await s3.settle();
    expect((await head(source, SOURCE, 'k')).ReplicationStatus).toBe('COMPLETED');
  });

  it('delay-replication holds one key back', async () => {
    await setUp(rule);
    s3.faults.plant({ kind: 'delay-replication', key: 'slow', delayMs: 30_000 });
    await put('slow');
    await put('fast');
    await s3.clock.advance(10_000);
    expect(s3.service.versions(REPLICA).map(({ key }) => key)).toEqual(['fast']);
    await s3.clock.advance(30_000);
    expect(s3.service.versions(REPLICA)).toHaveLength(2);
  });

  it('a refusing destination fails a version for good, and says why where metrics are on', async () => {
    const QueueArn = 'arn:aws:sqs:us-east-1:111122223333:failures';
    await setUp({ ...rule, Destination: { ...rule.Destination, Metrics: { Status: 'Enabled' } } } as ReplicationRule);
    await source.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: SOURCE,
        NotificationConfiguration: { QueueConfigurations: [{ QueueArn, Events: ['s3:Replication:*'] }] },
      }),
    );
    s3.faults.plant({ kind: 'deny', bucket: REPLICA });
    const { VersionId } = await put('k');
    await s3.settle();
    expect((await head(source, SOURCE, 'k')).ReplicationStatus).toBe('FAILED');
    expect(s3.delivered.flatMap(({ body }) => parseNotification(body))).toMatchObject([
      {
        eventName: 'Replication:OperationFailedReplication',
        s3: { object: { versionId: VersionId } },
        replicationEventData: {
          replicationRuleId: 'all',
          destinationBucket: `arn:aws:s3:::${REPLICA}`,
          s3Operation: 'OBJECT_PUT',
          failureReason: 'DstPutObjectNotPermitted',
        },
      },
    ]);
  });

  it.each([
    ['Enabled', ['Replication:OperationMissedThreshold', 'Replication:OperationReplicatedAfterThreshold']],
    ['Disabled', []],
  ] as const)('time control reports what is late, and when it came after all: %s', async (Status, expected) => {
    const QueueArn = 'arn:aws:sqs:us-east-1:111122223333:late';
    const ReplicationTime = { Status, Time: { Minutes: 15 } };
    const Metrics = { Status: 'Enabled', EventThreshold: { Minutes: 15 } } as const;
    await setUp({ ...rule, Destination: { Bucket: rule.Destination?.Bucket, ReplicationTime, Metrics } });
    await source.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: SOURCE,
        NotificationConfiguration: { QueueConfigurations: [{ QueueArn, Events: ['s3:Replication:*'] }] },
      }),
    );
    s3.faults.plant({ kind: 'delay-replication', delayMs: 20 * 60_000 });
    await put('k');
    await s3.clock.advance(30 * 60_000);
    await s3.settle();
    const names = s3.delivered.flatMap(({ body }) => parseNotification(body)).map(({ eventName }) => eventName);
    expect(names).toEqual(expected);
  });

  it('a version removed before it was copied leaves nothing behind', async () => {
    await setUp(rule);
    const { VersionId } = await put('k');
    await source.send(new DeleteObjectCommand({ Bucket: SOURCE, Key: 'k', VersionId }));
    await s3.settle();
    const { Versions } = await destination.send(new ListObjectVersionsCommand({ Bucket: REPLICA }));
    expect(Versions).toBeUndefined();
  });
});
