/**
 * Audits by the clock: where their reports are kept, the state machine that makes them, and what starts it. Only in Regions with
 * the source of an audited pair.
 */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { denyPlaintext, getAtt, machineArn, sub } = require('./arns.cjs');
const describeRegion = require('./region.cjs');
const { allow } = require('./statements.cjs');

const DEFINITION = join(__dirname, 'audit-machine.asl.json');

const DAY_MS = 86_400_000;

/** Days for which something overwritten or expired can still be fetched back. */
const REGRET_DAYS = 7;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const LONGEST_NAME = 63;

/** A name of the configuration as a part of a logical id, as the framework writes those of functions. */
const toId = (name) =>
  `${name[0].toUpperCase()}${name.slice(1)}`
    .replaceAll('-', 'Dash')
    .replaceAll('_', 'Underscore')
    .replaceAll('.', 'Dot');

function bucketName({ stage, region }) {
  const longest = `holdfast-${stage}-reports-${'0'.repeat(12)}-${region}`;
  if (longest.length > LONGEST_NAME)
    throw new Error(
      `the bucket for reports in ${region} would have a name of ${longest.length} characters, and S3 takes ${LONGEST_NAME}: choose a shorter stage than ${stage}`,
    );
  return sub(`holdfast-${stage}-reports-\${AWS::AccountId}-${region}`);
}

/**
 * Kept with the stack: reports are evidence. Object Lock can hardly be added to a bucket later, costs nothing, and locks nothing
 * by itself, so that every bucket has it.
 */
function reportsBucket(region) {
  const expiring = region.audits.map(({ name, keepMs }) => ({
    Id: `reports-of-${name}`,
    Status: 'Enabled',
    Prefix: `audits/${name}/`,
    ExpirationInDays: Math.ceil(keepMs / DAY_MS),
    NoncurrentVersionExpiration: { NoncurrentDays: REGRET_DAYS },
  }));
  const leftOver = {
    Id: 'left-over',
    Status: 'Enabled',
    Prefix: '',
    ExpiredObjectDeleteMarker: true,
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: REGRET_DAYS },
  };
  return {
    Type: 'AWS::S3::Bucket',
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      BucketName: bucketName(region),
      ObjectLockEnabled: true,
      VersioningConfiguration: { Status: 'Enabled' },
      // Not under a key of KMS: a throttled or disabled key must not stop evidence from being written or read.
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      LifecycleConfiguration: { Rules: [...expiring, leftOver] },
    },
  };
}

const BUCKET_POLICY = {
  Type: 'AWS::S3::BucketPolicy',
  DeletionPolicy: 'Retain', // with its bucket
  UpdateReplacePolicy: 'Retain',
  Properties: {
    Bucket: { Ref: 'ReportsBucket' },
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [denyPlaintext('s3:*', [getAtt('ReportsBucket', 'Arn'), sub('${ReportsBucket.Arn}/*')])],
    },
  },
};

const WORKERS = {
  AuditPlan: 'AuditDashplanLambdaFunction',
  AuditShard: 'AuditDashshardLambdaFunction',
  AuditReport: 'AuditDashreportLambdaFunction',
};

function machine(stage) {
  const arns = Object.entries(WORKERS).map(([name, functionId]) => [name, getAtt(functionId, 'Arn')]);
  return {
    Type: 'AWS::StepFunctions::StateMachine',
    Properties: {
      StateMachineName: `holdfast-${stage}-audit`,
      StateMachineType: 'STANDARD',
      RoleArn: getAtt('AuditMachineRole', 'Arn'),
      DefinitionString: JSON.stringify(JSON.parse(readFileSync(DEFINITION, 'utf8'))),
      DefinitionSubstitutions: { Partition: { Ref: 'AWS::Partition' }, ...Object.fromEntries(arns) },
    },
  };
}

/** A role that one service assumes on behalf of one thing of this account. */
function roleOf(name, { service, source, statements }) {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: sub(`${name}-\${AWS::Region}`),
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: service },
            Action: 'sts:AssumeRole',
            Condition: {
              StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
              ...(source === undefined ? {} : { ArnLike: { 'aws:SourceArn': source } }),
            },
          },
        ],
      },
      Policies: [{ PolicyName: 'own', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
    },
  };
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html */
function machineRole(stage) {
  const executions = `arn:\${AWS::Partition}:states:\${AWS::Region}:\${AWS::AccountId}:execution:holdfast-${stage}-audit`;
  return roleOf(`holdfast-${stage}-audit-machine`, {
    service: 'states.amazonaws.com',
    source: machineArn(stage),
    statements: [
      allow(
        'StartWorkers',
        'lambda:InvokeFunction',
        Object.values(WORKERS).map((id) => getAtt(id, 'Arn')),
      ),
      allow('StartShards', 'states:StartExecution', machineArn(stage)),
      // Those of shards have the label of the map in their ARN, which the page above leaves out.
      allow(
        'WatchShards',
        ['states:DescribeExecution', 'states:StopExecution'],
        [sub(`${executions}:*`), sub(`${executions}/Shards:*`)],
      ),
      allow('ReadShards', 's3:GetObject', sub('${ReportsBucket.Arn}/audits/*/todo-*.json')),
      allow(
        'WriteResults',
        ['s3:GetObject', 's3:PutObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'],
        sub('${ReportsBucket.Arn}/audits/*/map/*'),
      ),
    ],
  });
}

const schedulerRole = (stage) =>
  roleOf(`holdfast-${stage}-audit-scheduler`, {
    service: 'scheduler.amazonaws.com',
    statements: [allow('StartAudits', 'states:StartExecution', { Ref: 'AuditMachine' })],
  });

/** Of two runs of one audit the ledger lets one be made, so that starting once more is harmless. */
const schedule = ({ name, schedule: ScheduleExpression, timezone }) => ({
  Type: 'AWS::Scheduler::Schedule',
  Properties: {
    GroupName: { Ref: 'ScheduleGroup' },
    Description: `Audit ${name}`,
    ScheduleExpression,
    ScheduleExpressionTimezone: timezone,
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: { Ref: 'AuditMachine' },
      RoleArn: getAtt('AuditSchedulerRole', 'Arn'),
      Input: JSON.stringify({ audit: name }),
      RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 5 },
    },
  },
});

module.exports = async ({ resolveVariable }) => {
  const region = await describeRegion(resolveVariable);
  const { audits, stage } = region;
  if (audits.length === 0) return { Resources: {} };
  return {
    Resources: {
      ReportsBucket: reportsBucket(region),
      ReportsBucketPolicy: BUCKET_POLICY,
      AuditMachine: machine(stage),
      AuditMachineRole: machineRole(stage),
      AuditSchedulerRole: schedulerRole(stage),
      ...Object.fromEntries(audits.map((audit) => [`${toId(audit.name)}AuditSchedule`, schedule(audit)])),
    },
    Outputs: { ReportsBucket: { Description: 'Where reports of audits are kept', Value: { Ref: 'ReportsBucket' } } },
  };
};
