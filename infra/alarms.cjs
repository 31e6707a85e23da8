/** Whatever lies in these queues was given up by the monitor: somebody has to know. */
const { getAtt } = require('./arns.cjs');

const WATCHED = {
  SignalsDeadLetterQueue: 'Events about objects failed repeatedly and wait to be redriven',
  LooksDeadLetterQueue: 'Looks at objects failed repeatedly and wait to be redriven',
  ReadsDeadLetterQueue: 'Readings of objects failed repeatedly and wait to be redriven',
  PoisonQueue: 'Records arrived that Holdfast could not read; each carries the reason',
};

function alarm(queue, description) {
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmDescription: description,
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: getAtt(queue, 'QueueName') }],
      Statistic: 'Maximum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [{ Ref: 'AlertTopic' }],
      OKActions: [{ Ref: 'AlertTopic' }],
    },
  };
}

module.exports = async () => ({
  Resources: Object.fromEntries(
    Object.entries(WATCHED).map(([queue, description]) => [`${queue}Alarm`, alarm(queue, description)]),
  ),
});
