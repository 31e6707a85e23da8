import { partitionOf } from '../model/arn.ts';
import type { PermissionScope } from './permission-scope.ts';
import {
  allow,
  bucketArns,
  KEY_USE,
  keysThroughS3,
  objectArns,
  type PermissionStatement,
} from './permission-statement.ts';

/** Commands that go through whole buckets, and those that read what others wrote about them. */

export function auditPermissions(scope: PermissionScope): readonly PermissionStatement[] {
  const { buckets, sources } = scope;
  return [
    ...allow('ListVersions', [['s3:ListBucket', 's3:ListBucketVersions'], bucketArns(buckets)]),
    ...allow('ReadVersions', [READ_EVERYTHING, objectArns(buckets)]),
    ...keysThroughS3(buckets, KEY_USE),
    ...allow('ReadRules', [['s3:GetReplicationConfiguration'], bucketArns(sources)]),
    ...allow('ReadSettings', [SETTINGS, bucketArns(buckets)]),
    ...allow('FindInventories', [['s3:ListBucket'], foreign(scope)]),
    ...allow('ReadInventories', [['s3:GetObject'], objectsIn(foreign(scope))]),
  ];
}

/** Content, and all that a replica has to have beside it. */
const READ_EVERYTHING = [
  's3:GetObject',
  's3:GetObjectVersion',
  's3:GetObjectVersionAttributes',
  's3:GetObjectVersionTagging',
  's3:GetObjectVersionAcl',
  's3:GetObjectRetention',
  's3:GetObjectLegalHold',
];

/** The second decides whether ACLs count, the last what a quote says about KMS. */
const SETTINGS = ['s3:GetLifecycleConfiguration', 's3:GetBucketOwnershipControls', 's3:GetEncryptionConfiguration'];

/** Of AWS: a server of somebody else has permissions of its own. */
export function comparePermissions(scope: PermissionScope): readonly PermissionStatement[] {
  const { buckets } = scope;
  const others = foreign(scope);
  return [
    ...allow('List', [['s3:ListBucket'], [...bucketArns(buckets), ...others]]),
    ...allow('Read', [
      ['s3:GetObject', 's3:GetObjectAttributes'],
      [...objectArns(buckets), ...objectsIn(others)],
    ]),
    ...keysThroughS3(buckets, KEY_USE),
  ];
}

export function logsPermissions(scope: PermissionScope): readonly PermissionStatement[] {
  const logs = foreign(scope);
  return [
    ...allow('ListLogs', [['s3:ListBucket', 's3:ListBucketVersions'], logs]),
    ...allow('ReadLogs', [['s3:GetObjectVersion'], objectsIn(logs)]), // as listed; without versioning that is "null"
  ];
}

/** Buckets that no pair has. */
function foreign({ from, stacks }: PermissionScope): readonly string[] {
  return from.map((bucket) => `arn:${partitionOf(stacks[0]?.region ?? '')}:s3:::${bucket}`);
}

function objectsIn(buckets: readonly string[]): readonly string[] {
  return buckets.map((arn) => `${arn}/*`);
}
