/** What alarms and the dashboard measure by, as CloudFormation names a metric. */
const { getAtt } = require('./arns.cjs');

const dimensions = (values) => Object.entries(values).map(([Name, Value]) => ({ Name, Value }));

exports.ofQueue = (queue, MetricName) => ({
  Namespace: 'AWS/SQS',
  MetricName,
  Dimensions: dimensions({ QueueName: getAtt(queue, 'QueueName') }),
});

exports.ofFunction = (logicalId, MetricName) => ({
  Namespace: 'AWS/Lambda',
  MetricName,
  Dimensions: dimensions({ FunctionName: { Ref: logicalId } }),
});

exports.ofTopic = (MetricName) => ({
  Namespace: 'AWS/SNS',
  MetricName,
  Dimensions: dimensions({ TopicName: getAtt('AlertTopic', 'TopicName') }),
});

exports.ofSchedules = (MetricName) => ({
  Namespace: 'AWS/Scheduler',
  MetricName,
  Dimensions: dimensions({ ScheduleGroup: { Ref: 'ScheduleGroup' } }),
});

exports.ofMachine = (logicalId, MetricName) => ({
  Namespace: 'AWS/States',
  MetricName,
  Dimensions: dimensions({ StateMachineArn: { Ref: logicalId } }),
});

/** Holdfast's own, of src/model/metric.ts. */
exports.ofService = (stage, MetricName, others = {}) => ({
  Namespace: 'Holdfast',
  MetricName,
  Dimensions: dimensions({ service: `holdfast-${stage}`, ...others }),
});

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Service-Quota-Integration.html */
exports.KMS_CALLS = {
  Namespace: 'AWS/Usage',
  MetricName: 'CallCount',
  Dimensions: dimensions({ Service: 'KMS', Type: 'API', Resource: 'CryptographicOperationsSymmetric', Class: 'None' }),
};

/** One metric that an expression is made of, and an expression. */
exports.stat = (Id, metric, Stat, Period) => ({
  Id,
  MetricStat: { Metric: metric, Period, Stat },
  ReturnData: false,
});
exports.expression = (Expression, Label) => ({ Id: 'judged', Expression, Label, ReturnData: true });
