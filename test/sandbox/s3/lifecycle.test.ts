import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketLifecycleCommand,
  DeleteObjectCommand,
  GetBucketLifecycleConfigurationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  type LifecycleRule,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startS3, type LocalS3 } from './local-s3.ts';
import { parseNotification } from './parse-notification.ts';

const Bucket = 'kept-euw1';
const TARGET = 'kept-use1';
const QueueArn = 'arn:aws:sqs:eu-west-1:111122223333:lifecycle';
const DAY_MS = 86_400_000;

let s3: LocalS3;
let client: S3Client;

beforeEach(async () => {
  s3 = await startS3();
  client = s3.client();
  await createBucket(Bucket, client);
  await client.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket,
      NotificationConfiguration: {
        QueueConfigurations: [{ QueueArn, Events: ['s3:LifecycleExpiration:*', 's3:LifecycleTransition'] }],
      },
    }),
  );
});

afterEach(async () => {
  await s3.close();
});

async function createBucket(name: string, at: S3Client): Promise<void> {
  const region = await at.config.region();
  const place =
    region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region as 'eu-west-1' } };
  await at.send(new CreateBucketCommand({ Bucket: name, ObjectLockEnabledForBucket: true, ...place }));
}

async function setRules(...Rules: LifecycleRule[]): Promise<void> {
  await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
}

const rule = (more: Partial<LifecycleRule>): LifecycleRule => ({
  ID: 'r',
  Status: 'Enabled',
  Filter: { Prefix: '' },
  ...more,
});

const put = async (Key: string, more: Partial<PutObjectCommandInput> = {}) =>
  await client.send(new PutObjectCommand({ Bucket, Key, Body: 'content', ...more }));

/** Past the midnight at which something of so many days is due. */
const pass = async (days: number) => await s3.clock.advance((days + 1) * DAY_MS);

/** What is stored: keys, with `-` where a delete marker is. */
const stored = () => s3.service.versions(Bucket).map(({ key, deleteMarker }) => (deleteMarker ? `${key} -` : key));

async function events() {
  await s3.settle();
  return s3.delivered
    .filter(({ targetArn }) => targetArn === QueueArn)
    .flatMap(({ body }) => parseNotification(body))
    .map(({ eventName }) => eventName);
}

describe('expiry', () => {
  it('is foretold by the rule that comes first, on HEAD, GET and PUT', async () => {
    await setRules(
      rule({ ID: 'late', Expiration: { Days: 9 } }),
      rule({ ID: 'soon é', Filter: { Prefix: 'in/' }, Expiration: { Days: 3 } }),
    );
    const { Expiration } = await put('in/k');
    const date = new Date(Math.ceil((s3.clock.now() + 3 * DAY_MS) / DAY_MS) * DAY_MS).toUTCString();
    expect(Expiration).toBe(`expiry-date="${date}", rule-id="soon%20%C3%A9"`);
    expect((await client.send(new HeadObjectCommand({ Bucket, Key: 'in/k' }))).Expiration).toBe(Expiration);
    expect((await client.send(new GetObjectCommand({ Bucket, Key: 'in/k' }))).Expiration).toBe(Expiration);
    await put('out');
    expect((await client.send(new HeadObjectCommand({ Bucket, Key: 'out' }))).Expiration).toMatch(/rule-id="late"$/);
  });

  it('puts a delete marker of midnight on the current version, and tells of it', async () => {
    await setRules(rule({ Filter: { Prefix: 'in/' }, Expiration: { Days: 2 } }));
    const { VersionId } = await put('in/k');
    await put('out');
    await pass(1);
    expect(stored()).toEqual(['in/k', 'out']);
    await pass(1);
    expect(stored()).toEqual(['in/k -', 'in/k', 'out']);
    expect(await events()).toEqual(['LifecycleExpiration:DeleteMarkerCreated']);
    const hidden = await client.send(new HeadObjectCommand({ Bucket, Key: 'in/k', VersionId }));
    // Only of a current version S3 can say when it will expire.
    expect(hidden.Expiration).toBeUndefined();
  });

  it.each([
    ['its tags', { Filter: { And: { Prefix: '', Tags: [{ Key: 'a', Value: '1' }] } } }],
    ['its size', { Filter: { ObjectSizeLessThan: 5 } }],
    ['being off', { Status: 'Disabled' }],
    ['a date to come', { Expiration: { Date: new Date('2100-01-01T00:00:00Z') } }],
  ] as const)('leaves alone what a rule does not mean, by %s', async (_, more) => {
    await setRules(rule({ Expiration: { Days: 1 }, ...(more as Partial<LifecycleRule>) }));
    await put('k');
    await pass(3);
    expect(stored()).toEqual(['k']);
  });

  it('removes noncurrent versions by age, except the newest ones', async () => {
    await setRules(rule({ NoncurrentVersionExpiration: { NoncurrentDays: 2, NewerNoncurrentVersions: 1 } }));
    for (let count = 0; count < 4; count += 1) await put('k');
    await pass(2);
    expect(stored()).toEqual(['k', 'k']);
    expect(await events()).toEqual(['LifecycleExpiration:Delete', 'LifecycleExpiration:Delete']);
  });

  it.each([
    ['expired delete markers', { ExpiredObjectDeleteMarker: true }],
    ['an age', { Days: 1 }],
  ])('sweeps a delete marker over nothing by %s', async (_, Expiration) => {
    await setRules(rule({ Expiration, NoncurrentVersionExpiration: { NoncurrentDays: 1 } }));
    await put('k');
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    await pass(3);
    expect(stored()).toEqual([]);
  });

  it('spares what is locked', async () => {
    await setRules(rule({ NoncurrentVersionExpiration: { NoncurrentDays: 1 } }));
    const { VersionId } = await put('k');
    await client.send(new PutObjectLegalHoldCommand({ Bucket, Key: 'k', VersionId, LegalHold: { Status: 'ON' } }));
    await put('k');
    await pass(2);
    expect(stored()).toEqual(['k', 'k']);
  });

  it('ends where the rules are taken away', async () => {
    await setRules(rule({ Expiration: { Days: 2 } }));
    await put('k');
    await client.send(new DeleteBucketLifecycleCommand({ Bucket }));
    await pass(4);
    expect(stored()).toEqual(['k']);
    await expect(client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).rejects.toMatchObject({
      name: 'NoSuchLifecycleConfiguration',
    });
  });
});

