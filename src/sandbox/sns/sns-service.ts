import { AwsError, notImplemented } from '../aws-error.ts';
import type { Platform } from '../platform.ts';
import { queryOperation, queryResponse } from '../query-protocol.ts';
import type { Service } from '../service.ts';
import { TOPIC_OPERATIONS } from './topic-operations.ts';
import { PUBLISH_OPERATIONS } from './publish-operations.ts';
import type { SnsOperation } from './operation.ts';
import type { TopicRegister } from './topic-register.ts';

const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/';

const OPERATIONS: Readonly<Record<string, SnsOperation>> = { ...TOPIC_OPERATIONS, ...PUBLISH_OPERATIONS };

/** SNS in all Regions: standard topics with queues as subscribers, spoken to in the query protocol. */
export function createSns(platform: Platform, topics: TopicRegister): Service {
  return {
    operation: queryOperation,
    async handle(request) {
      const { region, principal, query: input, requestId } = request;
      const name = queryOperation(request);
      const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
      if (operation === undefined) throw notImplemented(`the SNS operation ${name}`);
      for (const parameter of input.keys()) {
        const known = ['Action', 'Version', ...operation.parameters].some(
          (p) => parameter === p || parameter.startsWith(`${p}.`),
        );
        if (!known) throw notImplemented(`the parameter ${parameter} of ${name}`);
      }
      const resource =
        operation.resource(input) ?? `arn:aws:sns:${region}:${platform.account}:${input.get('Name') ?? '*'}`;
      if (resource.split(':')[3] !== region) throw new AwsError('InvalidParameter', 400, 'Invalid parameter: TopicArn');
      const resourcePolicy = topics.find(resource)?.policy ?? [];
      platform.access.require({
        principal,
        region,
        action: `sns:${operation.action ?? name}`,
        resource,
        resourcePolicy,
      });
      const result = await operation.run({ input, topics, region });
      return queryResponse({ operation: name, namespace: NAMESPACE, requestId, ...result });
    },
  };
}
