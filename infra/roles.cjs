/** One role per function, and in it only what this function calls. */
const { bucketArn, getAtt, logStreamsArn, objectsArn, sub } = require('./arns.cjs');
const describeRegion = require('./region.cjs');

const allow = (Sid, Action, Resource, Condition) => ({
  Sid,
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});

const consume = (queue) =>
  allow('OwnQueue', ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], getAtt(queue, 'Arn'));

/**
 * Reading any version with its checksums. The bucket actions only make a missing object a 404: without them S3 answers 403,
 * and "gone" could not be told from "not allowed".
 */
function readObjects({ buckets }) {
  return [
    allow(
      'ReadVersions',
      ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectAttributes', 's3:GetObjectVersionAttributes'],
      buckets.map(objectsArn),
    ),
    allow('TellAbsentFromDenied', ['s3:ListBucket', 's3:ListBucketVersions'], buckets.map(bucketArn)),
  ];
}

/**
 * The keys of the configuration, through S3 and for these buckets only. With bucket keys the encryption context is the
 * bucket's ARN, without them the object's: both are listed.
 */
function useKeys({ buckets, kmsKeys }) {
  if (kmsKeys.length === 0) return [];
  return [
    allow('KeysThroughS3', ['kms:Decrypt', 'kms:GenerateDataKey'], kmsKeys, {
      StringEquals: { 'kms:ViaService': sub('s3.${AWS::Region}.${AWS::URLSuffix}') },
      StringLike: { 'kms:EncryptionContext:aws:s3:arn': buckets.flatMap((b) => [bucketArn(b), objectsArn(b)]) },
    }),
  ];
}

/** What every inspection may do, wherever it started. */
const inspect = (region) => [
  ...readObjects(region),
  ...useKeys(region),
  allow(
    'LooksToCome',
    'sqs:SendMessage',
    ['LooksQueue', 'ReadsQueue', 'PoisonQueue'].map((queue) => getAtt(queue, 'Arn')),
  ),
  allow('Remember', ['dynamodb:GetItem', 'dynamodb:PutItem'], getAtt('Ledger', 'Arn')),
  allow('Alert', 'sns:Publish', { Ref: 'AlertTopic' }),
];

/** The name is fixed, so that bucket and key policies of other accounts can name it; roles are global, so the Region is in it. */
function role(functionName, statements) {
  const log = allow('OwnLog', ['logs:CreateLogStream', 'logs:PutLogEvents'], logStreamsArn(functionName));
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: sub(`${functionName}-\${AWS::Region}`),
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      Policies: [{ PolicyName: 'own', PolicyDocument: { Version: '2012-10-17', Statement: [...statements, log] } }],
    },
  };
}

module.exports = async ({ resolveVariable }) => {
  const region = await describeRegion(resolveVariable);
  const named = (name) => `holdfast-${region.stage}-${name}`;
  return {
    Resources: {
      OnObjectEventRole: role(named('on-object-event'), [consume('SignalsQueue'), ...inspect(region)]),
      OnLookRole: role(named('on-look'), [consume('LooksQueue'), ...inspect(region)]),
      OnReadRole: role(named('on-read'), [consume('ReadsQueue'), ...inspect(region)]),
    },
  };
};
