import type { PermissionScope } from './permission-scope.ts';
import { allow, anywhere, arnAt, type PermissionStatement } from './permission-statement.ts';
import { ENDINGS } from './stack-resources.ts';

/** Commands about alerts: each in every Region with a stack. */

export function alertsPermissions(scope: PermissionScope): readonly PermissionStatement[] {
  // To close one is to write what is known of it, with a word for whoever tells people.
  return ledgers(scope, ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem']);
}

export function mutePermissions(scope: PermissionScope): readonly PermissionStatement[] {
  return ledgers(scope, ['dynamodb:PutItem', 'dynamodb:Query']);
}

export function unmutePermissions(scope: PermissionScope): readonly PermissionStatement[] {
  return ledgers(scope, ['dynamodb:DeleteItem', 'dynamodb:GetItem']);
}

export function mutesPermissions(scope: PermissionScope): readonly PermissionStatement[] {
  return ledgers(scope, ['dynamodb:Query']);
}

export function testAlertPermissions({ stacks, stage, config }: PermissionScope): readonly PermissionStatement[] {
  const topics = stacks.map((home) => arnAt('sns', home, `holdfast-${stage}-AlertTopic-*`));
  const queues = config.alerts.subscriptions.filter(({ protocol }) => protocol === 'sqs');
  const listening = ['sqs:ChangeMessageVisibility', 'sqs:GetQueueUrl', 'sqs:ReceiveMessage'];
  return [
    ...anywhere('FindTopics', ['sns:ListTopics'], 'a list is of all topics of a Region'),
    ...allow('TryTopics', [['sns:ListSubscriptionsByTopic', 'sns:Publish'], topics], { because: ENDINGS }),
    ...allow('AskSubscriptions', [['sns:GetSubscriptionAttributes'], topics], { because: ENDINGS }),
    ...anywhere('Deliveries', ['cloudwatch:GetMetricData'], 'CloudWatch knows no permission on single metrics'),
    ...allow('Listen', [listening, queues.map(({ endpoint }) => endpoint)]), // --listen
  ];
}

function ledgers({ stacks, stage }: PermissionScope, actions: readonly string[]): readonly PermissionStatement[] {
  const tables = stacks.map((home) => arnAt('dynamodb', home, `table/holdfast-${stage}-ledger`));
  return allow('Ledgers', [actions, tables]);
}
