/** What several roles may do, as statements of their policies. */
const { bucketArn, getAtt, logStreamsArn, objectsArn, sub } = require('./arns.cjs');

const allow = (Sid, Action, Resource, Condition) => ({
  Sid,
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});

/**
 * The headers of any version. The bucket actions only make a missing object a 404: without them S3 answers 403, and "gone" could
 * not be told from "not allowed".
 */
function readHeaders({ buckets }, ...more) {
  return [
    allow('ReadVersions', ['s3:GetObject', 's3:GetObjectVersion', ...more], buckets.map(objectsArn)),
    allow('TellAbsentFromDenied', ['s3:ListBucket', 's3:ListBucketVersions'], buckets.map(bucketArn)),
  ];
}

/** Any version with its content, its checksums and its parts. */
const readObjects = (region) => readHeaders(region, 's3:GetObjectAttributes', 's3:GetObjectVersionAttributes');

/** The rules of links: what they say decides what is expected. */
function readRules({ linked }, ...actions) {
  return linked.length === 0 ? [] : [allow('ReadRules', actions, linked.map(bucketArn))];
}

/** Everything that a replica has in common with its source, and the rules that say what it need not have. */
function compareReplicas({ linked }) {
  if (linked.length === 0) return [];
  return [
    allow(
      'CompareReplicas',
      ['s3:GetObjectVersionTagging', 's3:GetObjectVersionAcl', 's3:GetObjectRetention', 's3:GetObjectLegalHold'],
      linked.map(objectsArn),
    ),
    ...readRules(
      { linked },
      's3:GetReplicationConfiguration',
      's3:GetLifecycleConfiguration',
      's3:GetBucketOwnershipControls',
    ),
  ];
}

/**
 * The keys of the configuration, through S3 and for these buckets only. With bucket keys the encryption context is the
 * bucket's ARN, without them the object's: both are listed.
 */
function useKeys({ buckets, kmsKeys, regions }) {
  if (kmsKeys.length === 0) return [];
  return [
    allow('KeysThroughS3', ['kms:Decrypt', 'kms:GenerateDataKey'], kmsKeys, {
      StringEquals: { 'kms:ViaService': regions.map((region) => sub(`s3.${region}.\${AWS::URLSuffix}`)) },
      StringLike: { 'kms:EncryptionContext:aws:s3:arn': buckets.flatMap((b) => [bucketArn(b), objectsArn(b)]) },
    }),
  ];
}

/** The ledger: every item under a key of its own, so that twice is harmless. Counting updates, pending lists delete and are queried. */
const remember = (...more) =>
  allow(
    'Remember',
    ['GetItem', 'PutItem', ...more].map((action) => `dynamodb:${action}`),
    getAtt('Ledger', 'Arn'),
  );

/** What was found is reported there: causes, cases and the outbox. Cases are counted, and read together with their counters. */
const report = remember('UpdateItem', 'Query');

const rememberAll = remember('UpdateItem', 'DeleteItem', 'Query');

const alert = allow('Alert', 'sns:Publish', { Ref: 'AlertTopic' });

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

module.exports = {
  allow,
  alert,
  compareReplicas,
  readHeaders,
  readObjects,
  readRules,
  remember,
  rememberAll,
  report,
  role,
  useKeys,
};
