import assert from 'node:assert/strict';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { decodeKey } from '../../../src/ingest/decode-key.ts';
import { parseNotification } from '../../../src/ingest/s3-notification.ts';
import { compareSequencers } from '../../../src/model/sequencer.ts';
import { eventually } from '../../support/eventually.ts';
import { uniqueName } from '../../support/unique-name.ts';
import { allow, bodyOf, createBucket, createQueue, put, take, takeAll } from '../arrange.ts';
import type { Cases } from '../contract.ts';
import { refused } from '../refused.ts';
import { partBodies, uploadParts } from '../upload-parts.ts';
import { type EventRecord, nextRecord, watchBucket } from '../watch-bucket.ts';

export const notificationCases: Cases = {
  'a destination is told with a test event': async (cloud) => {
    const { bucket, queue } = await watchBucket(cloud, ['s3:ObjectCreated:*']);
    const body = bodyOf(await take(cloud, queue));
    assert.deepEqual([body['Event'], body['Bucket'], body['Records']], ['s3:TestEvent', bucket, undefined]);
  },
  'a notification configuration comes back as it was put': async (cloud) => {
    const { bucket, queue } = await watchBucket(cloud, ['s3:ObjectCreated:*'], { prefix: 'in/', suffix: '.bin' });
    const output = await cloud.s3(cloud.home).send(new GetBucketNotificationConfigurationCommand({ Bucket: bucket }));
    const [configuration] = output.QueueConfigurations ?? [];
    assert.deepEqual([configuration?.QueueArn, configuration?.Events], [queue.arn, ['s3:ObjectCreated:*']]);
    assert.deepEqual(
      configuration?.Filter?.Key?.FilterRules?.map(({ Name: name, Value: value }) => `${name?.toLowerCase()} ${value}`),
      ['prefix in/', 'suffix .bin'],
    );
  },
  'an upload is told with bucket, Region, key, size and ETag': async (cloud) => {
    const { bucket, queue } = await watchBucket(cloud, ['s3:ObjectCreated:Put']);
    const { etag } = await put(cloud, { bucket, key: 'k' });
    const { eventName, awsRegion, s3 } = await nextRecord(cloud, queue);
    const { key, size, eTag } = s3.object;
    assert.deepEqual(
      [eventName, awsRegion, s3.bucket.name, s3.bucket.arn, key, size, `"${eTag}"`],
      ['ObjectCreated:Put', cloud.home, bucket, `arn:aws:s3:::${bucket}`, 'k', 11, etag],
    );
  },
  'an upload into a versioned bucket is told with its version ID and a sequencer': async (cloud) => {
    const { bucket, queue } = await watchBucket(cloud, ['s3:ObjectCreated:*'], { versioned: true });
    const { versionId } = await put(cloud, { bucket, key: 'k' });
    const { object } = (await nextRecord(cloud, queue)).s3;
    assert.equal(object.versionId, versionId);
    assert.match(object.sequencer ?? '', /^[0-9A-F]{16,}$/i);
  },
  'the sequencers of one key follow the order of its writes': async (cloud) => {
    const { bucket, queue } = await watchBucket(cloud, ['s3:ObjectCreated:*'], { versioned: true });
    const written: string[] = [];
    for (const body of ['one', 'two', 'three']) written.push((await put(cloud, { bucket, key: 'k', body })).versionId);
    const told = [await nextRecord(cloud, queue), await nextRecord(cloud, queue), await nextRecord(cloud, queue)];
    const inOrder = told
      .map(({ s3 }) => s3.object)
      .toSorted((a, b) => compareSequencers(a.sequencer ?? '', b.sequencer ?? ''));
    assert.deepEqual(
      inOrder.map(({ versionId }) => versionId),
      written,
    );
  },
  'the key of an event is encoded, a space as a plus sign': async (cloud) => {
    const { bucket, queue } = await watchBucket(cloud, ['s3:ObjectCreated:*']);
    await put(cloud, { bucket, key: 'a b+c é.txt' });
    const { s3 } = await nextRecord(cloud, queue);
    assert.equal(s3.object.key, 'a+b%2Bc+%C3%A9.txt');
  },
  'the slashes in the key of an event are left as they are': async (cloud) => {
    const { bucket, queue } = await watchBucket(cloud, ['s3:ObjectCreated:*']);
    await put(cloud, { bucket, key: 'a/b//c' });
    const { s3 } = await nextRecord(cloud, queue);
    assert.equal(s3.object.key, 'a/b//c');
  },
  'our own parser finds the key of an event again': async (cloud) => {
    const { bucket, queue } = await watchBucket(cloud, ['s3:ObjectCreated:*']);
    const key = 'a b+c/100%～😀';
    const { etag } = await put(cloud, { bucket, key });
    const event = await eventually(async () => {
      const { Body: body = '' } = await take(cloud, queue);
      return parseNotification(body).events[0];
    });
    assert.deepEqual(
      [event.kind, event.object.bucket, event.object.region, event.object.key, `"${event.etag}"`, event.sizeBytes],
      ['created', bucket, cloud.home, key, etag, 11],
    );
  },
  'a multipart upload is told once, when it is completed': async (cloud) => {
    const { bucket, queue } = await watchBucket(cloud, ['s3:ObjectCreated:*']);
    const bodies = [partBodies[0] ?? Buffer.of(), Buffer.from('tail')];
    const { ETag: etag } = await uploadParts(cloud, { Bucket: bucket, Key: 'k' }, { bodies });
    const { eventName, s3 } = await nextRecord(cloud, queue);
    assert.deepEqual(
      [eventName, `"${s3.object.eTag}"`, s3.object.size],
      ['ObjectCreated:CompleteMultipartUpload', etag, 5 * 1024 ** 2 + 4],
    );
    assert.deepEqual(await takeAll(cloud, queue), []);
  },
  'a copy is told as a copy': async (cloud) => {
    const { bucket, queue } = await watchBucket(cloud, ['s3:ObjectCreated:Copy']);
    await put(cloud, { bucket, key: 'from' });
    await cloud.s3(cloud.home).send(new CopyObjectCommand({ Bucket: bucket, Key: 'to', CopySource: `${bucket}/from` }));
    const { eventName, s3 } = await nextRecord(cloud, queue);
    assert.deepEqual([eventName, s3.object.key], ['ObjectCreated:Copy', 'to']);
  },
  'a delete marker is told with its own version ID': async (cloud) => {
    const { bucket, queue } = await watchBucket(cloud, ['s3:ObjectRemoved:*'], { versioned: true });
    await put(cloud, { bucket, key: 'k' });
    const { VersionId: marker } = await cloud
      .s3(cloud.home)
      .send(new DeleteObjectCommand({ Bucket: bucket, Key: 'k' }));
    const { eventName, s3 } = await nextRecord(cloud, queue);
    assert.deepEqual([eventName, s3.object.versionId], ['ObjectRemoved:DeleteMarkerCreated', marker]);
  },
  'a deletion for good is told as one': async (cloud) => {
    const { bucket, queue } = await watchBucket(cloud, ['s3:ObjectRemoved:*']);
    await put(cloud, { bucket, key: 'k' });
    await cloud.s3(cloud.home).send(new DeleteObjectCommand({ Bucket: bucket, Key: 'k' }));
    const { eventName, s3 } = await nextRecord(cloud, queue);
    assert.deepEqual([eventName, s3.object.key], ['ObjectRemoved:Delete', 'k']);
  },
  'changed tags are told as such': async (cloud) => {
    const { bucket, queue } = await watchBucket(cloud, ['s3:ObjectTagging:*']);
    await put(cloud, { bucket, key: 'k' });
    const tagging = { TagSet: [{ Key: 'a', Value: 'b' }] };
    await cloud.s3(cloud.home).send(new PutObjectTaggingCommand({ Bucket: bucket, Key: 'k', Tagging: tagging }));
    assert.equal((await nextRecord(cloud, queue)).eventName, 'ObjectTagging:Put');
  },
  'prefix and suffix decide what is told': async (cloud) => {
    const { bucket, queue } = await watchBucket(cloud, ['s3:ObjectCreated:*'], { prefix: 'in/', suffix: '.bin' });
    for (const key of ['in/a.txt', 'out/a.bin', 'in/a.bin']) await put(cloud, { bucket, key });
    const { s3 } = await nextRecord(cloud, queue);
    assert.equal(decodeKey(s3.object.key), 'in/a.bin');
    assert.deepEqual(await takeAll(cloud, queue), []);
  },
  'events go through a topic to a queue': async (cloud) => {
    const bucket = await createBucket(cloud);
    const queue = await createQueue(cloud);
    const sns = cloud.sns(cloud.home);
    const name = uniqueName('contract');
    const arn = `arn:aws:sns:${cloud.home}:${cloud.account}:${name}`;
    const policy = allow('s3.amazonaws.com', 'sns:Publish', arn);
    const { TopicArn: topic } = await sns.send(new CreateTopicCommand({ Name: name, Attributes: { Policy: policy } }));
    await sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'sqs', Endpoint: queue.arn }));
    const configuration = { TopicConfigurations: [{ TopicArn: topic, Events: ['s3:ObjectCreated:*' as const] }] };
    await cloud
      .s3(cloud.home)
      .send(
        new PutBucketNotificationConfigurationCommand({ Bucket: bucket, NotificationConfiguration: configuration }),
      );
    await put(cloud, { bucket, key: 'k' });
    const { eventName, s3 } = await eventually(async () => {
      const message = JSON.parse(String(bodyOf(await take(cloud, queue))['Message'])) as { Records?: EventRecord[] };
      return message.Records?.[0];
    });
    assert.deepEqual([eventName, s3.object.key], ['ObjectCreated:Put', 'k']);
  },
  'a queue that does not exist is refused as a destination': async (cloud) => {
    const bucket = await createBucket(cloud);
    const arn = `arn:aws:sqs:${cloud.home}:${cloud.account}:contract-nowhere`;
    const configuration = { QueueConfigurations: [{ QueueArn: arn, Events: ['s3:ObjectCreated:*' as const] }] };
    const request = cloud
      .s3(cloud.home)
      .send(
        new PutBucketNotificationConfigurationCommand({ Bucket: bucket, NotificationConfiguration: configuration }),
      );
    await refused(request, { status: 400, code: 'InvalidArgument' });
  },
};
