import type { BucketRef, LifecycleAge, LifecycleRule } from './bucket-settings.ts';
import { toFilter, toTagList } from './filter-document.ts';
import { awsCommand } from './shell-command.ts';

/**
 * The command that gives a bucket these lifecycle rules and no others: S3 replaces the whole configuration. Without rules the
 * configuration is removed.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
 */
export function putLifecycle({ bucket, region }: BucketRef, rules: readonly LifecycleRule[]): string {
  if (rules.length === 0) return awsCommand('s3api delete-bucket-lifecycle', { bucket, region });
  const document = toLifecycleDocument(rules);
  return awsCommand('s3api put-bucket-lifecycle-configuration', {
    bucket,
    region,
    'lifecycle-configuration': document,
  });
}

/** Rules as the API takes them. */
export function toLifecycleDocument(rules: readonly LifecycleRule[]): object {
  return {
    Rules: rules.map((rule) => ({
      ...(rule.id === '' ? {} : { ID: rule.id }),
      Status: rule.enabled ? 'Enabled' : 'Disabled',
      Filter: toFilter({ prefix: rule.prefix, tags: toTagList(rule.tags), others: sizesOf(rule) }),
      ...toExpiration(rule),
      ...toNoncurrent(rule),
      ...(rule.transitions.length === 0 ? {} : { Transitions: rule.transitions.map((each) => toTransition(each)) }),
      ...(rule.abortUploadsAfterDays === undefined
        ? {}
        : { AbortIncompleteMultipartUpload: { DaysAfterInitiation: rule.abortUploadsAfterDays } }),
    })),
  };
}

function sizesOf({ largerThanBytes, smallerThanBytes }: LifecycleRule): Readonly<Record<string, number>> {
  return {
    ...(largerThanBytes === undefined ? {} : { ObjectSizeGreaterThan: largerThanBytes }),
    ...(smallerThanBytes === undefined ? {} : { ObjectSizeLessThan: smallerThanBytes }),
  };
}

function toExpiration({ expiration, expiredDeleteMarker }: LifecycleRule): object {
  if (expiration !== undefined) return { Expiration: toAge(expiration) };
  return expiredDeleteMarker ? { Expiration: { ExpiredObjectDeleteMarker: true } } : {};
}

function toNoncurrent({ noncurrentExpiration, noncurrentTransitions }: LifecycleRule): object {
  return {
    ...(noncurrentExpiration === undefined
      ? {}
      : { NoncurrentVersionExpiration: toNoncurrentAge(noncurrentExpiration) }),
    ...(noncurrentTransitions.length === 0
      ? {}
      : {
          NoncurrentVersionTransitions: noncurrentTransitions.map((each) => ({
            ...toNoncurrentAge(each),
            StorageClass: each.storageClass,
          })),
        }),
  };
}

function toNoncurrentAge({ days, newerVersions }: { readonly days: number; readonly newerVersions?: number }): object {
  return {
    NoncurrentDays: days,
    ...(newerVersions === undefined ? {} : { NewerNoncurrentVersions: newerVersions }),
  };
}

function toTransition({ storageClass, ...age }: LifecycleRule['transitions'][number]): object {
  return { ...toAge(age), StorageClass: storageClass };
}

function toAge({ days, at }: LifecycleAge): object {
  return { ...(days === undefined ? {} : { Days: days }), ...(at === undefined ? {} : { Date: at.toISOString() }) };
}
