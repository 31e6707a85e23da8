/** Whatever lies in these queues was given up by the monitor: somebody has to know. */
const { getAtt } = require('./arns.cjs');

const WATCHED = {
  SignalsDeadLetterQueue: 'Events about objects failed repeatedly and wait to be redriven',
  LooksDeadLetterQueue: 'Looks at objects failed repeatedly and wait to be redriven',
  ReadsDeadLetterQueue: 'Readings of objects failed repeatedly and wait to be redriven',
  PeerDeadLetterQueue: 'Messages of other stacks failed repeatedly and wait to be redriven',
  PoisonQueue: 'Records arrived that Holdfast could not read; each carries the reason',
};

/** Older than this, work piles up faster than it is done; after 14 days SQS deletes what nobody took. In seconds. */
const OLDEST_S = { SignalsQueue: 3600, LooksQueue: 6 * 3600, ReadsQueue: 6 * 3600, PeerQueue: 3600 };

/** So many objects that our own roles may not read within a quarter of an hour are a wrong role or key policy, not objects. */
const DENIED = 10;

const arrived = { Threshold: 0, Period: 60 };

function alarm(description, properties) {
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmDescription: description,
      Statistic: 'Maximum',
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [{ Ref: 'AlertTopic' }],
      OKActions: [{ Ref: 'AlertTopic' }],
      ...properties,
    },
  };
}

const ofQueue = (queue, MetricName) => ({
  Namespace: 'AWS/SQS',
  MetricName,
  Dimensions: [{ Name: 'QueueName', Value: getAtt(queue, 'QueueName') }],
});

function arrivals(queue, description) {
  return alarm(description, { ...ofQueue(queue, 'ApproximateNumberOfMessagesVisible'), ...arrived });
}

function backlog(queue, seconds) {
  const description = `The oldest message waits for more than ${seconds / 3600} h: verification falls behind`;
  return alarm(description, { ...ofQueue(queue, 'ApproximateAgeOfOldestMessage'), Threshold: seconds, Period: 300 });
}

const denied = (stage) =>
  alarm('Objects could not be read because a role or key policy denies it: nothing there is verified', {
    Namespace: 'Holdfast',
    MetricName: 'Denied',
    Dimensions: [{ Name: 'service', Value: `holdfast-${stage}` }],
    Statistic: 'Sum',
    Threshold: DENIED,
    Period: 900,
  });

module.exports = async ({ resolveVariable }) => {
  const stage = await resolveVariable('sls:stage');
  const Resources = { DeniedAlarm: denied(stage) };
  for (const [queue, text] of Object.entries(WATCHED)) Resources[`${queue}Alarm`] = arrivals(queue, text);
  for (const [queue, seconds] of Object.entries(OLDEST_S)) Resources[`${queue}AgeAlarm`] = backlog(queue, seconds);
  return { Resources };
};
