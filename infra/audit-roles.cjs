/** What the functions of audits may do: they read both ends of the audited pairs, and write nowhere but to their reports. */
const { bucketArn, getAtt, sub } = require('./arns.cjs');
const {
  alert,
  allow,
  compareReplicas,
  readObjects,
  readRules,
  remember,
  report,
  useKeys,
} = require('./statements.cjs');

const unique = (values) => [...new Set(values)];

const bucketsOf = ({ audits }) => unique(audits.flatMap(({ buckets }) => buckets.map(({ bucket }) => bucket)));

/** The keys of buckets at either end, in whatever Region: a shard reads both ends by itself. */
function keysOf({ audits }) {
  const withKeys = audits.flatMap(({ buckets }) => buckets).filter(({ kmsKeys }) => kmsKeys.length > 0);
  return useKeys({
    buckets: unique(withKeys.map(({ bucket }) => bucket)),
    kmsKeys: unique(withKeys.flatMap(({ kmsKeys }) => kmsKeys)),
    regions: unique(withKeys.map(({ region }) => region)),
  });
}

/** Files of runs. What is locked stays whatever is allowed here; nothing here deletes. */
const reportFiles = (...more) =>
  allow('ReportFiles', ['s3:GetObject', 's3:PutObject', ...more], sub('${ReportsBucket.Arn}/audits/*'));

/** A file that is not there is a 404 only for whoever may list the bucket. */
const TELL_WHICH = allow('TellWhichFiles', 's3:ListBucket', getAtt('ReportsBucket', 'Arn'));

/** Boundaries of shards are sampled, and the rules of both ends are part of the question. */
const plan = (region) => [
  allow('ListVersions', ['s3:ListBucket', 's3:ListBucketVersions'], bucketsOf(region).map(bucketArn)),
  ...readRules(
    { linked: bucketsOf(region) },
    's3:GetBucketVersioning',
    's3:GetReplicationConfiguration',
    's3:GetLifecycleConfiguration',
    's3:GetBucketOwnershipControls',
  ),
  reportFiles(),
  TELL_WHICH,
  remember('UpdateItem', 'DeleteItem', 'Query'),
  alert,
];

const shard = (region) => [
  ...readObjects({ buckets: bucketsOf(region) }),
  ...compareReplicas({ linked: bucketsOf(region) }),
  ...keysOf(region),
  reportFiles(),
  TELL_WHICH,
  remember('UpdateItem'),
];

/** Reports can be larger than memory, so that they are uploaded in parts; and locked, where the configuration says so. */
const finish = ({ audits }) => [
  reportFiles(
    's3:AbortMultipartUpload',
    ...(audits.some(({ lock }) => lock !== undefined) ? ['s3:PutObjectRetention'] : []),
  ),
  TELL_WHICH,
  remember('UpdateItem', 'DeleteItem', 'Query'),
  alert,
];

/** By function, the role's logical id and what it may do. */
module.exports = {
  'audit-plan': ['AuditPlanRole', plan],
  'audit-shard': ['AuditShardRole', shard],
  'audit-report': ['AuditReportRole', finish],
};
