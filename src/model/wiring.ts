/** JSON, whatever is in it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Settings of a bucket that are read and written as a whole, so that what others have put there passes through. */
export type DocumentName = 'notifications' | 'replication' | 'lifecycle';

/** A whole configuration of a bucket, as the API gives and takes it. */
export interface SettingDocument {
  /** Empty where there is no such configuration. */
  readonly document: JsonObject;
  /** Names of elements that are younger than this version of Holdfast: writing the document would lose them. */
  readonly unknown: readonly string[];
}

/** One entry of a notification configuration, as the API has it. */
export interface DocumentEntry {
  readonly Id?: string | undefined;
  readonly TopicArn?: string | undefined;
  readonly QueueArn?: string | undefined;
  readonly LambdaFunctionArn?: string | undefined;
  readonly Events?: readonly string[] | undefined;
  readonly Filter?: object | undefined;
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html */
export interface NotificationDocument {
  readonly TopicConfigurations?: readonly DocumentEntry[] | undefined;
  readonly QueueConfigurations?: readonly DocumentEntry[] | undefined;
  readonly LambdaFunctionConfigurations?: readonly DocumentEntry[] | undefined;
  readonly EventBridgeConfiguration?: object | undefined;
}

/** A rule on the default bus of EventBridge. */
export interface EventRule {
  readonly name: string;
  /** JSON; absent: a schedule. */
  readonly pattern?: string;
  readonly description: string;
  readonly enabled: boolean;
  /** ARNs of what it sends to; empty where only the rule was asked for. */
  readonly targets: readonly string[];
}

/** Every entry, whatever it notifies. */
export function entriesOf(document: NotificationDocument): readonly DocumentEntry[] {
  const { TopicConfigurations: topics = [], QueueConfigurations: queues = [] } = document;
  return [...topics, ...queues, ...(document.LambdaFunctionConfigurations ?? [])];
}

/** What the entry notifies. */
export function targetOf({ TopicArn, QueueArn, LambdaFunctionArn }: DocumentEntry): string {
  return TopicArn ?? QueueArn ?? LambdaFunctionArn ?? '';
}

/**
 * Whether two documents say the same. S3 promises neither the order of entries and events nor the case of `prefix` nor to leave out a
 * filter without rules, and none of them means anything.
 */
export function isSameDocument(a: object, b: object): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  if (value instanceof Date) return JSON.stringify(value);
  if (Array.isArray(value))
    return `[${value
      .map((each: unknown) => canonical(each))
      .toSorted()
      .join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .filter(([name, member]) => member !== undefined && !isNothing(name, member))
    .map(([name, member]: [string, unknown]) => {
      const isName = name === 'Name' && typeof member === 'string';
      return `${JSON.stringify(name)}:${canonical(isName ? member.toLowerCase() : member)}`;
    });
  return `{${members.toSorted().join()}}`;
}

function isNothing(name: string, member: unknown): boolean {
  if (Array.isArray(member)) return member.length === 0;
  return name === 'Filter' && ['{}', '{"Key":{}}'].includes(canonical(member));
}
