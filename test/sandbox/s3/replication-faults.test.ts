import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
  type ReplicationRule,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FaultPlan } from '../../../src/sandbox/faults.ts';
import { startS3, type LocalS3 } from './local-s3.ts';
import { parseNotification } from './parse-notification.ts';

const SOURCE = 'orders-use1';
const [NEAR, FAR] = ['orders-euw1', 'orders-usw2'];
const QueueArn = 'arn:aws:sqs:us-east-1:111122223333:failures';

let s3: LocalS3;
let source: S3Client;
const clients: Record<string, S3Client> = {};

beforeEach(async () => {
  s3 = await startS3();
  source = s3.client('us-east-1');
  clients[NEAR] = s3.client('eu-west-1');
  clients[FAR] = s3.client('us-west-2');
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await source.send(new CreateBucketCommand({ Bucket: SOURCE }));
  await source.send(new PutBucketVersioningCommand({ Bucket: SOURCE, VersioningConfiguration }));
  for (const [Bucket, region] of [
    [NEAR, 'eu-west-1'],
    [FAR, 'us-west-2'],
  ] as const) {
    const CreateBucketConfiguration = { LocationConstraint: region };
    await at(Bucket).send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
    await at(Bucket).send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  }
  await source.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: SOURCE,
      NotificationConfiguration: { QueueConfigurations: [{ QueueArn, Events: ['s3:Replication:*'] }] },
    }),
  );
  const Rules = [rule(NEAR, 1), rule(FAR, 2)];
  const ReplicationConfiguration = { Role: 'arn:aws:iam::111122223333:role/crr', Rules };
  await source.send(new PutBucketReplicationCommand({ Bucket: SOURCE, ReplicationConfiguration }));
});

afterEach(async () => {
  await s3.close();
});

function at(bucket: string): S3Client {
  const client = clients[bucket];
  if (client === undefined) throw new Error(`there is no ${bucket}`);
  return client;
}

function rule(bucket: string, Priority: number): ReplicationRule {
  return {
    ID: bucket,
    Status: 'Enabled',
    Priority,
    Filter: {},
    DeleteMarkerReplication: { Status: 'Enabled' },
    Destination: {
      Bucket: `arn:aws:s3:::${bucket}`,
      Metrics: { Status: 'Enabled', EventThreshold: { Minutes: 15 } },
    },
  };
}

const put = async (Key: string) => await source.send(new PutObjectCommand({ Bucket: SOURCE, Key, Body: 'content' }));

const statusOf = async (Key: string) =>
  (await source.send(new HeadObjectCommand({ Bucket: SOURCE, Key }))).ReplicationStatus;

const keysOf = (bucket: string) => s3.service.versions(bucket).map(({ key }) => key);

/** What was told of replications: rule and reason. */
function failures(): readonly (readonly unknown[])[] {
  return s3.delivered
    .flatMap(({ body }) => parseNotification(body))
    .map(({ replicationEventData: data }) => [data?.['replicationRuleId'], data?.['failureReason']]);
}

describe('several destinations', () => {
  it('come to different ends, and the status speaks of all of them', async () => {
    s3.faults.plant({ kind: 'fail-replication', bucket: NEAR, reason: 'DstKmsKeyNotFound' });
    s3.faults.plant({ kind: 'delay-replication', bucket: FAR, delayMs: 30_000 });
    await put('k');
    await s3.clock.advance(5000);
    expect(failures()).toEqual([[NEAR, 'DstKmsKeyNotFound']]);
    // The other destination is not done: only then the status is final.
    expect(await statusOf('k')).toBe('PENDING');
    await s3.clock.advance(30_000);
    await s3.settle();
    expect(await statusOf('k')).toBe('FAILED');
    expect([keysOf(NEAR), keysOf(FAR)]).toEqual([[], ['k']]);
  });

  it('stay pending while one is down, whatever the other says', async () => {
    s3.faults.plant({ kind: 'region-outage', region: 'eu-west-1' });
    s3.faults.plant({ kind: 'fail-replication', region: 'us-west-2' });
    await put('k');
    await s3.clock.advance(10_000);
    expect(await statusOf('k')).toBe('PENDING');
    expect(failures()).toEqual([[FAR, 'DstPutObjectNotPermitted']]);
  });
});

