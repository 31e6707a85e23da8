import { MARK } from './names.ts';

export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What the profile of a smoke test needs, and no more: everything but metrics is limited to what carries the name of a run. */
export function smokePolicy(account: string, { withKms }: { readonly withKms: boolean }): readonly Statement[] {
  const named = (service: string, region: string, kind = ''): string =>
    `arn:aws:${service}:${region}:${account}:${kind}${MARK}-*`;
  const buckets = `arn:aws:s3:::${MARK}-*`;
  const role = named('iam', '', 'role/');
  return [
    allow('Buckets', buckets, [
      's3:CreateBucket',
      's3:DeleteBucket',
      's3:GetBucketNotification',
      's3:GetBucketTagging',
      's3:ListBucket',
      's3:ListBucketMultipartUploads',
      's3:ListBucketVersions',
      's3:PutBucketNotification',
      's3:PutBucketTagging',
      's3:PutBucketVersioning',
      's3:PutReplicationConfiguration',
    ]),
    allow('Objects', `${buckets}/*`, [
      's3:AbortMultipartUpload',
      's3:DeleteObject',
      's3:DeleteObjectVersion',
      's3:GetObject',
      's3:GetObjectAttributes',
      's3:GetObjectVersion',
      's3:PutObject',
      's3:PutObjectVersionTagging',
    ]),
    allow('Queues', named('sqs', '*'), [
      'sqs:CreateQueue',
      'sqs:DeleteMessage',
      'sqs:DeleteQueue',
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
      'sqs:ReceiveMessage',
    ]),
    allow('Role', role, [
      'iam:CreateRole',
      'iam:DeleteRole',
      'iam:DeleteRolePolicy',
      'iam:GetRole',
      'iam:PutRolePolicy',
    ]),
    {
      ...allow('GiveRole', role, ['iam:PassRole']),
      Condition: { StringEquals: { 'iam:PassedToService': 's3.amazonaws.com' } },
    },
    allow('Rule', named('events', '*', 'rule/'), [
      'events:DeleteRule',
      'events:DescribeRule',
      'events:PutRule',
      'events:PutTargets',
      'events:RemoveTargets',
    ]),
    // CloudWatch knows no smaller resource.
    allow('Metrics', '*', ['cloudwatch:GetMetricStatistics', 'cloudwatch:ListMetrics']),
    ...(withKms ? keyStatements(account) : []),
  ];
}

function keyStatements(account: string): readonly Statement[] {
  const keys = `arn:aws:kms:*:${account}:key/*`;
  const aliases = `arn:aws:kms:*:${account}:alias/${MARK}-*`;
  return [
    // A key has no name before it is there.
    allow('NewKeys', '*', ['kms:CreateKey']),
    allow('NameKeys', [keys, aliases], ['kms:CreateAlias', 'kms:DeleteAlias']),
    {
      ...allow('UseKeys', keys, ['kms:Decrypt', 'kms:GenerateDataKey']),
      Condition: {
        StringLike: {
          'kms:ViaService': 's3.*.amazonaws.com',
          'kms:EncryptionContext:aws:s3:arn': `arn:aws:s3:::${MARK}-*`,
        },
      },
    },
    // An alias counts for a policy up to five minutes after it was made: enough for the end of a run, not for its beginning.
    {
      ...allow('EndKeys', keys, ['kms:DescribeKey', 'kms:ScheduleKeyDeletion']),
      Condition: { 'ForAnyValue:StringLike': { 'kms:ResourceAliases': `alias/${MARK}-*` } },
    },
  ];
}

function allow(Sid: string, Resource: Statement['Resource'], Action: readonly string[]): Statement {
  return { Sid, Effect: 'Allow', Action, Resource };
}
