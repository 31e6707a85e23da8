import { attributeTexts, listProperty, physicalName, type ResourceKind } from './resource-kind.ts';

const ATTRIBUTES = [
  'DelaySeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'RedriveAllowPolicy',
  'RedrivePolicy',
  'SqsManagedSseEnabled',
  'VisibilityTimeout',
];

export const QUEUE_RESOURCES: Readonly<Record<string, ResourceKind>> = {
  'AWS::SQS::Queue': {
    honoured: [
      'QueueName',
      ...ATTRIBUTES.filter((name) => name !== 'SqsManagedSseEnabled' && name !== 'RedriveAllowPolicy'),
    ],
    recorded: ['SqsManagedSseEnabled', 'RedriveAllowPolicy', 'Tags'],
    create(request) {
      const { site, stack, properties } = request;
      const name = physicalName(request, properties['QueueName']);
      if (site.queues.find(site.queues.arnOf(stack.region, name)) !== undefined)
        throw new Error(`the queue ${name} exists already`);
      const queue = site.queues.create(name, stack.region, attributeTexts(request, ATTRIBUTES));
      const url = site.queues.urlOf(queue);
      return {
        ref: url,
        attributes: { Arn: queue.arn, QueueName: name, QueueUrl: url },
        remove: () => site.queues.delete(queue.arn),
      };
    },
  },
  'AWS::SQS::QueuePolicy': {
    honoured: ['Queues', 'PolicyDocument'],
    create(request) {
      const { site, stack, properties, logicalId } = request;
      const queues = listProperty(request, 'Queues').map((url) => site.queues.findByUrl(String(url), stack.region));
      for (const queue of queues) queue.change({ Policy: JSON.stringify(properties['PolicyDocument']) });
      return {
        ref: logicalId,
        remove() {
          for (const queue of queues) queue.change({ Policy: '' });
        },
      };
    },
  },
};
