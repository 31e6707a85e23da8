import { bucketArn, partitionOf, roleNameOf } from '../model/arn.ts';
import type { BucketRef, ReplicationRule, ReplicationSettings } from '../model/bucket-settings.ts';
import type { ReplicationReport } from '../model/event.ts';
import type { Link } from '../model/link.ts';
import type { ObjectRef } from '../model/object.ts';

/** Where a replication failed, as far as it is known: capital words take the place of what is not. */
export interface FailureContext {
  readonly link?: Link;
  /** Of the source bucket. */
  readonly settings?: ReplicationSettings;
  /** What S3 said about it. */
  readonly report?: ReplicationReport;
  /** At the source. */
  readonly object?: ObjectRef;
}

/** A bucket and its ARNs. */
export interface NamedBucket extends BucketRef {
  readonly account: string;
  readonly arn: string;
  /** ARN of all its objects. */
  readonly objects: string;
}

/** Everything that the words of a remedy name. */
export interface Places {
  readonly pair: string;
  readonly source: NamedBucket;
  readonly destination: NamedBucket;
  /** Whether the buckets belong to two accounts; `undefined`: not known. */
  readonly crossAccount: boolean | undefined;
  /** ARN of the role that S3 assumes. */
  readonly role: string;
  readonly roleName: string;
  /** The rule that was at work, where the configuration could be read. */
  readonly rule?: ReplicationRule;
  readonly settings?: ReplicationSettings;
  readonly ruleId: string;
  /** ARN of the KMS key of source objects; absent: none is known to be used. */
  readonly sourceKey?: string;
  /** The KMS key that the rule gives to replicas; absent: it gives none. */
  readonly replicaKey?: string;
  /** ARNs of the keys that the configuration of Holdfast names for the destination. */
  readonly destinationKeys: readonly string[];
  readonly key: string;
  /** Absent where the event named none. */
  readonly versionId?: string;
}

/** Resolves a context to names; without any context every name is a capital word that a person replaces. */
export function toPlaces(context: FailureContext): Places {
  const { link, settings, report, object } = context;
  const rule = findRule(settings, report, link?.destination.bucket);
  const source = nameBucket('SOURCE', {
    ...link?.source,
    ...(object && { bucket: object.bucket, region: object.region }),
  });
  const destination = nameBucket('DESTINATION', {
    ...(report?.destinationBucket === undefined ? {} : { bucket: report.destinationBucket }),
    ...(rule && { bucket: rule.destinationBucket }),
    ...(rule?.destinationAccount === undefined ? {} : { account: rule.destinationAccount }),
    ...link?.destination,
  });
  const role = settings?.role ?? `arn:aws:iam::${source.account}:role/REPLICATION-ROLE`;
  const keys = keysOf(context, rule, { source, destination });
  return {
    pair: link?.pair ?? 'PAIR',
    source,
    destination,
    crossAccount: link === undefined ? undefined : source.account !== destination.account,
    role,
    roleName: roleNameOf(role),
    ...(rule && { rule }),
    ...(settings && { settings }),
    ruleId: rule?.id ?? report?.ruleId ?? 'RULE',
    ...keys,
    destinationKeys: link?.destination.kmsKeys ?? [],
    key: object?.key ?? 'KEY',
    ...(object === undefined ? { versionId: 'VERSION' } : versionOf(object)),
  };
}

/** The rule that S3 named; without its name the one that leads there. */
function findRule(
  settings: ReplicationSettings | undefined,
  report: ReplicationReport | undefined,
  destinationBucket: string | undefined,
): ReplicationRule | undefined {
  const bucket = report?.destinationBucket ?? destinationBucket;
  const there = (settings?.rules ?? []).filter((rule) => bucket === undefined || rule.destinationBucket === bucket);
  return there.find(({ id }) => id === report?.ruleId) ?? there.find(({ enabled }) => enabled) ?? there[0];
}

function nameBucket(role: 'SOURCE' | 'DESTINATION', known: Partial<BucketRef & { account: string }>): NamedBucket {
  const { bucket = `${role}-BUCKET`, region = `${role}-REGION`, account = `${role}-ACCOUNT` } = known;
  const arn = bucketArn({ bucket, region });
  return { bucket, region, account, arn, objects: `${arn}/*` };
}

type Ends = Pick<Places, 'source' | 'destination'>;

/** Without any context both keys are named, because the reason may be about them. */
function keysOf(
  { link, settings }: FailureContext,
  rule: ReplicationRule | undefined,
  { source, destination }: Ends,
): Pick<Places, 'sourceKey' | 'replicaKey'> {
  const sourceKey = link === undefined ? keyOf(source) : link.source.kmsKeys[0];
  const configured = link === undefined ? keyOf(destination) : link.destination.kmsKeys[0];
  const given = rule?.replicaKmsKeyId;
  // A configuration that could be read and names no key says that there is none.
  const replicaKey =
    given === undefined ? (settings === undefined ? configured : undefined) : toKeyArn(given, destination);
  return { ...(sourceKey === undefined ? {} : { sourceKey }), ...(replicaKey === undefined ? {} : { replicaKey }) };
}

function keyOf({ region, account }: NamedBucket): string {
  return `arn:aws:kms:${region}:${account}:key/KEY-ID`;
}

/** Rules may name a key by its ARN, its ID or an alias; policies take ARNs. */
function toKeyArn(id: string, { region, account }: NamedBucket): string {
  if (id.startsWith('arn:')) return id;
  return `arn:${partitionOf(region)}:kms:${region}:${account}:${id.startsWith('alias/') ? id : `key/${id}`}`;
}

function versionOf({ versionId }: ObjectRef): Pick<Places, 'versionId'> {
  return versionId === undefined ? {} : { versionId };
}
