import { S3Error, invalidArgument } from './s3-error.ts';
import { parseXml, type XmlElement } from './xml.ts';

/** One rule, to one destination. */
export interface ReplicationRule {
  readonly id: string;
  readonly enabled: boolean;
  /** The higher wins among rules to one destination. 0 for V1 rules, which have none. */
  readonly priority: number;
  readonly prefix: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly deleteMarkers: boolean;
  /** Whether SSE-KMS objects were selected. */
  readonly kmsObjects: boolean;
  readonly replicaModifications: boolean;
  /** Name of the destination bucket. */
  readonly destination: string;
  readonly storageClass?: string;
  readonly replicaKmsKeyId?: string;
  /** Replicas belong to the owner of the destination. */
  readonly ownerOverride: boolean;
  readonly metrics: boolean;
  /** Replication time control: events for what takes longer than 15 minutes. */
  readonly timeControl: boolean;
}

export interface ReplicationConfiguration {
  /** As it was put: given back word for word. */
  readonly xml: string;
  /** ARN. */
  readonly role: string;
  readonly rules: readonly ReplicationRule[];
}

const MOST_RULES = 1000;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html */
export function parseReplication(xml: string): ReplicationConfiguration {
  const root = parseXml(xml, 'ReplicationConfiguration').expectOnly('Role', 'Rule');
  const role = root.requireText('Role');
  if (!/^arn:aws:iam::\d{12}:role\/.+$/.test(role)) throw invalidArgument('Role', role, 'Invalid role ARN.');
  const entries = root.children('Rule');
  if (entries.length === 0 || entries.length > MOST_RULES) {
    throw new S3Error('InvalidRequest', `The number of replication rules must be between 1 and ${MOST_RULES}`);
  }
  const rules = entries.map((entry, index) => parseRule(entry, index));
  if (new Set(rules.map(({ id }) => id)).size !== rules.length) {
    throw new S3Error('InvalidRequest', 'Rule Id must be unique. Found same Id for more than one rule');
  }
  refuseEqualPriorities(rules, entries);
  return { xml, role, rules };
}

function parseRule(entry: XmlElement, index: number): ReplicationRule {
  entry.expectOnly(
    'ID',
    'Priority',
    'Prefix',
    'Filter',
    'Status',
    'SourceSelectionCriteria',
    'Destination',
    'DeleteMarkerReplication',
    'ExistingObjectReplication',
  );
  const filter = entry.child('Filter');
  const selection = entry
    .child('SourceSelectionCriteria')
    ?.expectOnly('SseKmsEncryptedObjects', 'ReplicaModifications');
  const deleteMarkers = entry.child('DeleteMarkerReplication');
  const { prefix, tags } = parseFilter(filter, entry.text('Prefix'));
  if (filter !== undefined && (entry.child('Priority') === undefined || deleteMarkers === undefined)) {
    throw new S3Error(
      'InvalidRequest',
      'Priority and DeleteMarkerReplication must be specified for a rule with a Filter',
    );
  }
  if (tags.size > 0 && isEnabled(deleteMarkers)) {
    throw new S3Error(
      'InvalidRequest',
      'Delete marker replication is not supported if any Tag filter is specified. Please refer to S3 Developer Guide for more information.',
    );
  }
  const kmsObjects = isEnabled(selection?.child('SseKmsEncryptedObjects'));
  const destination = parseDestination(entry.require('Destination'));
  if (kmsObjects && destination.replicaKmsKeyId === undefined) {
    throw new S3Error('InvalidRequest', 'ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.');
  }
  return {
    id: entry.text('ID') ?? `rule-${index + 1}`,
    enabled: isEnabled(entry),
    priority: Number(entry.text('Priority') ?? 0),
    prefix,
    tags,
    // A V1 rule, which has no filter, always replicates the markers of user deletes.
    deleteMarkers: filter === undefined || isEnabled(deleteMarkers),
    kmsObjects,
    replicaModifications: isEnabled(selection?.child('ReplicaModifications')),
    ...destination,
  };
}

function parseFilter(
  filter: XmlElement | undefined,
  v1Prefix: string | undefined,
): Pick<ReplicationRule, 'prefix' | 'tags'> {
  if (filter === undefined) return { prefix: v1Prefix ?? '', tags: new Map() };
  if (v1Prefix !== undefined) throw new S3Error('InvalidRequest', 'A rule has either a Filter or a Prefix');
  filter.expectOnly('Prefix', 'Tag', 'And');
  if (filter.names().length > 1) throw new S3Error('InvalidRequest', 'A Filter holds one of Prefix, Tag and And');
  const within = filter.child('And')?.expectOnly('Prefix', 'Tag') ?? filter;
  const tags = within
    .children('Tag')
    .map((tag): [string, string] => [tag.requireText('Key'), tag.requireText('Value')]);
  return { prefix: within.text('Prefix') ?? '', tags: new Map(tags) };
}

type Destination = Pick<
  ReplicationRule,
  'destination' | 'storageClass' | 'replicaKmsKeyId' | 'ownerOverride' | 'metrics' | 'timeControl'
>;

function parseDestination(entry: XmlElement): Destination {
  entry.expectOnly(
    'Bucket',
    'Account',
    'StorageClass',
    'AccessControlTranslation',
    'EncryptionConfiguration',
    'ReplicationTime',
    'Metrics',
  );
  const arn = entry.requireText('Bucket');
  const [, name] = /^arn:aws:s3:::(.+)$/.exec(arn) ?? [];
  if (name === undefined) throw invalidArgument('Bucket', arn, 'Invalid bucket ARN.');
  const translated = entry.child('AccessControlTranslation')?.expectOnly('Owner').requireText('Owner');
  if (translated !== undefined && translated !== 'Destination')
    throw invalidArgument('Owner', translated, 'Owner must be Destination');
  if (translated !== undefined && entry.child('Account') === undefined) {
    throw new S3Error('InvalidRequest', 'Account must be specified with AccessControlTranslation');
  }
  const storageClass = entry.text('StorageClass');
  const replicaKmsKeyId = entry.child('EncryptionConfiguration')?.text('ReplicaKmsKeyID');
  return {
    destination: name,
    ownerOverride: translated !== undefined,
    metrics: isEnabled(entry.child('Metrics')),
    timeControl: isEnabled(entry.child('ReplicationTime')),
    ...(storageClass === undefined ? {} : { storageClass }),
    ...(replicaKmsKeyId === undefined ? {} : { replicaKmsKeyId }),
  };
}

function isEnabled(entry: XmlElement | undefined): boolean {
  if (entry === undefined) return false;
  const status = entry.requireText('Status');
  if (status !== 'Enabled' && status !== 'Disabled')
    throw invalidArgument('Status', status, 'Status must be Enabled or Disabled');
  return status === 'Enabled';
}

function refuseEqualPriorities(rules: readonly ReplicationRule[], entries: readonly XmlElement[]): void {
  const seen = new Set<number>();
  for (const [index, rule] of rules.entries()) {
    if (entries[index]?.child('Filter') === undefined) continue;
    if (seen.has(rule.priority)) {
      throw new S3Error(
        'InvalidRequest',
        `Found duplicate priority ${rule.priority}. Priority must be unique across all rules`,
      );
    }
    seen.add(rule.priority);
  }
}
