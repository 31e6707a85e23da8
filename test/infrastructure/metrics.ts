import { METRICS } from '../../src/model/metric.ts';

export interface NamedMetric {
  readonly namespace: string;
  readonly name: string;
  /** Names alone; in which order does not matter to CloudWatch. */
  readonly dimensions: readonly string[];
}

/**
 * What AWS emits by itself for what the templates create, with the page that says so.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Service-Quota-Integration.html
 */
const OF_AWS: Readonly<Record<string, { readonly by: readonly string[]; readonly names: readonly string[] }>> = {
  'AWS/SQS': { by: ['QueueName'], names: ['ApproximateNumberOfMessagesVisible', 'ApproximateAgeOfOldestMessage'] },
  'AWS/Lambda': { by: ['FunctionName'], names: ['Errors', 'Throttles', 'Duration', 'Invocations'] },
  'AWS/SNS': { by: ['TopicName'], names: ['NumberOfMessagesPublished', 'NumberOfNotificationsFailed'] },
  'AWS/States': {
    by: ['StateMachineArn'],
    names: ['ExecutionsStarted', 'ExecutionsSucceeded', 'ExecutionsFailed', 'ExecutionsTimedOut'],
  },
  'AWS/Scheduler': { by: ['ScheduleGroup'], names: ['InvocationDroppedCount'] },
  'AWS/Usage': { by: ['Class', 'Resource', 'Service', 'Type'], names: ['CallCount'] },
};

/** Those of AWS, as `namespace name`: each must be used, or it does not belong on the list. */
export const METRICS_OF_AWS: readonly string[] = Object.entries(OF_AWS).flatMap(([namespace, { names }]) =>
  names.map((name) => `${namespace} ${name}`),
);

/** Whether somebody emits a metric with exactly these dimensions: under others CloudWatch finds nothing, and says nothing. */
export function isKnown({ namespace, name, dimensions }: NamedMetric): boolean {
  const own = namespace === 'Holdfast' ? Object.entries(METRICS).find(([each]) => each === name)?.[1] : undefined;
  const aws = OF_AWS[namespace]?.names.includes(name) === true ? OF_AWS[namespace] : undefined;
  const by = own === undefined ? aws?.by : ['service', ...own.by];
  return by !== undefined && by.toSorted().join() === dimensions.toSorted().join();
}

/** A metric as an alarm names it. */
export function toNamed(metric: Readonly<Record<string, unknown>>): NamedMetric {
  const dimensions = (metric['Dimensions'] ?? []) as readonly { readonly Name: string }[];
  return {
    namespace: String(metric['Namespace']),
    name: String(metric['MetricName']),
    dimensions: dimensions.map(({ Name }) => Name),
  };
}
