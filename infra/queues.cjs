/** Three lanes with a dead-letter queue each, the queue through which stacks tell each other, and that of unreadable records. */
const { bucketArn, denyPlaintext, getAtt, sub } = require('./arns.cjs');
const describeRegion = require('./region.cjs');

const FOURTEEN_DAYS_S = 14 * 24 * 3600;

/** By lane, the time-out of its function in seconds, as in serverless.yml. */
const LANES = { Signals: 60, Looks: 60, Reads: 900, Peer: 60 };

/**
 * AWS advises six times the time-out, for batches that a throttled function puts off. With a maximum concurrency nothing is put
 * off, and after a failure six times 15 minutes would be the wait for the next attempt: long functions get a minute on top.
 */
const visibilityOf = (timeoutS) => (timeoutS > 60 ? timeoutS + 60 : 6 * timeoutS);

function queue(properties) {
  return {
    Type: 'AWS::SQS::Queue',
    DeletionPolicy: 'Delete',
    UpdateReplacePolicy: 'Delete',
    // SSE-SQS and not KMS: an alert must get through while KMS throttles.
    Properties: { SqsManagedSseEnabled: true, ...properties },
  };
}

function queuePolicy(logicalId, allowed = []) {
  const arn = getAtt(logicalId, 'Arn');
  return {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: logicalId }],
      PolicyDocument: { Version: '2012-10-17', Statement: [...allowed, denyPlaintext('sqs:SendMessage', arn)] },
    },
  };
}

/** A bucket's ARN does not name its account: without aws:SourceAccount a bucket that was deleted and made again by somebody else could write here. */
function allowBuckets({ buckets, accounts }) {
  return {
    Sid: 'S3OfThisRegion',
    Effect: 'Allow',
    Principal: { Service: 's3.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: getAtt('SignalsQueue', 'Arn'),
    Condition: {
      ArnLike: { 'aws:SourceArn': buckets.map(bucketArn) },
      StringEquals: { 'aws:SourceAccount': accounts },
    },
  };
}

/**
 * Rules that `holdfast wire` makes where other tools' entries leave no room for a direct one. The ARN of a rule names its account,
 * so that nobody else's rule gets in; whether EventBridge says `aws:SourceAccount` besides is not documented.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 */
function allowRules({ stage }) {
  return {
    Sid: 'RulesOfThisStage',
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: getAtt('SignalsQueue', 'Arn'),
    Condition: {
      ArnLike: {
        'aws:SourceArn': sub(
          `arn:\${AWS::Partition}:events:\${AWS::Region}:\${AWS::AccountId}:rule/holdfast-${stage}-*`,
        ),
      },
    },
  };
}

/** Only Holdfast's own functions of this stage, of the accounts of the configuration: their roles are named alike everywhere. */
function allowPeers({ stage, allAccounts }) {
  return {
    Sid: 'FunctionsOfThisStage',
    Effect: 'Allow',
    Principal: { AWS: allAccounts.map((account) => sub(`arn:\${AWS::Partition}:iam::${account}:root`)) },
    Action: ['sqs:SendMessage', 'sqs:GetQueueUrl'],
    Resource: getAtt('PeerQueue', 'Arn'),
    Condition: {
      ArnLike: {
        'aws:PrincipalArn': allAccounts.map((account) =>
          sub(`arn:\${AWS::Partition}:iam::${account}:role/holdfast-${stage}-*`),
        ),
      },
    },
  };
}

const senders = (lane, region) => {
  if (lane === 'Signals') return [allowBuckets(region), allowRules(region)];
  return lane === 'Peer' ? [allowPeers(region)] : [];
};

module.exports = async ({ resolveVariable }) => {
  const region = await describeRegion(resolveVariable);
  if (!region.hasBuckets) return {}; // nothing notifies, and nobody looks at objects
  const Resources = {
    PoisonQueue: queue({ MessageRetentionPeriod: FOURTEEN_DAYS_S }),
    PoisonQueuePolicy: queuePolicy('PoisonQueue'),
  };
  for (const [lane, timeoutS] of Object.entries(LANES)) {
    const name = `${lane}Queue`;
    const deadLetters = `${lane}DeadLetterQueue`;
    Resources[deadLetters] = queue({ MessageRetentionPeriod: FOURTEEN_DAYS_S });
    Resources[`${deadLetters}Policy`] = queuePolicy(deadLetters);
    Resources[name] = queue({
      // The one that stacks of other Regions have to find.
      ...(lane === 'Peer' ? { QueueName: `holdfast-${region.stage}-peer` } : {}),
      VisibilityTimeout: visibilityOf(timeoutS),
      MessageRetentionPeriod: FOURTEEN_DAYS_S,
      RedrivePolicy: { deadLetterTargetArn: getAtt(deadLetters, 'Arn'), maxReceiveCount: 5 },
    });
    Resources[`${name}Policy`] = queuePolicy(name, senders(lane, region));
  }
  const Outputs = {
    SignalsQueueArn: {
      Description: "Where this Region's buckets send their notifications",
      Value: getAtt('SignalsQueue', 'Arn'),
    },
  };
  return { Resources, Outputs };
};
