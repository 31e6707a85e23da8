import type { BucketConfig } from '../model/config.ts';
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
import { routesPermissions } from './permissions-of-routes.ts';

/** Commands that ask the deployed stacks. */

export function statusPermissions(scope: PermissionScope): readonly PermissionStatement[] {
  const { sources, links, audited } = scope;
  return [
    ...allow('ReadRules', [['s3:GetReplicationConfiguration'], bucketArns(sources)]),
    ...checkpoints(scope),
    // Of destinations for --list.
    ...ledgers(scope, [...links.map(({ destination }) => destination), ...audited]),
    ...anywhere('Metrics', ['cloudwatch:GetMetricData'], NO_SINGLE_METRIC),
  ];
}

/** To price the standing monitor by what is measured. */
export function configPermissions(): readonly PermissionStatement[] {
  return anywhere('Metrics', ['cloudwatch:GetMetricData', 'cloudwatch:ListMetrics'], NO_SINGLE_METRIC);
}

export function consolePermissions(scope: PermissionScope): readonly PermissionStatement[] {
  const { sources, links, buckets, mraps } = scope;
  const isEncrypted = buckets.some(({ kmsKeys }) => kmsKeys.length > 0);
  return [
    ...allow('ReadRules', [['s3:GetReplicationConfiguration'], bucketArns(sources)]),
    ...(mraps.length === 0 ? checkpoints(scope) : routesPermissions(scope)),
    ...ledgers(
      scope,
      links.flatMap(({ source, destination }) => [source, destination]),
    ),
    ...findQueues(scope, ALL_QUEUES),
    ...(isEncrypted ? readUsage() : anywhere('Metrics', ['cloudwatch:GetMetricData'], NO_SINGLE_METRIC)),
  ];
}

export function poisonPermissions(scope: PermissionScope): readonly PermissionStatement[] {
  const { stacks, stage } = scope;
  const named = (names: readonly string[]): readonly string[] =>
    stacks.flatMap((home) => names.map((name) => arnAt('sqs', home, `holdfast-${stage}-${name}`)));
  const taking = ['sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility', 'sqs:DeleteMessage'];
  return [
    ...anywhere('ListQueues', ['sqs:ListQueues'], 'a list is of all queues of a Region'),
    ...allow('SetAside', [taking, named(['PoisonQueue-*', ...LANES.map((lane) => `${lane}DeadLetterQueue-*`)])], {
      because: ENDINGS,
    }),
    ...allow(
      'Replay',
      [['sqs:SendMessage'], named(LANES.map((lane) => (lane === 'Peer' ? 'peer' : `${lane}Queue-*`)))],
      {
        because: ENDINGS,
      },
    ),
  ];
}

/** As in the names of queues; that of peers itself has a fixed one. */
const LANES = ['Signals', 'Looks', 'Reads', 'Peer'] as const;

const ALL_QUEUES = ['*'];

const ENDINGS = 'CloudFormation ends the names of queues with letters of its own';

const NO_SINGLE_METRIC = 'CloudWatch knows no permission on single metrics';

/** By the beginnings of their names, in the Regions of the pairs. */
export function findQueues(
  { buckets, accounts, stage }: PermissionScope,
  names: readonly string[],
): readonly PermissionStatement[] {
  const queues = homesOf(buckets, accounts).flatMap((home) =>
    names.map((name) => arnAt('sqs', home, `holdfast-${stage}-${name}`)),
  );
  return [
    ...anywhere('ListQueues', ['sqs:ListQueues'], 'a list is of all queues of a Region'),
    ...allow('AskQueues', [['sqs:GetQueueAttributes'], queues], { because: ENDINGS }),
  ];
}

/** How hard KMS is pressed, and how much it takes. */
export function readUsage(): readonly PermissionStatement[] {
  return [
    ...anywhere('Metrics', ['cloudwatch:GetMetricData'], NO_SINGLE_METRIC),
    ...anywhere(
      'Quotas',
      ['servicequotas:GetServiceQuota', 'servicequotas:GetAWSDefaultServiceQuota'],
      'Service Quotas knows no permission on single quotas',
    ),
  ];
}

function checkpoints({ config, accounts, stage }: PermissionScope): readonly PermissionStatement[] {
  const { steeringRegion: region } = config;
  const tables =
    region === undefined
      ? []
      : accounts.map((account) => arnAt('dynamodb', { region, account }, `table/holdfast-${stage}-steering`));
  return allow('Checkpoints', [['dynamodb:GetItem'], tables]);
}

/** Where the runs of audits are known. */
export function runLedgers(scope: PermissionScope): readonly string[] {
  return ledgersOf(scope, scope.audited);
}

function ledgers(scope: PermissionScope, buckets: readonly BucketConfig[]): readonly PermissionStatement[] {
  return allow('Ledgers', [['dynamodb:Query'], ledgersOf(scope, buckets)]);
}

function ledgersOf({ accounts, stage }: PermissionScope, buckets: readonly BucketConfig[]): readonly string[] {
  return sorted(homesOf(buckets, accounts).map((home) => arnAt('dynamodb', home, `table/holdfast-${stage}-ledger`)));
}
