/** What the functions of audits may do: they read both ends of the audited pairs, and write nowhere but to their reports. */
const { bucketArn, getAtt, sub } = require('./arns.cjs');
const { alert, allow, compareReplicas, readObjects, rememberAll, report, useKeys } = require('./statements.cjs');

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

/** Both ends of the audited pairs, as far as anything can be proved of them. */
const lookAtBoth = (region) => [
  ...readObjects({ buckets: bucketsOf(region) }),
  ...compareReplicas({ linked: bucketsOf(region) }),
  ...keysOf(region),
];

/** Boundaries of shards are sampled, and versions counted; by how buckets encrypt it is known what a look costs. */
const plan = (region) => [
  allow(
    'ListVersions',
    ['s3:ListBucket', 's3:ListBucketVersions', 's3:GetEncryptionConfiguration'],
    bucketsOf(region).map(bucketArn),
  ),
  reportFiles(),
  TELL_WHICH,
  rememberAll,
  alert,
];

/** What is found is told at once, as every other finding. */
const shard = (region) => [...lookAtBoth(region), reportFiles(), TELL_WHICH, report, alert];

/**
 * What was open about the pair is looked at once more. Reports can be larger than memory, so that they are uploaded in parts; and
 * locked, where the configuration says so.
 */
function finish(region) {
  const isLocked = region.audits.some(({ lock }) => lock !== undefined);
  return [
    ...lookAtBoth(region),
    reportFiles('s3:AbortMultipartUpload', ...(isLocked ? ['s3:PutObjectRetention'] : [])),
    TELL_WHICH,
    rememberAll,
    alert,
  ];
}

/** By function, the role's logical id and what it may do. */
module.exports = {
  'audit-plan': ['AuditPlanRole', plan],
  'audit-shard': ['AuditShardRole', shard],
  'audit-report': ['AuditReportRole', finish],
};
