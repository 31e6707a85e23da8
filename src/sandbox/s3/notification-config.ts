import type { EventDetails } from './event-message.ts';
import { S3Error, invalidArgument } from './s3-error.ts';
import { malformedXml, parseXml, type XmlElement, type XmlObject } from './xml.ts';

/** One entry of a bucket's notification configuration. */
export interface NotificationTarget {
  readonly id: string;
  readonly kind: TargetKind;
  readonly arn: string;
  /** As configured, e.g. `s3:ObjectCreated:*`. */
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
}

type TargetKind = 'queue' | 'topic' | 'function';

interface TargetShape {
  readonly kind: TargetKind;
  /** Element of the entry. */
  readonly entry: string;
  /** Element of the ARN within it. */
  readonly arn: string;
  /** In the ARN. */
  readonly service: string;
}

const KINDS: readonly TargetShape[] = [
  { kind: 'topic', entry: 'TopicConfiguration', arn: 'Topic', service: 'sns' },
  { kind: 'queue', entry: 'QueueConfiguration', arn: 'Queue', service: 'sqs' },
  { kind: 'function', entry: 'CloudFunctionConfiguration', arn: 'CloudFunction', service: 'lambda' },
];

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html */
const EVENTS: ReadonlySet<string> = new Set([
  's3:ReducedRedundancyLostObject',
  's3:ObjectCreated:*',
  's3:ObjectCreated:Put',
  's3:ObjectCreated:Post',
  's3:ObjectCreated:Copy',
  's3:ObjectCreated:CompleteMultipartUpload',
  's3:ObjectRemoved:*',
  's3:ObjectRemoved:Delete',
  's3:ObjectRemoved:DeleteMarkerCreated',
  's3:ObjectRestore:*',
  's3:ObjectRestore:Post',
  's3:ObjectRestore:Completed',
  's3:ObjectRestore:Delete',
  's3:Replication:*',
  's3:Replication:OperationFailedReplication',
  's3:Replication:OperationNotTracked',
  's3:Replication:OperationMissedThreshold',
  's3:Replication:OperationReplicatedAfterThreshold',
  's3:LifecycleTransition',
  's3:LifecycleExpiration:*',
  's3:LifecycleExpiration:Delete',
  's3:LifecycleExpiration:DeleteMarkerCreated',
  's3:IntelligentTiering',
  's3:ObjectTagging:*',
  's3:ObjectTagging:Put',
  's3:ObjectTagging:Delete',
  's3:ObjectAcl:Put',
  's3:ObjectAnnotation:*',
  's3:ObjectAnnotation:Put',
  's3:ObjectAnnotation:Delete',
  's3:ObjectRetention:Put',
]);

export function wants({ events, prefix, suffix }: NotificationTarget, { name, key }: EventDetails): boolean {
  return key.startsWith(prefix) && key.endsWith(suffix) && events.some((pattern) => covers(pattern, `s3:${name}`));
}

function covers(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

/** Whom a bucket tells. */
interface Notifications {
  readonly targets: readonly NotificationTarget[];
  readonly eventBridge: boolean;
}

const EVENT_BRIDGE = 'EventBridgeConfiguration';

/** Reads a configuration for a bucket in this Region. `newId` names the entries that have no name. */
export function parseNotifications(xml: string, region: string, newId: () => string): Notifications {
  const root = parseXml(xml, 'NotificationConfiguration').expectOnly(...KINDS.map(({ entry }) => entry), EVENT_BRIDGE);
  const targets = KINDS.flatMap((kind) =>
    root.children(kind.entry).map((entry) => parseTarget(entry, { ...kind, region, newId })),
  );
  refuseOverlaps(targets);
  return { targets, eventBridge: root.child(EVENT_BRIDGE)?.expectOnly() !== undefined };
}

function parseTarget(
  entry: XmlElement,
  expected: TargetShape & { readonly region: string; readonly newId: () => string },
): NotificationTarget {
  entry.expectOnly('Id', expected.arn, 'Event', 'Filter');
  const arn = entry.requireText(expected.arn);
  const [, , service, region] = arn.split(':');
  const refuse = (why: string): never => {
    throw invalidArgument(expected.arn, arn, why);
  };
  if (service !== expected.service) refuse('The ARN could not be parsed');
  if (region !== expected.region) {
    refuse('The notification destination service region is not valid for the bucket location constraint');
  }
  if (arn.endsWith('.fifo')) refuse('FIFO queues and topics are not supported as destinations');
  const events = entry.children('Event').map((event) => event.ownText());
  const unknown = events.find((event) => !EVENTS.has(event));
  if (unknown !== undefined) throw invalidArgument('Event', unknown, 'The event is not supported for notifications');
  if (events.length === 0) throw malformedXml();
  const id = entry.text('Id') ?? expected.newId();
  return { id, kind: expected.kind, arn, events, ...parseFilter(entry.child('Filter')) };
}

function parseFilter(filter: XmlElement | undefined): { readonly prefix: string; readonly suffix: string } {
  const found = { prefix: '', suffix: '' };
  const rules = filter?.expectOnly('S3Key').child('S3Key')?.expectOnly('FilterRule').children('FilterRule') ?? [];
  const seen = new Set<string>();
  for (const rule of rules) {
    const name = rule.requireText('Name').toLowerCase();
    if ((name !== 'prefix' && name !== 'suffix') || seen.has(name)) {
      throw invalidArgument(
        'FilterRule.Name',
        name,
        'filter rule name must be either prefix or suffix, each at most once',
      );
    }
    seen.add(name);
    found[name] = rule.text('Value') ?? '';
  }
  return found;
}

/** S3 refuses two entries that one event could match. */
function refuseOverlaps(targets: readonly NotificationTarget[]): void {
  for (const [index, one] of targets.entries()) {
    for (const other of targets.slice(index + 1)) {
      const sameKey = nested(one.prefix, other.prefix, 'startsWith') && nested(one.suffix, other.suffix, 'endsWith');
      const sameEvent = one.events.some((a) => other.events.some((b) => covers(a, b) || covers(b, a)));
      if (sameKey && sameEvent) {
        throw new S3Error(
          'InvalidArgument',
          'Configurations overlap. Configurations on the same bucket cannot share a common event type.',
        );
      }
      if (one.id === other.id)
        throw invalidArgument('Id', one.id, 'Same ID used for multiple configurations. IDs must be unique');
    }
  }
}

function nested(a: string, b: string, within: 'startsWith' | 'endsWith'): boolean {
  return a[within](b) || b[within](a);
}

export function toNotificationConfiguration({ targets, eventBridge }: Notifications): XmlObject {
  const entries = Object.fromEntries(
    KINDS.map(({ kind, entry, arn }) => [
      entry,
      targets
        .filter((target) => target.kind === kind)
        .map((target) => ({ Id: target.id, [arn]: target.arn, Event: target.events, Filter: toFilter(target) })),
    ]),
  );
  return eventBridge ? { ...entries, [EVENT_BRIDGE]: {} } : entries;
}

function toFilter({ prefix, suffix }: NotificationTarget): XmlObject | undefined {
  const rules = [
    { Name: 'Prefix', Value: prefix },
    { Name: 'Suffix', Value: suffix },
  ].filter(({ Value }) => Value !== '');
  return rules.length === 0 ? undefined : { S3Key: { FilterRule: rules } };
}
