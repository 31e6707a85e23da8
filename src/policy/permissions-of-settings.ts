import { partitionOf } from '../model/arn.ts';
import type { BucketConfig } from '../model/config.ts';
import { ruleName } from './bridge-rule.ts';
import type { PermissionScope } from './permission-scope.ts';
import {
  allow,
  anywhere,
  arnAt,
  bucketArns,
  homesOf,
  type PermissionStatement,
  sorted,
} from './permission-statement.ts';
import { findQueues, readUsage } from './permissions-of-stacks.ts';

/** Commands that look at how buckets are set up, or change it. */

export function doctorPermissions(scope: PermissionScope): readonly PermissionStatement[] {
  const { buckets, roles } = scope;
  const keys = sorted(buckets.flatMap(({ kmsKeys }) => kmsKeys));
  return [
    ...allow('ReadSettings', [SETTINGS, bucketArns(buckets)]),
    ...allow('ReadRoles', [['iam:GetRole', 'iam:SimulatePrincipalPolicy'], rolesOf(buckets, roles)], anyRole(roles)),
    ...allow('ReadKeys', [['kms:DescribeKey', 'kms:GetKeyPolicy'], keys]),
    ...(keys.length === 0 ? [] : readUsage()),
    ...findQueues(scope, ['SignalsQueue-*']),
    ...allow('ReadRule', [READ_RULE, rulesOf(scope)]),
  ];
}

export function wirePermissions(scope: PermissionScope): readonly PermissionStatement[] {
  const { sources, roles } = scope;
  return [
    ...notifications(scope),
    ...findQueues(scope, ['SignalsQueue-*']),
    ...allow('Bridge', [[...READ_RULE, 'events:PutRule', 'events:PutTargets', ...DROP_RULE], rulesOf(scope)]),
    ...listRules(),
    ...allow('Proposals', [PROPOSED, bucketArns(sources)]),
    ...passRole({ sources, roles, service: 's3.amazonaws.com' }),
  ];
}

export function unwirePermissions(scope: PermissionScope): readonly PermissionStatement[] {
  return [
    ...notifications(scope),
    ...findQueues(scope, ['SignalsQueue-*']),
    ...allow('Bridge', [[...READ_RULE, ...DROP_RULE], rulesOf(scope)]),
    ...listRules(),
  ];
}

const SETTINGS = [
  's3:GetBucketVersioning',
  's3:GetReplicationConfiguration',
  's3:GetLifecycleConfiguration',
  's3:GetEncryptionConfiguration',
  's3:GetBucketNotification',
  's3:GetBucketObjectLockConfiguration',
  's3:GetBucketPublicAccessBlock',
  's3:GetBucketPolicy',
  's3:GetBucketPolicyStatus',
  's3:ListBucketMultipartUploads',
];

const PROPOSED = [
  's3:GetReplicationConfiguration',
  's3:PutReplicationConfiguration',
  's3:GetLifecycleConfiguration',
  's3:PutLifecycleConfiguration',
];

const READ_RULE = ['events:DescribeRule', 'events:ListTargetsByRule'];

const DROP_RULE = ['events:RemoveTargets', 'events:DeleteRule'];

function notifications({ buckets }: PermissionScope): readonly PermissionStatement[] {
  return allow('Notifications', [['s3:GetBucketNotification', 's3:PutBucketNotification'], bucketArns(buckets)]);
}

/** Whether EventBridge can be switched off depends on the rules of everybody. */
function listRules(): readonly PermissionStatement[] {
  return anywhere('WhoElseListens', ['events:ListRules'], 'a list is of all rules of a Region');
}

/** The one of each bucket. */
function rulesOf({ buckets, stage, accounts }: PermissionScope): readonly string[] {
  return buckets.flatMap((at) =>
    homesOf([at], accounts).map((home) => arnAt('events', home, `rule/${ruleName({ stage, bucket: at.bucket })}`)),
  );
}

/** Lets a service take on the roles that are named, or any: which one it is, is known only from the rules of the buckets. */
export function passRole({
  sources,
  roles,
  service,
}: {
  readonly sources: readonly BucketConfig[];
  readonly roles: readonly string[];
  readonly service: string;
}): readonly PermissionStatement[] {
  const condition = { StringEquals: { 'iam:PassedToService': [service] } };
  return allow('GiveRole', [['iam:PassRole'], rolesOf(sources, roles)], { condition, ...anyRole(roles) });
}

function rolesOf(buckets: readonly BucketConfig[], roles: readonly string[]): readonly string[] {
  if (roles.length > 0) return roles;
  return sorted(buckets.map(({ region, account }) => `arn:${partitionOf(region)}:iam::${account}:role/*`));
}

function anyRole(roles: readonly string[]): { readonly because?: string } {
  return roles.length > 0 ? {} : { because: 'the role is known only from the rules of the bucket: --role names it' };
}
