import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
} from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { MARK, queueNames } from '../names.ts';
import { putSmall } from '../put-object.ts';
import type { Answer, Question } from '../question.ts';
import type { Stage } from '../stage.ts';
import { awaitAnswer } from '../time.ts';

const KEY = 'a b+c%20é～😀.txt';

export const eventBridgeKey: Question = {
  id: 'eventbridge-key',
  question: 'Is the key in an event of EventBridge raw, or encoded as in a notification?',
  how: `By an object named ${JSON.stringify(KEY)}, written until EventBridge has told of it.`,
  ask,
};

async function ask(stage: Stage): Promise<Answer> {
  const { names, time } = stage;
  await feedBridge(stage);
  // EventBridge takes some five minutes to hear of a bucket: what was written before that is never told.
  const event = await awaitAnswer(time, async () => {
    await putSmall(stage, { bucket: names.sourceBucket, key: KEY });
    await time.pause(WRITE_EVERY_MS);
    return await stage.bridge.peek(({ detail }) => detail?.object !== undefined);
  });
  const evidence = { event };
  if (event === undefined) return { state: 'unclear', reason: 'EventBridge told of no object in time', evidence };
  const key = event.detail?.object?.['key'];
  const form =
    key === KEY
      ? 'raw'
      : key === encodeURIComponent(KEY).replaceAll('%20', '+')
        ? 'encoded'
        : 'neither raw nor encoded';
  return { state: 'answered', answer: form, evidence };
}

const WRITE_EVERY_MS = 30_000;

/** Turns EventBridge on for the source bucket and sends what it tells to the run's queue. */
async function feedBridge({ clients, names, source, run }: Stage): Promise<void> {
  const s3 = clients.s3(source);
  const bucket = { Bucket: names.sourceBucket };
  const { QueueConfigurations } = await s3.send(new GetBucketNotificationConfigurationCommand(bucket));
  const NotificationConfiguration = { QueueConfigurations, EventBridgeConfiguration: {} };
  await s3.send(new PutBucketNotificationConfigurationCommand({ ...bucket, NotificationConfiguration }));
  const bridge = clients.eventbridge(source);
  const EventPattern = JSON.stringify({
    source: ['aws.s3'],
    'detail-type': ['Object Created'],
    detail: { bucket: { name: [names.sourceBucket] } },
  });
  await bridge.send(new PutRuleCommand({ Name: names.rule, EventPattern, State: 'ENABLED' }));
  const sqs = clients.sqs(source);
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queueNames(run).bridge }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const Targets = [{ Id: MARK, Arn: Attributes?.['QueueArn'] }];
  const { FailedEntries = [] } = await bridge.send(new PutTargetsCommand({ Rule: names.rule, Targets }));
  if (FailedEntries.length > 0)
    throw new Error(`EventBridge refuses the queue as a target: ${JSON.stringify(FailedEntries)}`);
}