describe('a planted failure', () => {
  it.each([
    ['the key', { key: 'in/*' }, ['in/k']],
    ['the operation', { operation: 'ReplicateDelete' }, []],
    ['another bucket', { bucket: 'elsewhere' }, []],
  ] satisfies readonly (readonly [string, Partial<FaultPlan>, readonly string[]])[])(
    'hits by %s',
    async (_, more, failed) => {
      s3.faults.plant({ kind: 'fail-replication', region: 'eu-west-1', reason: 'DstKmsKeyInvalidState', ...more });
      await put('in/k');
      await put('out');
      await s3.settle();
      expect(failures()).toEqual(failed.map(() => [NEAR, 'DstKmsKeyInvalidState']));
      expect(keysOf(NEAR)).toEqual(['in/k', 'out'].filter((key) => failed.every((name) => name !== key)));
    },
  );
});

describe('a lost replica', () => {
  it('is reported as done, and is not there', async () => {
    s3.faults.plant({ kind: 'lose-replica', bucket: NEAR, times: 1 });
    await put('k');
    await s3.settle();
    expect(await statusOf('k')).toBe('COMPLETED');
    expect([keysOf(NEAR), keysOf(FAR)]).toEqual([[], ['k']]);
    expect(failures()).toEqual([]);
  });

  it('has nothing that a later change could go to', async () => {
    s3.faults.plant({ kind: 'lose-replica', bucket: NEAR, times: 1 });
    await put('k');
    await s3.settle();
    const Tagging = { TagSet: [{ Key: 'a', Value: '1' }] };
    await source.send(new PutObjectTaggingCommand({ Bucket: SOURCE, Key: 'k', Tagging }));
    await s3.settle();
    expect(failures()).toEqual([[NEAR, 'DstVersionNotFound']]);
    expect(await statusOf('k')).toBe('FAILED');
    const far = await at(FAR).send(new GetObjectTaggingCommand({ Bucket: FAR, Key: 'k' }));
    expect(far.TagSet).toEqual(Tagging.TagSet);
  });
});

describe('a change of a version', () => {
  it('waits for the version itself, which is still on its way', async () => {
    s3.faults.plant({ kind: 'delay-replication', bucket: NEAR, operation: 'ReplicateObject', delayMs: 20_000 });
    await put('k');
    const Tagging = { TagSet: [{ Key: 'a', Value: '1' }] };
    await source.send(new PutObjectTaggingCommand({ Bucket: SOURCE, Key: 'k', Tagging }));
    await s3.clock.advance(10_000);
    expect([keysOf(NEAR), failures(), await statusOf('k')]).toEqual([[], [], 'PENDING']);
    await s3.clock.advance(15_000);
    await s3.settle();
    const near = await at(NEAR).send(new GetObjectTaggingCommand({ Bucket: NEAR, Key: 'k' }));
    expect([near.TagSet, await statusOf('k')]).toEqual([Tagging.TagSet, 'COMPLETED']);
  });

  it('brings over what was changed, and leaves the rest of the replica as it is', async () => {
    const { VersionId: versionId = '' } = await put('k');
    await s3.settle();
    const drift = { kind: 'drift', change: { metadata: { drifted: 'yes' }, acl: 'public-read' } } as const;
    await s3.service.corrupt({ bucket: NEAR, key: 'k', versionId }, drift);
    const Tagging = { TagSet: [{ Key: 'a', Value: '1' }] };
    await source.send(new PutObjectTaggingCommand({ Bucket: SOURCE, Key: 'k', Tagging }));
    await s3.settle();
    const head = await at(NEAR).send(new HeadObjectCommand({ Bucket: NEAR, Key: 'k' }));
    expect(head).toMatchObject({ Metadata: { drifted: 'yes' }, TagCount: 1 });
  });

  it('does not go to a destination that the version never went to', async () => {
    await put('before');
    await s3.settle();
    const tagged = {
      ...rule(FAR, 2),
      Filter: { Tag: { Key: 'a', Value: '1' } },
      DeleteMarkerReplication: { Status: 'Disabled' },
    } as const;
    const ReplicationConfiguration = { Role: 'arn:aws:iam::111122223333:role/crr', Rules: [rule(NEAR, 1), tagged] };
    await source.send(new PutBucketReplicationCommand({ Bucket: SOURCE, ReplicationConfiguration }));
    await put('after');
    await s3.settle();
    const Tagging = { TagSet: [{ Key: 'a', Value: '1' }] };
    await source.send(new PutObjectTaggingCommand({ Bucket: SOURCE, Key: 'after', Tagging }));
    await s3.settle();
    expect([failures(), await statusOf('after')]).toEqual([[], 'COMPLETED']);
    expect(keysOf(FAR)).toEqual(['before']);
  });
});

