import { causedBy } from './announce.ts';
import { testMessage } from './event-message.ts';
import { randomIdentifier } from './identifiers.ts';
import { parseNotifications, toNotificationConfiguration } from './notification-config.ts';
import { receiveText } from './receive.ts';
import type { BucketOperation, Call } from './s3-cloud.ts';
import { S3Error } from './s3-error.ts';
import { buildXml } from './xml.ts';

/**
 * From switching EventBridge on to the first event.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-event-notifications-eventbridge.html
 */
const EVENT_BRIDGE_AFTER_MS = 5 * 60_000;

export const putBucketNotification: BucketOperation = {
  name: 'PutBucketNotificationConfiguration',
  on: 'bucket',
  method: 'PUT',
  selectors: ['notification'],
  headers: ['x-amz-skip-destination-validation'],
  async run(call) {
    const { cloud, request, bucket } = call;
    const newId = (): string => randomIdentifier(cloud.world.random, 48);
    const { targets, eventBridge } = parseNotifications(await receiveText(cloud, request), bucket.region, newId);
    if (request.headers['x-amz-skip-destination-validation']?.toLowerCase() !== 'true') {
      for (const { kind, arn } of targets) if (kind !== 'function') await validateDestination(call, arn);
    }
    bucket.notifications = targets;
    if (!eventBridge) delete bucket.eventBridgeFromMs;
    else bucket.eventBridgeFromMs ??= cloud.world.clock.now() + EVENT_BRIDGE_AFTER_MS;
    return { status: 200 };
  },
};

/** A destination that does not take the test message is refused. */
async function validateDestination({ cloud, request, bucket }: Call, arn: string): Promise<void> {
  try {
    await cloud.world.deliver({
      targetArn: arn,
      body: testMessage(bucket, new Date(cloud.world.clock.now()), causedBy(request.raw)),
      sender: 's3.amazonaws.com',
      sourceArn: `arn:aws:s3:::${bucket.name}`,
      sourceAccount: bucket.account,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new S3Error('InvalidArgument', 'Unable to validate the following destination configurations', {
      details: { ArgumentName1: arn, ArgumentValue1: reason },
    });
  }
}

export const getBucketNotification: BucketOperation = {
  name: 'GetBucketNotificationConfiguration',
  on: 'bucket',
  method: 'GET',
  selectors: ['notification'],
  async run({ bucket }) {
    const body = buildXml(
      'NotificationConfiguration',
      toNotificationConfiguration({
        targets: bucket.notifications,
        eventBridge: bucket.eventBridgeFromMs !== undefined,
      }),
    );
    return { status: 200, headers: { 'content-type': 'application/xml' }, body };
  },
};
