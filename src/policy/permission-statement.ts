import type { BucketConfig } from '../model/config.ts';
import { bucketArn, partitionOf } from '../model/arn.ts';

/** A statement of a policy that a person, or a pipeline, is given. */
export interface PermissionStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** Why a resource is `*` or has one in it; no part of the document. */
  readonly because?: string;
}

export interface Limits {
  readonly condition?: PermissionStatement['Condition'];
  readonly because?: string;
}

/** None where nothing is meant: IAM refuses a statement without a resource. */
export function allow(
  sid: string,
  [actions, resources]: readonly [actions: readonly string[], resources: readonly string[]],
  { condition, because }: Limits = {},
): readonly PermissionStatement[] {
  if (resources.length === 0) return [];
  return [
    {
      Sid: sid,
      Effect: 'Allow',
      Action: actions,
      Resource: sorted(resources),
      ...(condition === undefined ? {} : { Condition: condition }),
      ...(because === undefined ? {} : { because }),
    },
  ];
}

/** Each once, in an order that does not depend on the configuration's. */
export function sorted(values: readonly string[]): readonly string[] {
  return [...new Set(values)].toSorted((a, b) => (a < b ? -1 : 1));
}

/** The service knows no narrower resource for these. */
export function anywhere(sid: string, actions: readonly string[], because: string): readonly PermissionStatement[] {
  return allow(sid, [actions, ['*']], { because });
}

export const bucketArns = (buckets: readonly BucketConfig[]): readonly string[] => sorted(buckets.map(bucketArn));

export const objectArns = (buckets: readonly BucketConfig[]): readonly string[] =>
  sorted(buckets.map((bucket) => `${bucketArn(bucket)}/*`));

/** Where something of a stack, or of an account, is. */
export interface Home {
  readonly region: string;
  readonly account: string;
}

/** The Regions of these buckets, each with every account: a stack may be in any of them. */
export function homesOf(buckets: readonly BucketConfig[], accounts: readonly string[]): readonly Home[] {
  const regions = sorted(buckets.map(({ region }) => region));
  return regions.flatMap((region) => accounts.map((account) => ({ region, account })));
}

export function arnAt(service: string, { region, account }: Home, rest: string): string {
  return `arn:${partitionOf(region)}:${service}:${region}:${account}:${rest}`;
}

/** Of what a service has once for all Regions. */
export function globalArn(service: string, { region, account }: Home, rest: string): string {
  return `arn:${partitionOf(region)}:${service}::${account}:${rest}`;
}

/** S3 asks for the second where checksums or attributes of SSE-KMS objects are read. */
export const KEY_USE: readonly string[] = ['kms:Decrypt', 'kms:GenerateDataKey'];

/**
 * The keys of these buckets, through S3 and for these buckets only. With bucket keys the encryption context is the bucket's ARN,
 * without them the object's: both are listed.
 */
export function keysThroughS3(
  buckets: readonly BucketConfig[],
  actions: readonly string[],
): readonly PermissionStatement[] {
  const encrypted = buckets.filter(({ kmsKeys }) => kmsKeys.length > 0);
  const keys = sorted(encrypted.flatMap(({ kmsKeys }) => kmsKeys));
  const services = sorted(encrypted.map(({ region }) => `s3.${region}.${suffixOf(region)}`));
  return allow('KeysThroughS3', [actions, keys], {
    condition: {
      StringEquals: { 'kms:ViaService': services },
      StringLike: { 'kms:EncryptionContext:aws:s3:arn': [...bucketArns(encrypted), ...objectArns(encrypted)] },
    },
  });
}

const suffixOf = (region: string): string => (region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com');
