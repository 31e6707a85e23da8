import { partitionOf } from '../model/arn.ts';
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
} from './permission-statement.ts';
import { passRole } from './permissions-of-settings.ts';
import { runLedgers } from './permissions-of-stacks.ts';

/** Commands that go through whole buckets, and those that read what others wrote about them. */

export function auditPermissions(scope: PermissionScope): readonly PermissionStatement[] {
  const { buckets, sources, restores } = scope;
  return [
    ...allow('ListVersions', [['s3:ListBucket', 's3:ListBucketVersions'], bucketArns(buckets)]),
    ...allow('ReadVersions', [READ_EVERYTHING, objectArns(buckets)]),
    ...keysThroughS3(buckets, KEY_USE),
    ...allow('ReadRules', [['s3:GetReplicationConfiguration'], bucketArns(sources)]),
    ...allow('ReadSettings', [SETTINGS, bucketArns(buckets)]),
    ...allow('FindInventories', [['s3:ListBucket'], foreign(scope)]),
    ...allow('ReadInventories', [['s3:GetObject'], objectsIn(foreign(scope))]),
    ...keepReports(scope),
    ...computeChecksums(scope),
    ...allow('Restores', [['s3:RestoreObject'], restores ? objectArns(buckets) : []]), // --restore-budget
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

export function auditsPermissions(scope: PermissionScope): readonly PermissionStatement[] {
  const { audited, stage } = scope;
  // Start: what the printed command, or --yes, asks for.
  const machines = audited.map((source) => arnAt('states', source, `stateMachine:holdfast-${stage}-audit`));
  return [
    ...allow('Runs', [['dynamodb:Query'], runLedgers(scope)]),
    ...allow('StartRuns', [['states:StartExecution'], machines]),
  ];
}

export function verifyReportPermissions(scope: PermissionScope): readonly PermissionStatement[] {
  const reports = reportArns(scope);
  return [
    ...allow('FindReports', [['s3:ListBucket'], reports]),
    ...allow('ReadReports', [['s3:GetObject', 's3:GetObjectVersion'], objectsIn(reports)]),
  ];
}

/** --store, and lists for jobs. */
function keepReports(scope: PermissionScope): readonly PermissionStatement[] {
  const reports = reportArns(scope);
  return [
    ...allow('FindReports', [['s3:ListBucket', 's3:GetBucketObjectLockConfiguration'], reports]),
    ...allow('KeepReports', [KEEP, objectsIn(reports)]),
  ];
}

const KEEP = ['s3:GetObject', 's3:PutObject', 's3:PutObjectRetention', 's3:AbortMultipartUpload'];

/** --by compute-checksum, with the role that is named. */
function computeChecksums({ buckets, roles }: PermissionScope): readonly PermissionStatement[] {
  if (roles.length === 0) return [];
  const jobs = buckets.map((bucket) => arnAt('s3', bucket, 'job/*'));
  return [
    ...anywhere('MakeJobs', ['s3:CreateJob'], 'a job has no name before it is there'),
    ...allow('WatchJobs', [['s3:DescribeJob'], jobs], { because: 'S3 chooses the IDs of jobs' }),
    ...passRole({ sources: buckets, roles, service: 'batchoperations.s3.amazonaws.com' }),
  ];
}

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
  return arnsOf(from, stacks);
}

function reportArns({ reportBuckets, stacks }: PermissionScope): readonly string[] {
  return arnsOf(reportBuckets, stacks);
}

function arnsOf(names: readonly string[], [home]: PermissionScope['stacks']): readonly string[] {
  return names.map((bucket) => `arn:${partitionOf(home?.region ?? '')}:s3:::${bucket}`);
}

function objectsIn(buckets: readonly string[]): readonly string[] {
  return buckets.map((arn) => `${arn}/*`);
}