describe('transition', () => {
  const Transitions = [
    { Days: 1, StorageClass: 'STANDARD_IA' },
    { Days: 3, StorageClass: 'GLACIER' },
  ] as const;

  const classOf = async (Key: string) => (await client.send(new HeadObjectCommand({ Bucket, Key }))).StorageClass;

  it('goes from class to class, and tells of each', async () => {
    await setRules(rule({ Filter: { ObjectSizeGreaterThan: 1 }, Transitions: [...Transitions] }));
    await put('k');
    await pass(1);
    expect(await classOf('k')).toBe('STANDARD_IA');
    await pass(1);
    expect(await classOf('k')).toBe('GLACIER');
    expect(await events()).toEqual(['LifecycleTransition', 'LifecycleTransition']);
    const [first] = s3.delivered.flatMap(({ body }) => parseNotification(body));
    expect(first).toMatchObject({
      lifecycleEventData: { transitionEventData: { destinationStorageClass: 'STANDARD_IA' } },
    });
  });

  it('never warms up, and leaves small objects where no rule speaks of sizes', async () => {
    await setRules(rule({ Transitions: [{ Days: 1, StorageClass: 'STANDARD_IA' }] }));
    await put('cold', { StorageClass: 'DEEP_ARCHIVE', Body: Buffer.alloc(140_000) });
    await put('small');
    await pass(1);
    expect([await classOf('cold'), await classOf('small')]).toEqual(['DEEP_ARCHIVE', undefined]);
  });

  it('takes noncurrent versions by their own age', async () => {
    const NoncurrentVersionTransitions = [{ NoncurrentDays: 1, StorageClass: 'GLACIER_IR' }] as const;
    await setRules(
      rule({
        Filter: { ObjectSizeGreaterThan: 1 },
        NoncurrentVersionTransitions: [...NoncurrentVersionTransitions],
      }),
    );
    const { VersionId } = await put('k');
    await put('k');
    await pass(1);
    const old = await client.send(new HeadObjectCommand({ Bucket, Key: 'k', VersionId }));
    expect([old.StorageClass, await classOf('k')]).toEqual(['GLACIER_IR', undefined]);
  });
});

it('uploads that nobody completes are aborted', async () => {
  await setRules(rule({ Filter: { Prefix: 'in/' }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 } }));
  for (const Key of ['in/k', 'out']) await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  await pass(2);
  const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
  expect(Uploads?.map(({ Key }) => Key)).toEqual(['out']);
});