describe('a lost object', () => {
  it.each([
    ['at once', async () => void (await s3.service.corrupt({ bucket: SOURCE, key: 'k' }, { kind: 'lose-object' }))],
    ['after its upload', async () => undefined],
  ])('is gone without an event: %s', async (when, lose) => {
    if (when !== 'at once') s3.faults.plant({ kind: 'lose-object', bucket: SOURCE, key: 'k', operation: 'PutObject' });
    await source.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: SOURCE,
        NotificationConfiguration: { QueueConfigurations: [{ QueueArn, Events: ['s3:ObjectRemoved:*'] }] },
      }),
    );
    await put('k');
    await lose();
    await s3.settle();
    expect([keysOf(SOURCE), failures()]).toEqual([[], []]);
    await expect(statusOf('k')).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('can be one that replication brought', async () => {
    s3.faults.plant({ kind: 'lose-object', bucket: NEAR });
    await put('k');
    await s3.settle();
    expect([keysOf(NEAR), await statusOf('k')]).toEqual([[], 'COMPLETED']);
  });
});

describe('real causes', () => {
  it.each([
    ['DstBucketUnversioned', async () => suspend(NEAR)],
    ['DstBucketNotFound', async () => void (await at(NEAR).send(new DeleteBucketCommand({ Bucket: NEAR })))],
  ])('give the reason %s', async (reason, cause) => {
    await cause();
    await put('k');
    await s3.settle();
    expect(failures()).toEqual([[NEAR, reason]]);
    expect(await statusOf('k')).toBe('FAILED');
  });

  it('an Object Lock that only the source has is one', async () => {
    const Bucket = 'locked-use1';
    await source.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
    const ReplicationConfiguration = { Role: 'arn:aws:iam::111122223333:role/crr', Rules: [rule(NEAR, 1)] };
    await source.send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration }));
    await source.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket,
        NotificationConfiguration: { QueueConfigurations: [{ QueueArn, Events: ['s3:Replication:*'] }] },
      }),
    );
    await source.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    await s3.settle();
    expect(failures()).toEqual([[NEAR, 'DstBucketObjectLockConfigMissing']]);
  });

  it('a key of another Region than the destination is one', async () => {
    const withKey: ReplicationRule = {
      ...rule(NEAR, 1),
      SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
      Destination: {
        ...rule(NEAR, 1).Destination,
        Bucket: `arn:aws:s3:::${NEAR}`,
        EncryptionConfiguration: { ReplicaKmsKeyID: 'arn:aws:kms:us-east-1:111122223333:key/1' },
      },
    };
    const ReplicationConfiguration = { Role: 'arn:aws:iam::111122223333:role/crr', Rules: [withKey] };
    await source.send(new PutBucketReplicationCommand({ Bucket: SOURCE, ReplicationConfiguration }));
    const kms = { Bucket: SOURCE, Key: 'k', Body: 'x', ServerSideEncryption: 'aws:kms' } as const;
    await source.send(new PutObjectCommand(kms));
    await s3.settle();
    expect(failures()).toEqual([[NEAR, 'DstKmsKeyNotFound']]);
  });

  async function suspend(Bucket: string): Promise<void> {
    const VersioningConfiguration = { Status: 'Suspended' } as const;
    await at(Bucket).send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  }
});

