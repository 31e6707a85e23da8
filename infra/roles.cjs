/** One role per function, and in it only what this function calls. */
const { bucketArn, getAtt, objectsArn, sub } = require('./arns.cjs');
const AUDIT_ROLES = require('./audit-roles.cjs');
const describeFunctions = require('./functions.cjs');
const describeRegion = require('./region.cjs');
const {
  alert,
  allow,
  compareReplicas,
  readHeaders,
  readObjects,
  readRules,
  remember,
  rememberAll,
  report,
  role,
  useKeys,
} = require('./statements.cjs');

const consume = (queue) =>
  allow('OwnQueue', ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], getAtt(queue, 'Arn'));

/** Its own buckets, and those at the other end of their links: a replica is looked at from where its source is. */
function lookAtObjects({ buckets, linked, kmsKeys, linkedKeys, keyRegions, region }) {
  const all = [...new Set([...buckets, ...linked])];
  const keys = [...new Set([...kmsKeys, ...linkedKeys])];
  return [
    ...readObjects({ buckets: all }),
    ...compareReplicas({ linked }),
    ...useKeys({ buckets: all, kmsKeys: keys, regions: [...new Set([region, ...keyRegions])] }),
  ];
}

/** The stacks at the other ends of this Region's links, and its own. */
function tellPeers({ stage, peerRegions, allAccounts }) {
  if (peerRegions.length === 0) return [];
  const queues = peerRegions.flatMap((region) =>
    allAccounts.map((account) => sub(`arn:\${AWS::Partition}:sqs:${region}:${account}:holdfast-${stage}-peer`)),
  );
  return [allow('TellPeers', ['sqs:SendMessage', 'sqs:GetQueueUrl'], queues)];
}

const looksToCome = (...queues) =>
  allow(
    'LooksToCome',
    'sqs:SendMessage',
    queues.map((queue) => getAtt(queue, 'Arn')),
  );

/** First looks: at the versions of its own buckets alone, and in words of S3 about a replication at the rules. */
const onObjectEvent = (region) => [
  ...readObjects(region),
  ...readRules(
    { linked: region.buckets.filter((bucket) => region.linked.includes(bucket)) },
    's3:GetReplicationConfiguration',
  ),
  ...useKeys({ ...region, regions: [region.region] }),
  looksToCome('LooksQueue', 'ReadsQueue', 'PoisonQueue'),
  rememberAll,
  alert,
];

/** Looks that follow a version to the other ends of its links, and those that are made again. */
const onLook = (region) => [
  ...lookAtObjects(region),
  looksToCome('LooksQueue', 'ReadsQueue', 'PoisonQueue'),
  rememberAll,
  ...tellPeers(region),
  alert,
];

/** Readings: of the content of its own buckets, in their own Region. What a reading needs next is another reading. */
const onRead = (region) => [
  ...readObjects(region),
  ...useKeys({ ...region, regions: [region.region] }),
  looksToCome('ReadsQueue', 'PoisonQueue'),
  report,
  alert,
];

/** Once a minute: how much is on its way, how hard KMS is pressed, and whether its keys can be used. */
const watchPressure = (region) => [
  // Nothing but headers, which ask KMS for nothing; what is overdue is looked for at its source as well, wherever that is.
  ...readHeaders({ buckets: [...new Set([...region.buckets, ...region.linked, ...region.origins])] }),
  ...readRules(region, 's3:GetReplicationConfiguration', 's3:GetLifecycleConfiguration'),
  ...useKeys({ ...region, regions: [region.region] }), // for canaries
  rememberAll,
  ...tellPeers(region),
  alert,
  ...watchLanes(region),
  allow(
    'Checkpoints',
    ['dynamodb:GetItem', 'dynamodb:PutItem'],
    sub(
      `arn:\${AWS::Partition}:dynamodb:${region.steeringRegion}:\${AWS::AccountId}:table/holdfast-${region.stage}-steering`,
    ),
  ),
  allow(
    'Canaries',
    ['s3:PutObject', 's3:PutObjectTagging', 's3:AbortMultipartUpload'],
    region.buckets.map((bucket) => sub(`arn:\${AWS::Partition}:s3:::${bucket}/holdfast-canary/*`)),
  ),
  allow(
    'BucketEncryption',
    's3:GetEncryptionConfiguration',
    [...new Set([...region.buckets, ...region.linked])].map(bucketArn),
  ),
  ...describeKeys(region),
  // Neither service knows permissions on single metrics or quotas.
  allow(
    'Usage',
    [
      'cloudwatch:GetMetricData',
      'cloudwatch:ListMetrics',
      'servicequotas:GetServiceQuota',
      'servicequotas:GetAWSDefaultServiceQuota',
    ],
    '*',
  ),
];

