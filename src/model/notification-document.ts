import type { BucketRef, BucketSettings, NotificationEntry } from './bucket-settings.ts';
import { awsCommand } from './shell-command.ts';

type Notifications = BucketSettings['notifications'];

/** By kind of target: the list it is in, and the name of its ARN. */
const SHAPES = [
  ['topic', 'TopicConfigurations', 'TopicArn'],
  ['queue', 'QueueConfigurations', 'QueueArn'],
  ['function', 'LambdaFunctionConfigurations', 'LambdaFunctionArn'],
] as const;

/**
 * The command that has a bucket notify these and no others: S3 replaces the whole configuration.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
 */
export function putNotifications({ bucket, region }: BucketRef, notifications: Notifications): string {
  const document = toNotificationDocument(notifications);
  return awsCommand('s3api put-bucket-notification-configuration', {
    bucket,
    region,
    'notification-configuration': document,
  });
}

/** Entries as the API takes them. */
export function toNotificationDocument({ entries, eventBridge }: Notifications): object {
  const lists = SHAPES.map(([kind, list, arn]) => {
    const ofKind = entries.filter((entry) => entry.kind === kind);
    return ofKind.length === 0 ? {} : { [list]: ofKind.map((entry) => toEntry(entry, arn)) };
  });
  return Object.assign({}, ...lists, eventBridge ? { EventBridgeConfiguration: {} } : {});
}

function toEntry({ id, targetArn, events, prefix, suffix }: NotificationEntry, arn: string): object {
  const rules = [
    { Name: 'prefix', Value: prefix },
    { Name: 'suffix', Value: suffix },
  ].filter(({ Value }) => Value !== '');
  return {
    ...(id === undefined ? {} : { Id: id }),
    [arn]: targetArn,
    Events: events,
    ...(rules.length === 0 ? {} : { Filter: { Key: { FilterRules: rules } } }),
  };
}
