import { auditRegions } from '../model/config.ts';
import type { PermissionScope } from './permission-scope.ts';
import {
  allow,
  anywhere,
  arnAt,
  bucketArns,
  globalArn,
  type PermissionStatement,
  sorted,
} from './permission-statement.ts';
import { ENDINGS, packagesArn, STACK_RESOURCES, type StackResource, tableArns } from './stack-resources.ts';

/**
 * `npm run deploy` and `npm run remove`. CloudFormation makes the resources of a stack with the rights of whoever asks it to, so these
 * are all in here. Both go through every Region of the configuration.
 */

export function deployPermissions(scope: PermissionScope): readonly PermissionStatement[] {
  return [
    ...stacks(scope, [
      'cloudformation:CreateChangeSet',
      'cloudformation:CreateStack',
      'cloudformation:DeleteChangeSet',
      'cloudformation:DescribeChangeSet',
      'cloudformation:ExecuteChangeSet',
      'cloudformation:UpdateStack',
    ]),
    ...anywhere('Validate', ['cloudformation:ValidateTemplate'], 'a template is of no stack yet'),
    ...packages(scope, ['s3:GetObject', 's3:PutObject', 's3:DeleteObject']),
    ...lists(),
    ...resources(scope, ({ look, make, take }) => [...look, ...make, ...take]),
    ...giveRoles(scope),
  ];
}

export function removePermissions(scope: PermissionScope): readonly PermissionStatement[] {
  const { everyBucket, stage } = scope;
  const tables = scope.stacks.flatMap((home) => tableArns(stage, home));
  return [
    ...stacks(scope, ['cloudformation:DeleteStack']),
    ...packages(scope, ['s3:DeleteObject', 's3:DeleteObjectVersion']),
    ...allow('ListPackages', [['s3:ListBucketVersions'], packageBuckets(scope)], { because: PACKAGES }),
    ...lists(),
    ...resources(scope, ({ look, take }) => [...look, ...take]),
    ...allow('WhoStillTells', [['s3:GetBucketNotification'], bucketArns(everyBucket)]),
    ...anywhere('RulesThatTell', ['events:ListRuleNamesByTarget'], 'a list is of all rules of a Region'),
    ...allow('ForgetTables', [['dynamodb:DeleteTable'], tables]), // --with-tables
  ];
}

const PACKAGES = 'CloudFormation ends the name of the bucket with letters of its own';

function stacks(scope: PermissionScope, actions: readonly string[]): readonly PermissionStatement[] {
  const { stage } = scope;
  const arns = scope.stacks.map((home) => arnAt('cloudformation', home, `stack/holdfast-${stage}/*`));
  return allow('Stacks', [[...LOOK_AT_STACK, ...actions], arns], {
    because: 'CloudFormation chooses the IDs of stacks',
  });
}

const LOOK_AT_STACK = [
  'cloudformation:DescribeStackEvents',
  'cloudformation:DescribeStackResource',
  'cloudformation:DescribeStacks',
  'cloudformation:GetTemplate',
  'cloudformation:ListStackResources',
];

function packages(scope: PermissionScope, actions: readonly string[]): readonly PermissionStatement[] {
  const objects = packageBuckets(scope).map((bucket) => `${bucket}/*`);
  return allow('PackedCode', [actions, objects], { because: PACKAGES });
}

function packageBuckets(scope: PermissionScope): readonly string[] {
  return sorted(scope.stacks.map((home) => packagesArn(scope.stage, home)));
}

/** What the plan says about what is there. */
function lists(): readonly PermissionStatement[] {
  return anywhere(
    'WhatIsThere',
    ['dynamodb:ListTables', 'logs:DescribeLogGroups', 'sqs:ListQueues'],
    'a list is of all tables, groups or queues of a Region',
  );
}

function resources(
  scope: PermissionScope,
  actionsOf: (resource: StackResource) => readonly string[],
): readonly PermissionStatement[] {
  const { stage, config } = scope;
  const audited = auditRegions(config);
  return STACK_RESOURCES.flatMap((resource) => {
    const homes = scope.stacks.filter(({ region }) => resource.ofAudits !== true || audited.includes(region));
    const arns = homes.flatMap((home) => resource.resources(stage, home));
    const { because } = resource;
    const condition = resource.condition?.(stage, scope.stacks);
    const limits = { ...(because && { because }), ...(condition && { condition }) };
    return allow(resource.sid, [actionsOf(resource).toSorted(), arns], limits);
  });
}

/** Lambda, the scheduler and Step Functions take on the roles of the stack, and of nothing else. */
function giveRoles(scope: PermissionScope): readonly PermissionStatement[] {
  const roles = scope.stacks.map((home) => globalArn('iam', home, `role/holdfast-${scope.stage}-*`));
  const machines = auditRegions(scope.config).length > 0 ? ['states.amazonaws.com'] : [];
  const condition = {
    StringEquals: { 'iam:PassedToService': ['lambda.amazonaws.com', 'scheduler.amazonaws.com', ...machines] },
  };
  return allow('GiveRoles', [['iam:PassRole'], roles], { condition, because: ENDINGS });
}