describe('replication numbers', () => {
  const near = () => s3.service.replicationNumbers().find(({ ruleId }) => ruleId === NEAR);

  it('tell what is pending, how late it is, and what failed', async () => {
    expect(near()).toEqual({
      sourceBucket: SOURCE,
      sourceRegion: 'us-east-1',
      destinationBucket: NEAR,
      destinationRegion: 'eu-west-1',
      ruleId: NEAR,
      pendingOperations: 0,
      pendingBytes: 0,
      latencyMs: 0,
      failedOperations: 0,
      operations: 0,
    });
    const outage = s3.faults.plant({ kind: 'region-outage', region: 'eu-west-1' });
    await put('a');
    await put('b');
    const Tagging = { TagSet: [{ Key: 'a', Value: '1' }] };
    await source.send(new PutObjectTaggingCommand({ Bucket: SOURCE, Key: 'a', Tagging }));
    await s3.clock.advance(60_000);
    // The change of a tag is an operation without bytes.
    expect(near()).toMatchObject({ pendingOperations: 3, pendingBytes: 14, failedOperations: 0 });
    expect(near()?.latencyMs).toBeGreaterThanOrEqual(60_000);
    s3.faults.remove(outage.id);
    s3.faults.plant({ kind: 'fail-replication', bucket: NEAR, key: 'b' });
    await s3.clock.advance(5000);
    await s3.settle();
    expect(near()).toMatchObject({
      pendingOperations: 0,
      pendingBytes: 0,
      latencyMs: 0,
      failedOperations: 1,
      operations: 3,
    });
  });

  it('stop naming the Region of a destination that is gone', async () => {
    await at(NEAR).send(new DeleteBucketCommand({ Bucket: NEAR }));
    expect(near()).not.toHaveProperty('destinationRegion');
  });
});

it('a version that was deleted at the destination is not brought back by a change', async () => {
  const { VersionId } = await put('k');
  await s3.settle();
  await at(NEAR).send(new DeleteObjectCommand({ Bucket: NEAR, Key: 'k', VersionId }));
  const Tagging = { TagSet: [{ Key: 'a', Value: '1' }] };
  await source.send(new PutObjectTaggingCommand({ Bucket: SOURCE, Key: 'k', Tagging }));
  await s3.settle();
  expect([keysOf(NEAR), failures()]).toEqual([[], [[NEAR, 'DstVersionNotFound']]]);
});

it('a delete marker can fail alone', async () => {
  const fault: FaultPlan = {
    kind: 'fail-replication',
    bucket: NEAR,
    operation: 'ReplicateDelete',
    reason: 'DstDelObjNotPermitted',
  };
  s3.faults.plant(fault);
  await put('k');
  await source.send(new DeleteObjectCommand({ Bucket: SOURCE, Key: 'k' }));
  await s3.settle();
  expect(s3.service.versions(NEAR)).toMatchObject([{ key: 'k', deleteMarker: false }]);
  expect(failures()).toEqual([[NEAR, 'DstDelObjNotPermitted']]);
});

it('a multipart object arrives whole, with its own time', async () => {
  const object = { Bucket: SOURCE, Key: 'parts' };
  const { UploadId } = await source.send(new CreateMultipartUploadCommand(object));
  await s3.clock.advance(60_000);
  const { ETag } = await source.send(new UploadPartCommand({ ...object, UploadId, PartNumber: 1, Body: 'x' }));
  await source.send(
    new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload: { Parts: [{ ETag, PartNumber: 1 }] } }),
  );
  await s3.settle();
  const [here, there] = await Promise.all([
    source.send(new HeadObjectCommand(object)),
    at(NEAR).send(new HeadObjectCommand({ ...object, Bucket: NEAR })),
  ]);
  expect(there.LastModified).toEqual(here.LastModified);
  expect(s3.clock.now() - (here.LastModified?.getTime() ?? 0)).toBeGreaterThanOrEqual(60_000);
});
