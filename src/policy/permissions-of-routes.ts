import { bucketArn } from '../model/arn.ts';
import { PROBE_PREFIX } from '../model/probe-canary.ts';
import type { PermissionScope } from './permission-scope.ts';
import {
  allow,
  arnAt,
  bucketArns,
  homesOf,
  keysThroughS3,
  type PermissionStatement,
  sorted,
} from './permission-statement.ts';

/** Commands about Multi-Region Access Points. Whoever may use them sees the data of nobody: canaries are all that is read. */

export function routesPermissions(scope: PermissionScope): readonly PermissionStatement[] {
  return [
    ...allow('Routes', [['s3:GetMultiRegionAccessPointRoutes'], points(scope)]),
    ...readCanaries(scope),
    ...steeringLedger(scope, ['dynamodb:GetItem', 'dynamodb:Query']),
  ];
}

export function failoverPermissions(scope: PermissionScope): readonly PermissionStatement[] {
  const canaries = points(scope).map((arn) => `${arn}/object/${PROBE_PREFIX}*`);
  return [
    ...allow('ChangeRoutes', [
      ['s3:GetMultiRegionAccessPointRoutes', 's3:SubmitMultiRegionAccessPointRoutes'],
      points(scope),
    ]),
    ...readCanaries(scope),
    ...allow('ThroughAccessPoint', [['s3:GetObject'], canaries]),
    ...steeringLedger(scope, ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query']),
  ];
}

export function failbackPermissions(scope: PermissionScope): readonly PermissionStatement[] {
  const { behind, accounts, stage } = scope;
  const ledgers = homesOf(behind, accounts).map((home) => arnAt('dynamodb', home, `table/holdfast-${stage}-ledger`));
  return [
    ...failoverPermissions(scope),
    ...allow('Conflicts', [['dynamodb:Query'], ledgers]), // what both sides have alerted
  ];
}

export function freezePermissions(scope: PermissionScope): readonly PermissionStatement[] {
  return steeringLedger(scope, ['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:Query']);
}

function points({ mraps }: PermissionScope): readonly string[] {
  return sorted(mraps.map(({ arn }) => arn));
}

/** Without a list S3 answers 403 for a canary that is not there. */
function readCanaries({ behind }: PermissionScope): readonly PermissionStatement[] {
  return [
    ...allow('Canaries', [['s3:GetObject'], behind.map((bucket) => `${bucketArn(bucket)}/${PROBE_PREFIX}*`)]),
    ...allow('TellAbsentFromDenied', [['s3:ListBucket'], bucketArns(behind)]),
    ...keysThroughS3(behind, ['kms:Decrypt']),
  ];
}

function steeringLedger(
  { config, accounts, stage, mraps }: PermissionScope,
  actions: readonly string[],
): readonly PermissionStatement[] {
  const { steeringRegion: region } = config;
  if (region === undefined || mraps.length === 0) return [];
  const tables = accounts.map((account) => arnAt('dynamodb', { region, account }, `table/holdfast-${stage}-steering`));
  return allow('SteeringLedger', [actions, tables]);
}
