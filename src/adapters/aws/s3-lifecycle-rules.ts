import { GetBucketLifecycleConfigurationCommand, type LifecycleRule as SdkRule } from '@aws-sdk/client-s3';
import type { LifecycleAge, LifecycleRule } from '../../model/bucket-settings.ts';
import { type SettingReader, toTags, unlessNone } from './s3-setting.ts';

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html */
export const readLifecycle: SettingReader<readonly LifecycleRule[]> = async ({ client, bucket, signal }) => {
  const command = new GetBucketLifecycleConfigurationCommand({ Bucket: bucket });
  const answer = await unlessNone(client.send(command, { abortSignal: signal }));
  return answer === undefined ? undefined : (answer.Rules ?? []).map((rule) => toRule(rule));
};

function toRule(rule: SdkRule): LifecycleRule {
  const { Expiration: expiration, NoncurrentVersionExpiration: noncurrent } = rule;
  const age = toAge(expiration);
  const abortAfter = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation;
  return {
    id: rule.ID ?? '',
    enabled: rule.Status === 'Enabled',
    ...toFilter(rule),
    ...(age === undefined ? {} : { expiration: age }),
    expiredDeleteMarker: expiration?.ExpiredObjectDeleteMarker === true,
    ...(noncurrent?.NoncurrentDays === undefined
      ? {}
      : { noncurrentExpiration: { days: noncurrent.NoncurrentDays, ...newer(noncurrent) } }),
    transitions: (rule.Transitions ?? []).map((transition) => {
      return { ...toAge(transition), storageClass: transition.StorageClass ?? '' };
    }),
    noncurrentTransitions: (rule.NoncurrentVersionTransitions ?? []).map((transition) => {
      const { NoncurrentDays: days = 0, StorageClass: storageClass = '' } = transition;
      return { days, storageClass, ...newer(transition) };
    }),
    ...(abortAfter === undefined ? {} : { abortUploadsAfterDays: abortAfter }),
  };
}

type Filter = Pick<LifecycleRule, 'prefix' | 'tags' | 'largerThanBytes' | 'smallerThanBytes'>;

/** A filter has one condition, or several within `And`; rules of the first version have a prefix beside it. */
function toFilter({ Filter: filter, Prefix: prefix }: SdkRule): Filter {
  const { And: all } = filter ?? {};
  const tag = filter?.Tag === undefined ? [] : [filter.Tag];
  const largerThanBytes = all?.ObjectSizeGreaterThan ?? filter?.ObjectSizeGreaterThan;
  const smallerThanBytes = all?.ObjectSizeLessThan ?? filter?.ObjectSizeLessThan;
  return {
    prefix: all?.Prefix ?? filter?.Prefix ?? prefix ?? '',
    tags: toTags(all?.Tags ?? tag),
    ...(largerThanBytes === undefined ? {} : { largerThanBytes }),
    ...(smallerThanBytes === undefined ? {} : { smallerThanBytes }),
  };
}

function toAge(
  age: { readonly Days?: number | undefined; readonly Date?: Date | undefined } | undefined,
): LifecycleAge | undefined {
  if (age?.Days !== undefined) return { days: age.Days };
  return age?.Date === undefined ? undefined : { at: age.Date };
}

function newer({ NewerNoncurrentVersions: count }: { readonly NewerNoncurrentVersions?: number | undefined }): {
  readonly newerVersions?: number;
} {
  return count === undefined ? {} : { newerVersions: count };
}