describe('with replication', () => {
  let target: S3Client;

  beforeEach(async () => {
    target = s3.client('us-east-1');
    await createBucket(TARGET, target);
    const Rules = [
      {
        ID: 'all',
        Status: 'Enabled' as const,
        Priority: 1,
        Filter: {},
        DeleteMarkerReplication: { Status: 'Enabled' as const },
        Destination: { Bucket: `arn:aws:s3:::${TARGET}` },
      },
    ];
    const ReplicationConfiguration = { Role: 'arn:aws:iam::111122223333:role/crr', Rules };
    await client.send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration }));
    await setRules(rule({ Expiration: { Days: 1 } }));
  });

  it('delete markers of lifecycle stay where they are', async () => {
    await put('k');
    await s3.settle();
    await pass(1);
    await s3.settle();
    expect(stored()).toEqual(['k -', 'k']);
    expect(s3.service.versions(TARGET)).toMatchObject([{ key: 'k', deleteMarker: false }]);
  });

  it.each([
    ['pending', { kind: 'region-outage', region: 'us-east-1' }],
    ['failed', { kind: 'fail-replication', bucket: TARGET }],
  ] as const)('what is %s is not touched', async (_, fault) => {
    s3.faults.plant(fault);
    await put('k');
    await s3.clock.advance(3000);
    await s3.clock.advance(DAY_MS * 2.5);
    expect(stored()).toEqual(['k']);
  });
});

describe('a lifecycle configuration', () => {
  it('comes back as it was put', async () => {
    const rules = [
      rule({ Filter: { Prefix: 'log/' }, Expiration: { Days: 3 } }),
      rule({ ID: 'marker', Expiration: { ExpiredObjectDeleteMarker: true } }),
    ];
    await setRules(...rules);
    const found = await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect(found.Rules).toEqual(rules);
    expect(found.TransitionDefaultMinimumObjectSize).toBe('all_storage_classes_128K');
  });

  it.each([
    ['days and date', rule({ Expiration: { Days: 1, Date: new Date('2100-01-01T00:00:00Z') } }), 'MalformedXML'],
    ['a date that is no midnight', rule({ Expiration: { Date: new Date('2100-01-01T01:00:00Z') } }), 'InvalidArgument'],
    ['no day', rule({ Expiration: { Days: 0 } }), 'InvalidArgument'],
    ['nothing to do', rule({}), 'InvalidRequest'],
    ['an unknown class', rule({ Transitions: [{ Days: 1, StorageClass: 'ICE' as 'GLACIER' }] }), 'InvalidStorageClass'],
    ['no filter', { ID: 'r', Status: 'Enabled', Expiration: { Days: 1 } }, 'MalformedXML'],
  ] as const)('is refused for %s', async (_, wrong, name) => {
    await expect(setRules(wrong as LifecycleRule)).rejects.toMatchObject({ name });
  });

  it('is refused by name for what the sandbox does not do', async () => {
    const body =
      '<LifecycleConfiguration><Rule><ID>r</ID><Status>Enabled</Status><Filter/><Freeze/></Rule></LifecycleConfiguration>';
    const response = await fetch(`${s3.endpoint}/${Bucket}?lifecycle`, {
      method: 'PUT',
      body,
      headers: { authorization: 'Credential=A/20260101/eu-west-1/s3/aws4_request' },
    });
    expect([response.status, await response.text()]).toEqual([501, expect.stringContaining('Freeze')]);
  });
});

it('an object without versions is gone, and a null version is hidden by a null marker', async () => {
  const plain = 'plain-euw1';
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
  await client.send(new CreateBucketCommand({ Bucket: plain, CreateBucketConfiguration }));
  const Rules = [rule({ Expiration: { Days: 1 } })];
  await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket: plain, LifecycleConfiguration: { Rules } }));
  await client.send(new PutObjectCommand({ Bucket: plain, Key: 'never', Body: 'x' }));
  await pass(1);
  expect(s3.service.versions(plain)).toEqual([]);
  await client.send(
    new PutBucketVersioningCommand({ Bucket: plain, VersioningConfiguration: { Status: 'Suspended' } }),
  );
  await client.send(new PutObjectCommand({ Bucket: plain, Key: 'null', Body: 'x' }));
  await pass(1);
  expect(s3.service.versions(plain)).toMatchObject([{ key: 'null', versionId: 'null', deleteMarker: true }]);
});
