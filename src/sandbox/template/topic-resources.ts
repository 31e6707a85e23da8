import type { Recipient, Topic } from '../sns/topic-register.ts';
import { asRecord } from '../record.ts';
import {
  attributeTexts,
  listProperty,
  physicalName,
  textProperty,
  type Request,
  type ResourceKind,
} from './resource-kind.ts';

const SUBSCRIPTION_ATTRIBUTES = ['FilterPolicy', 'FilterPolicyScope', 'RawMessageDelivery', 'RedrivePolicy'];

export const TOPIC_RESOURCES: Readonly<Record<string, ResourceKind>> = {
  'AWS::SNS::Topic': {
    honoured: ['TopicName', 'Subscription'],
    recorded: ['DisplayName', 'Tags'],
    create(request) {
      const { site, stack, properties } = request;
      const name = physicalName(request, properties['TopicName']);
      if (site.topics.find(`arn:aws:sns:${stack.region}:${site.platform.account}:${name}`) !== undefined) {
        throw new Error(`the topic ${name} exists already`);
      }
      const topic = site.topics.create(name, stack.region, attributeTexts(request, ['DisplayName']));
      for (const subscription of listProperty(request, 'Subscription')) {
        const { Protocol, Endpoint } = asRecord(subscription, 'Subscription');
        subscribe(request, topic, { protocol: String(Protocol), endpoint: String(Endpoint) });
      }
      return {
        ref: topic.arn,
        attributes: { TopicArn: topic.arn, TopicName: name },
        remove: () => site.topics.delete(topic.arn),
      };
    },
  },
  'AWS::SNS::TopicPolicy': {
    honoured: ['Topics', 'PolicyDocument'],
    create(request) {
      const { site, properties, logicalId } = request;
      for (const arn of listProperty(request, 'Topics')) {
        site.topics.setAttribute(String(arn), 'Policy', JSON.stringify(properties['PolicyDocument']));
      }
      return { ref: logicalId };
    },
  },
  'AWS::SNS::Subscription': {
    honoured: ['TopicArn', 'Protocol', 'Endpoint', ...SUBSCRIPTION_ATTRIBUTES],
    create(request) {
      const { site } = request;
      const topic = site.topics.get(textProperty(request, 'TopicArn'));
      const [protocol, endpoint] = [textProperty(request, 'Protocol'), textProperty(request, 'Endpoint')];
      const arn = subscribe(request, topic, { protocol, endpoint });
      return { ref: arn, remove: () => site.topics.unsubscribe(arn) };
    },
  },
};

function subscribe(request: Request, topic: Topic, to: Recipient): string {
  return request.site.topics.subscribe(topic, to, attributeTexts(request, SUBSCRIPTION_ATTRIBUTES)).arn;
}
