/** Where alerts leave the stack, and who hears them. Without KMS: an alert must get out while KMS throttles. */
const { denyPlaintext, sub } = require('./arns.cjs');
const describeRegion = require('./region.cjs');

const SEVERITIES = ['info', 'warning', 'critical'];

const orWithout = (values) => [...values, { exists: false }];

/**
 * What is without an attribute passes: messages of CloudWatch's alarms carry none, and what concerns no single pair concerns
 * everybody.
 */
function filterPolicy({ severity, family, pair }) {
  return {
    ...(severity === undefined ? {} : { severity: orWithout(SEVERITIES.slice(SEVERITIES.indexOf(severity))) }),
    ...(family === undefined ? {} : { family: orWithout([family]) }),
    ...(pair === undefined ? {} : { pair: orWithout([pair]) }),
  };
}

function subscription({ protocol, endpoint, ...wanted }) {
  const FilterPolicy = filterPolicy(wanted);
  return {
    Type: 'AWS::SNS::Subscription',
    Properties: {
      TopicArn: { Ref: 'AlertTopic' },
      Protocol: protocol,
      Endpoint: endpoint,
      ...(Object.keys(FilterPolicy).length === 0 ? {} : { FilterPolicyScope: 'MessageAttributes', FilterPolicy }),
    },
  };
}

const allowAlarms = {
  Sid: 'AlarmsOfThisAccount',
  Effect: 'Allow',
  Principal: { Service: 'cloudwatch.amazonaws.com' },
  Action: 'sns:Publish',
  Resource: { Ref: 'AlertTopic' },
  Condition: {
    ArnLike: { 'aws:SourceArn': sub('arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:*') },
    StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
  },
};

module.exports = async ({ resolveVariable }) => {
  const { alerts } = await describeRegion(resolveVariable);
  const Resources = {
    AlertTopic: { Type: 'AWS::SNS::Topic' },
    AlertTopicPolicy: {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: {
        Topics: [{ Ref: 'AlertTopic' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [allowAlarms, denyPlaintext('sns:Publish', { Ref: 'AlertTopic' })],
        },
      },
    },
  };
  for (const [index, each] of alerts.subscriptions.entries()) {
    Resources[`AlertSubscription${index + 1}`] = subscription(each);
  }
  const Outputs = {
    AlertTopicArn: { Description: 'Subscribe here for alerts of this Region', Value: { Ref: 'AlertTopic' } },
  };
  return { Resources, Outputs };
};