/** Where nothing waits for a look any more, the stacks at the other ends of its links are told so. */
function watchLanes({ linked }) {
  const lanes = ['SignalsQueue', 'LooksQueue'].map((queue) => getAtt(queue, 'Arn'));
  return linked.length === 0 ? [] : [allow('OwnLanes', 'sqs:GetQueueAttributes', lanes)];
}

function describeKeys({ linkedKeys, kmsKeys }) {
  const keys = [...new Set([...kmsKeys, ...linkedKeys])];
  return keys.length === 0 ? [] : [allow('KeyStates', ['kms:DescribeKey', 'kms:GetKeyPolicy'], keys)];
}

/** Every quarter of an hour: how the buckets are set up. Nothing here can read an object. */
const watchConfig = (region) => [
  allow(
    'BucketSettings',
    [
      's3:GetBucketVersioning',
      's3:GetReplicationConfiguration',
      's3:GetLifecycleConfiguration',
      's3:GetEncryptionConfiguration',
      's3:GetBucketNotification',
      's3:GetBucketObjectLockConfiguration',
      's3:GetBucketPublicAccessBlock',
      's3:GetBucketPolicy',
      's3:GetBucketPolicyStatus',
      's3:ListBucketMultipartUploads',
    ],
    [...new Set([...region.buckets, ...region.linked])].map(bucketArn),
  ),
  ...describeKeys(region),
  // Which role replicates is known only from the rules: it may be any role of the accounts of the configuration.
  allow(
    'ReplicationRole',
    ['iam:SimulatePrincipalPolicy', 'iam:GetRole'],
    region.allAccounts.map((account) => sub(`arn:\${AWS::Partition}:iam::${account}:role/*`)),
  ),
  report,
  alert,
];

/** Once an hour: what a listing shows, and what the ledger has heard of. Nothing here can read an object. */
const watchEvents = ({ buckets }) => [
  allow('ListVersions', ['s3:ListBucketVersions', 's3:GetBucketNotification'], buckets.map(bucketArn)),
  allow('SignalsWaiting', 'sqs:GetQueueAttributes', getAtt('SignalsQueue', 'Arn')),
  looksToCome('LooksQueue'),
  report,
  alert,
];

const steeringTable = ({ steeringRegion, stage }, ...actions) =>
  allow(
    'Steering',
    actions.map((action) => `dynamodb:${action}`),
    sub(`arn:\${AWS::Partition}:dynamodb:${steeringRegion}:\${AWS::AccountId}:table/holdfast-${stage}-steering`),
  );

