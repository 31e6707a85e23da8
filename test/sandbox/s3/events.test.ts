import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
  type NotificationConfiguration,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compareSequencers } from '../../../src/model/sequencer.ts';
import { createSequencer } from '../../../src/sandbox/s3/identifiers.ts';
import { parseNotification } from './parse-notification.ts';
import { startS3, type LocalS3 } from './local-s3.ts';

const Bucket = 'events-euw1';
const QueueArn = 'arn:aws:sqs:eu-west-1:111122223333:signals';
const TopicArn = 'arn:aws:sns:eu-west-1:111122223333:alerts';

let s3: LocalS3;
let client: S3Client;

beforeEach(async () => {
  s3 = await startS3();
  client = s3.client();
  await client.send(
    new CreateBucketCommand({
      Bucket,
      ObjectOwnership: 'ObjectWriter',
      CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
    }),
  );
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
});

afterEach(async () => {
  await s3.close();
});

async function subscribe(NotificationConfiguration: NotificationConfiguration): Promise<void> {
  await client.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
}

const everything = {
  QueueConfigurations: [
    { QueueArn, Events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:ObjectTagging:*', 's3:ObjectAcl:Put'] },
  ],
} satisfies NotificationConfiguration;

async function put(Key: string, Body = 'x') {
  return await client.send(new PutObjectCommand({ Bucket, Key, Body }));
}

async function records() {
  await s3.settle();
  return s3.delivered.splice(0).flatMap(({ body }) => parseNotification(body));
}

describe('notifications', () => {
  it('begin with a test event, from S3 for the bucket', async () => {
    await subscribe({ ...everything, TopicConfigurations: [{ TopicArn, Events: ['s3:Replication:*'] }] });
    expect(s3.delivered.map(({ targetArn }) => targetArn)).toEqual([TopicArn, QueueArn]);
    expect(s3.delivered[0]).toMatchObject({
      sender: 's3.amazonaws.com',
      sourceArn: `arn:aws:s3:::${Bucket}`,
      sourceAccount: '111122223333',
    });
    expect(JSON.parse(s3.delivered[0]?.body ?? '')).toMatchObject({
      Service: 'Amazon S3',
      Event: 's3:TestEvent',
      Bucket,
    });
  });

  it('say what was put, with the key URL-encoded', async () => {
    await subscribe(everything);
    s3.delivered.length = 0;
    const answer = await put('dir/a b+c%é😀', 'content');
    expect(await records()).toMatchObject([
      {
        eventVersion: '2.6',
        eventSource: 'aws:s3',
        awsRegion: 'eu-west-1',
        eventName: 'ObjectCreated:Put',
        userIdentity: { principalId: expect.stringMatching(/^AWS:AROA[0-9A-F]{17}:writer$/) as string },
        responseElements: { 'x-amz-request-id': answer.$metadata.requestId },
        s3: {
          bucket: { name: Bucket, arn: `arn:aws:s3:::${Bucket}` },
          object: {
            key: 'dir/a+b%2Bc%25%C3%A9%F0%9F%98%80',
            size: 7,
            eTag: answer.ETag?.replaceAll('"', ''),
            versionId: answer.VersionId,
            sequencer: expect.stringMatching(/^[0-9A-F]{18}$/) as string,
          },
        },
      },
    ]);
  });

  it('come for every kind of change, once each', async () => {
    await subscribe(everything);
    s3.delivered.length = 0;
    await put('k');
    await client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/k` }));
    const Tagging = { TagSet: [{ Key: 'a', Value: '1' }] };
    for (const _ of [1, 2]) await client.send(new PutObjectTaggingCommand({ Bucket, Key: 'k', Tagging }));
    await client.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'k' }));
    for (const _ of [1, 2]) await client.send(new PutObjectAclCommand({ Bucket, Key: 'k', ACL: 'public-read' }));
    const { VersionId } = await client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId }));
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }));
    const at = { Bucket, Key: 'parts', UploadId };
    const { ETag, ChecksumCRC32 } = await client.send(new UploadPartCommand({ ...at, PartNumber: 1, Body: 'x' }));
    const Parts = [{ PartNumber: 1, ETag, ChecksumCRC32 }];
    await client.send(new CompleteMultipartUploadCommand({ ...at, MultipartUpload: { Parts } }));
    const names = (await records()).map(({ eventName }) => eventName);
    expect(names).toEqual([
      'ObjectCreated:Put',
      'ObjectCreated:Copy',
      'ObjectTagging:Put',
      'ObjectTagging:Delete',
      'ObjectAcl:Put',
      'ObjectRemoved:DeleteMarkerCreated',
      'ObjectRemoved:Delete',
      'ObjectCreated:CompleteMultipartUpload',
    ]);
  });

  it('carry sequencers that grow for one key', async () => {
    await subscribe(everything);
    s3.delivered.length = 0;
    for (const body of ['1', '2', '3', '4']) await put('k', body);
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    const sequencers = (await records()).map(({ s3: { object } }) => object.sequencer ?? '');
    expect(sequencers).toEqual([...new Set(sequencers)].toSorted());
    expect(sequencers).toHaveLength(5);
  });

  it('honour prefix and suffix', async () => {
    const FilterRules = [
      { Name: 'prefix' as const, Value: 'in/' },
      { Name: 'suffix' as const, Value: '.csv' },
    ];
    await subscribe({
      QueueConfigurations: [{ QueueArn, Events: ['s3:ObjectCreated:Put'], Filter: { Key: { FilterRules } } }],
    });
    s3.delivered.length = 0;
    for (const key of ['in/a.csv', 'in/a.txt', 'out/a.csv']) await put(key);
    expect((await records()).map(({ s3: { object } }) => object.key)).toEqual(['in/a.csv']);
    const found = await client.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    expect(found.QueueConfigurations).toMatchObject([{ QueueArn, Id: expect.any(String) as string }]);
    expect(found.QueueConfigurations?.[0]?.Filter?.Key?.FilterRules).toHaveLength(2);
  });

  it.each([
    [
      'that overlap',
      {
        QueueConfigurations: [
          { QueueArn, Events: ['s3:ObjectCreated:Put'] },
          { QueueArn, Events: ['s3:ObjectCreated:*'] },
        ],
      },
    ],
    [
      'of another Region',
      {
        QueueConfigurations: [{ QueueArn: QueueArn.replace('eu-west-1', 'us-east-1'), Events: ['s3:ObjectCreated:*'] }],
      },
    ],
    ['with a FIFO queue', { QueueConfigurations: [{ QueueArn: `${QueueArn}.fifo`, Events: ['s3:ObjectCreated:*'] }] }],
    ['with an event that does not exist', { QueueConfigurations: [{ QueueArn, Events: ['s3:ObjectRead:*'] }] }],
  ])('are refused with entries %s', async (_, configuration) => {
    await expect(subscribe(configuration as NotificationConfiguration)).rejects.toMatchObject({
      name: 'InvalidArgument',
    });
    const { QueueConfigurations } = await client.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    expect(QueueConfigurations).toBeUndefined();
  });

  it('are refused where the destination does not take the test event, unless it is not asked', async () => {
    s3.refusing.add(QueueArn);
    await expect(subscribe(everything)).rejects.toMatchObject({ name: 'InvalidArgument' });
    await client.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket,
        NotificationConfiguration: everything,
        SkipDestinationValidation: true,
      }),
    );
  });

  it('arrive later where the destination was away', async () => {
    await subscribe(everything);
    s3.delivered.length = 0;
    s3.refusing.add(QueueArn);
    await put('k');
    await s3.clock.advance(10_000);
    expect(s3.delivered).toEqual([]);
    s3.refusing.clear();
    await s3.clock.advance(30_000);
    expect(await records()).toHaveLength(1);
  });
});

it('sequencers grow where time stands still or goes back', () => {
  let now = 1_790_000_000_000;
  const next = createSequencer({ clock: { now: () => now, schedule: () => ({ cancel: () => undefined }) } });
  const first = next();
  const second = next();
  now -= 1000;
  const third = next();
  now += 5000;
  const all = [first, second, third, next()];
  expect(all).toEqual([...new Set(all)].toSorted(compareSequencers));
});

describe('faults of events', () => {
  it.each([
    ['lose-event', ['b']],
    ['duplicate-event', ['a', 'a', 'b']],
  ] as const)('%s', async (kind, expected) => {
    await subscribe(everything);
    s3.delivered.length = 0;
    s3.faults.plant({ kind, bucket: Bucket, key: 'a' });
    await put('a');
    await put('b');
    expect((await records()).map(({ s3: { object } }) => object.key).toSorted()).toEqual(expected);
  });

  it('delay-event lets later events overtake', async () => {
    await subscribe(everything);
    s3.delivered.length = 0;
    s3.faults.plant({ kind: 'delay-event', key: 'a', delayMs: 5000 });
    for (const key of ['a', 'b', 'c']) await put(key);
    expect((await records()).map(({ s3: { object } }) => object.key)).toEqual(['b', 'c', 'a']);
  });

  it('reorder-events changes the order and loses nothing', async () => {
    await subscribe(everything);
    s3.delivered.length = 0;
    s3.faults.plant({ kind: 'reorder-events' });
    const keys = Array.from('abcdefghij');
    for (const key of keys) await put(key);
    const seen = (await records()).map(({ s3: { object } }) => object.key);
    expect(seen).not.toEqual(keys);
    expect(seen.toSorted()).toEqual(keys);
  });
});
