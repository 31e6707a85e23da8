import { bucketArn } from '../model/arn.ts';
import { arnAt, globalArn, type Home, type PermissionStatement } from './permission-statement.ts';

/** What CloudFormation does with a resource of the templates, in the name of whoever deploys. */
export interface StackResource {
  /** Of the templates. */
  readonly types: readonly string[];
  readonly sid: string;
  readonly look: readonly string[];
  readonly make: readonly string[];
  /** Of a change as well: a resource can be replaced, and what fails is rolled back. */
  readonly take: readonly string[];
  resources(stage: string, home: Home): readonly string[];
  /** Only where audits are made by the clock. */
  readonly ofAudits?: true;
  /** Why their ARNs are not exact; absent: they are. */
  readonly because?: string;
  /** What limits them, where their ARNs do not. */
  readonly condition?: (stage: string, homes: readonly Home[]) => NonNullable<PermissionStatement['Condition']>;
}

/** What CloudFormation names by itself begins with the name of the stack. */
const named =
  (service: string, kind = '') =>
  (stage: string, home: Home): readonly string[] => [arnAt(service, home, `${kind}holdfast-${stage}-*`)];

export const ENDINGS =
  'their names begin with that of the stack, and CloudFormation ends some of them with letters of its own';

/**
 * By the handlers of each type, as CloudFormation's registry lists their permissions; those of properties that the templates do not
 * set are left out.
 *
 * @see https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
 */