/** The small objects that say whether the buckets behind access points answer, wherever they are. */
function readCanaries({ observed }, objectsOf = canariesArn) {
  const buckets = observed.flatMap((mrap) => mrap.buckets);
  const names = unique(buckets.map(({ bucket }) => bucket));
  const withKeys = buckets.filter(({ kmsKeys }) => kmsKeys.length > 0);
  const keys = allow('KeysThroughS3', 'kms:Decrypt', unique(withKeys.flatMap(({ kmsKeys }) => kmsKeys)), {
    StringEquals: {
      'kms:ViaService': unique(withKeys.map(({ region }) => region)).map((region) =>
        sub(`s3.${region}.\${AWS::URLSuffix}`),
      ),
    },
    StringLike: {
      'kms:EncryptionContext:aws:s3:arn': unique(withKeys.map(({ bucket }) => bucket)).flatMap((b) => [
        bucketArn(b),
        canariesArn(b),
      ]),
    },
  });
  return [
    allow('Canaries', 's3:GetObject', names.map(objectsOf)),
    allow('TellAbsentFromDenied', 's3:ListBucket', names.map(bucketArn)),
    ...(withKeys.length === 0 ? [] : [keys]),
  ];
}

const canariesArn = (bucket) => sub(`arn:\${AWS::Partition}:s3:::${bucket}/holdfast-canary/probe/*`);

const unique = (values) => [...new Set(values)];

/** Every ten seconds: whether these buckets answer. */
const probe = (region) => [...readCanaries(region), steeringTable(region, 'PutItem')];

/** Every ten seconds: where the traffic goes. Only where the configuration wants it may routes be changed without a person. */
function steer(region) {
  const { observed, stage } = region;
  const buckets = observed.flatMap((mrap) => mrap.buckets);
  const names = unique(buckets.map(({ bucket }) => bucket));
  const automatic = observed.filter(({ mode }) => mode === 'automatic').map(({ arn }) => arn);
  return [
    // Any object, by its headers: what was on its way when a Region was left may come late.
    ...readCanaries(region, objectsArn),
    allow(
      'ThroughAccessPoints',
      's3:GetObject',
      observed.map(({ arn }) => `${arn}/object/holdfast-canary/probe/*`),
    ),
    allow(
      'Routes',
      's3:GetMultiRegionAccessPointRoutes',
      observed.map(({ arn }) => arn),
    ),
    ...(automatic.length === 0 ? [] : [allow('ChangeRoutes', 's3:SubmitMultiRegionAccessPointRoutes', automatic)]),
    allow('LateListings', 's3:ListBucketVersions', names.map(bucketArn)),
    allow(
      'PendingElsewhere',
      'dynamodb:Query',
      unique(buckets.map((bucket) => bucket.region)).map((there) =>
        sub(`arn:\${AWS::Partition}:dynamodb:${there}:\${AWS::AccountId}:table/holdfast-${stage}-ledger`),
      ),
    ),
    steeringTable(region, 'GetItem', 'PutItem', 'Query'),
    rememberAll,
    alert,
  ];
}

/** By function, the role's logical id and what it may do. */
const ROLES = {
  'on-object-event': ['OnObjectEventRole', (region) => [consume('SignalsQueue'), ...onObjectEvent(region)]],
  'on-look': ['OnLookRole', (region) => [consume('LooksQueue'), ...onLook(region)]],
  'on-read': ['OnReadRole', (region) => [consume('ReadsQueue'), ...onRead(region)]],
  'on-peer': ['OnPeerRole', () => [consume('PeerQueue'), looksToCome('PoisonQueue'), rememberAll, alert]],
  'send-alerts': ['SendAlertsRole', () => [remember('Query'), alert]],
  'watch-pressure': ['WatchPressureRole', watchPressure],
  'watch-config': ['WatchConfigRole', watchConfig],
  'watch-events': ['WatchEventsRole', watchEvents],
  probe: ['ProbeRole', probe],
  steer: ['SteerRole', steer],
  ...AUDIT_ROLES,
};

module.exports = async ({ resolveVariable, resolveConfigurationProperty }) => {
  const region = await describeRegion(resolveVariable);
  const functions = await describeFunctions(resolveConfigurationProperty);
  const roles = functions.map(({ name }) => {
    const [logicalId, statementsFor] = ROLES[name];
    return [logicalId, role(`holdfast-${region.stage}-${name}`, statementsFor(region))];
  });
  return { Resources: Object.fromEntries(roles) };
};
