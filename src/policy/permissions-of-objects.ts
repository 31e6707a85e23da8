import { partitionOf } from '../model/arn.ts';
import type { BucketConfig } from '../model/config.ts';
import type { PermissionScope } from './permission-scope.ts';
import {
  allow,
  anywhere,
  arnAt,
  bucketArns,
  KEY_USE,
  keysThroughS3,
  objectArns,
  type PermissionStatement,
  sorted,
} from './permission-statement.ts';
import { passRole } from './permissions-of-settings.ts';

/** Commands that look at object versions. */

const CURRENT = ['s3:GetObject', 's3:GetObjectAttributes'] as const;

const VERSIONS = ['s3:GetObjectVersion', 's3:GetObjectVersionAttributes'] as const;

/** Without these S3 answers 403 for an object that is gone, so that they come even where nothing is listed. */
const LISTS = ['s3:ListBucket', 's3:ListBucketVersions'] as const;

export function verifyPermissions({ buckets }: PermissionScope): readonly PermissionStatement[] {
  return [
    ...allow('ReadVersions', [[...CURRENT, ...VERSIONS], objectArns(buckets)]),
    ...allow('ListVersions', [LISTS, bucketArns(buckets)]),
    ...keysThroughS3(buckets, KEY_USE),
  ];
}

export function waitPermissions(scope: PermissionScope): readonly PermissionStatement[] {
  const seeded = scope.links.filter(({ policy }) => policy.match === 'content');
  const copies = seeded.map(({ destination }) => destination);
  return [
    ...compareSides(scope),
    ...allow('SeededCopies', [['s3:GetObject'], objectArns(copies)]),
    ...allow('OpenUploads', [['s3:ListBucketMultipartUploads'], bucketArns(scope.sources)]),
  ];
}

export function repairPermissions(scope: PermissionScope): readonly PermissionStatement[] {
  const { sources, roles, reportBuckets, pairs } = scope;
  const jobs = sorted(sources.map((source) => arnAt('s3', source, 'job/*')));
  return [
    ...compareSides(scope),
    ...allow('WhatIsCurrent', [['s3:GetObject'], objectArns(scope.buckets)]), // of what a report names
    ...anywhere('MakeJobs', ['s3:CreateJob', 's3:ListJobs'], 'a job has no name before it is there'),
    ...allow('ConfirmJobs', [['s3:DescribeJob', 's3:UpdateJobStatus'], jobs], {
      because: 'S3 chooses the IDs of jobs; repair itself refuses those of others',
    }),
    ...passRole({ sources, roles, service: 'batchoperations.s3.amazonaws.com' }),
    ...allow('JobReports', [
      ['s3:GetObject'],
      reportsIn(reportBuckets, { sources, pairs: pairs.map(({ name }) => name) }),
    ]),
  ];
}

function reportsIn(
  buckets: readonly string[],
  { sources, pairs }: { readonly sources: readonly BucketConfig[]; readonly pairs: readonly string[] },
): readonly string[] {
  const [first] = sources;
  if (first === undefined) return [];
  const partition = partitionOf(first.region);
  return buckets.flatMap((bucket) => pairs.map((pair) => `arn:${partition}:s3:::${bucket}/holdfast-repair/${pair}/*`));
}

/** Both ends of the links, by their headers, and what the rules between them say. No bytes are read. */
function compareSides({ buckets, sources }: PermissionScope): readonly PermissionStatement[] {
  return [
    ...allow('ReadHeaders', [VERSIONS, objectArns(buckets)]),
    ...allow('ReadTags', [['s3:GetObjectVersionTagging'], objectArns(sources)]),
    ...allow('ListVersions', [LISTS, bucketArns(buckets)]),
    ...keysThroughS3(buckets, KEY_USE),
    ...allow('ReadRules', [['s3:GetReplicationConfiguration'], bucketArns(sources)]),
    ...allow('ReadLifecycle', [['s3:GetLifecycleConfiguration'], bucketArns(buckets)]),
  ];
}