export const STACK_RESOURCES: readonly StackResource[] = [
  {
    types: ['AWS::SQS::Queue', 'AWS::SQS::QueuePolicy'],
    sid: 'Queues',
    look: ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:ListQueueTags'],
    make: ['sqs:CreateQueue', 'sqs:SetQueueAttributes', 'sqs:TagQueue', 'sqs:UntagQueue'],
    take: ['sqs:DeleteQueue'],
    resources: named('sqs'),
    because: ENDINGS,
  },
  {
    types: ['AWS::SNS::Topic', 'AWS::SNS::TopicPolicy', 'AWS::SNS::Subscription'],
    sid: 'Topic',
    look: [
      'sns:GetDataProtectionPolicy',
      'sns:GetSubscriptionAttributes',
      'sns:GetTopicAttributes',
      'sns:ListSubscriptionsByTopic',
      'sns:ListTagsForResource',
    ],
    make: [
      'sns:CreateTopic',
      'sns:SetSubscriptionAttributes',
      'sns:SetTopicAttributes',
      'sns:Subscribe',
      'sns:TagResource',
      'sns:UntagResource',
    ],
    take: ['sns:DeleteTopic', 'sns:Unsubscribe'],
    resources: named('sns'),
    because: ENDINGS,
  },
  {
    types: ['AWS::DynamoDB::Table'], // retained with the stack: nothing takes one away but `remove --with-tables`
    sid: 'Tables',
    look: [
      'dynamodb:DescribeContinuousBackups',
      'dynamodb:DescribeContributorInsights',
      'dynamodb:DescribeKinesisStreamingDestination',
      'dynamodb:DescribeTable',
      'dynamodb:DescribeTimeToLive',
      'dynamodb:GetResourcePolicy',
      'dynamodb:ListTagsOfResource',
    ],
    make: [
      'dynamodb:CreateTable',
      'dynamodb:TagResource',
      'dynamodb:UntagResource',
      'dynamodb:UpdateContinuousBackups',
      'dynamodb:UpdateTable',
      'dynamodb:UpdateTimeToLive',
    ],
    take: [],
    resources: tableArns,
  },
  {
    types: ['AWS::Lambda::Function'],
    sid: 'Functions',
    look: [
      'lambda:GetFunction',
      'lambda:GetFunctionCodeSigningConfig',
      'lambda:GetFunctionConfiguration',
      'lambda:GetFunctionRecursionConfig',
      'lambda:GetRuntimeManagementConfig',
      'lambda:ListTags',
    ],
    make: [
      'lambda:CreateFunction',
      'lambda:DeleteFunctionConcurrency',
      'lambda:PutFunctionConcurrency',
      'lambda:PutFunctionRecursionConfig',
      'lambda:TagResource',
      'lambda:UntagResource',
      'lambda:UpdateFunctionCode',
      'lambda:UpdateFunctionConfiguration',
    ],
    take: ['lambda:DeleteFunction'],
    resources: named('lambda', 'function:'),
    because: ENDINGS,
  },
  {
    types: ['AWS::Lambda::EventSourceMapping'],
    sid: 'Mappings',
    look: ['lambda:GetEventSourceMapping'],
    make: ['lambda:CreateEventSourceMapping', 'lambda:UpdateEventSourceMapping'],
    take: ['lambda:DeleteEventSourceMapping'],
    resources: () => ['*'],
    because: 'Lambda chooses the IDs of mappings: the function is in a condition',
    condition: (stage, homes) => ({
      ArnLike: { 'lambda:FunctionArn': homes.map((home) => arnAt('lambda', home, `function:holdfast-${stage}-*`)) },
    }),
  },
  {
    types: ['AWS::Logs::LogGroup'],
    sid: 'Logs',
    look: ['logs:ListTagsForResource'],
    make: ['logs:CreateLogGroup', 'logs:PutRetentionPolicy', 'logs:TagResource', 'logs:UntagResource'],
    take: ['logs:DeleteLogGroup'],
    resources: (stage, home) => {
      const group = arnAt('logs', home, `log-group:/aws/lambda/holdfast-${stage}-*`);
      return [group, `${group}:*`];
    },
    because: ENDINGS,
  },
  {
    types: ['AWS::CloudWatch::Alarm'],
    sid: 'Alarms',
    look: ['cloudwatch:DescribeAlarms', 'cloudwatch:ListTagsForResource'],
    make: ['cloudwatch:PutMetricAlarm', 'cloudwatch:TagResource', 'cloudwatch:UntagResource'],
    take: ['cloudwatch:DeleteAlarms'],
    resources: named('cloudwatch', 'alarm:'),
    because: ENDINGS,
  },
  {
    types: ['AWS::CloudWatch::Dashboard'],
    sid: 'Dashboard',
    look: ['cloudwatch:GetDashboard'],
    make: ['cloudwatch:PutDashboard'],
    take: ['cloudwatch:DeleteDashboards'],
    resources: (stage, home) => [globalArn('cloudwatch', home, `dashboard/holdfast-${stage}-*`)],
    because: ENDINGS,
  },
  {
    types: ['AWS::Scheduler::Schedule', 'AWS::Scheduler::ScheduleGroup'],
    sid: 'Schedules',
    look: ['scheduler:GetSchedule', 'scheduler:GetScheduleGroup', 'scheduler:ListTagsForResource'],
    make: [
      'scheduler:CreateSchedule',
      'scheduler:CreateScheduleGroup',
      'scheduler:TagResource',
      'scheduler:UntagResource',
      'scheduler:UpdateSchedule',
    ],
    take: ['scheduler:DeleteSchedule', 'scheduler:DeleteScheduleGroup'],
    resources: (stage, home) => [
      arnAt('scheduler', home, `schedule/holdfast-${stage}/*`),
      arnAt('scheduler', home, `schedule-group/holdfast-${stage}`),
    ],
    because: 'CloudFormation names the schedules of the group',
  },
  {
    types: ['AWS::IAM::Role'],
    sid: 'Roles',
    look: ['iam:GetRole', 'iam:GetRolePolicy', 'iam:ListAttachedRolePolicies', 'iam:ListRolePolicies'],
    make: [
      'iam:CreateRole',
      'iam:PutRolePolicy',
      'iam:TagRole',
      'iam:UntagRole',
      'iam:UpdateAssumeRolePolicy',
      'iam:UpdateRole',
    ],
    take: ['iam:DeleteRole', 'iam:DeleteRolePolicy'],
    resources: (stage, home) => [globalArn('iam', home, `role/holdfast-${stage}-*`)],
    because: ENDINGS,
  },
  {
    types: ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy'], // of the packages, which the framework puts there
    sid: 'Packages',
    look: ['s3:GetBucketPolicy', 's3:GetBucketTagging', 's3:GetEncryptionConfiguration', 's3:ListBucket'],
    make: [
      's3:CreateBucket',
      's3:PutBucketPolicy',
      's3:PutBucketPublicAccessBlock',
      's3:PutBucketTagging',
      's3:PutEncryptionConfiguration',
    ],
    take: ['s3:DeleteBucket', 's3:DeleteBucketPolicy'],
    resources: (stage, home) => [packagesArn(stage, home)],
    because: ENDINGS,
  },
  {
    types: ['AWS::StepFunctions::StateMachine'],
    ofAudits: true,
    sid: 'Machines',
    look: ['states:DescribeStateMachine', 'states:ListTagsForResource'],
    make: ['states:CreateStateMachine', 'states:TagResource', 'states:UntagResource', 'states:UpdateStateMachine'],
    take: ['states:DeleteStateMachine'],
    resources: (stage, home) => [arnAt('states', home, `stateMachine:holdfast-${stage}-audit`)],
  },
  {
    types: [], // the bucket of reports: its types are those of the packages. Retained with the stack, so nothing takes it away
    ofAudits: true,
    sid: 'Reports',
    look: [
      's3:GetBucketObjectLockConfiguration',
      's3:GetBucketOwnershipControls',
      's3:GetBucketPolicy',
      's3:GetBucketPublicAccessBlock',
      's3:GetBucketTagging',
      's3:GetBucketVersioning',
      's3:GetEncryptionConfiguration',
      's3:GetLifecycleConfiguration',
      's3:ListBucket',
    ],
    make: [
      's3:CreateBucket',
      's3:PutBucketObjectLockConfiguration',
      's3:PutBucketOwnershipControls',
      's3:PutBucketPolicy',
      's3:PutBucketPublicAccessBlock',
      's3:PutBucketTagging',
      's3:PutBucketVersioning',
      's3:PutEncryptionConfiguration',
      's3:PutLifecycleConfiguration',
    ],
    take: [],
    resources: (stage, home) => [reportsArn(stage, home)],
  },
];

/** As infra/audits.cjs names it. */
function reportsArn(stage: string, { region, account }: Home): string {
  return bucketArn({ bucket: `holdfast-${stage}-reports-${account}-${region}`, region });
}

export function tableArns(stage: string, home: Home): readonly string[] {
  return ['ledger', 'steering'].map((table) => arnAt('dynamodb', home, `table/holdfast-${stage}-${table}`));
}

/** CloudFormation cuts off the end of the name, and puts letters of its own there. */
export function packagesArn(stage: string, { region }: Home): string {
  return bucketArn({ bucket: `holdfast-${stage}-serverless*`, region });
}
