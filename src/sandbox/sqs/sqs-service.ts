import { AwsError, notImplemented } from '../aws-error.ts';
import {
  checkMembers,
  jsonResponse,
  optionalText,
  readJson,
  targetOperation,
  text,
  type JsonInput,
} from '../json-protocol.ts';
import type { Platform } from '../platform.ts';
import type { Service } from '../service.ts';
import { MESSAGE_OPERATIONS } from './message-operations.ts';
import type { Operation } from './operation.ts';
import { QUEUE_OPERATIONS } from './queue-operations.ts';
import type { QueueRegister } from './queue-register.ts';

const OPERATIONS: Readonly<Record<string, Operation>> = { ...QUEUE_OPERATIONS, ...MESSAGE_OPERATIONS };

/** SQS in all Regions: standard queues, spoken to in the JSON protocol. */
export function createSqs(platform: Platform, queues: QueueRegister): Service {
  return {
    operation: ({ headers }) => targetOperation(headers),
    async handle(request) {
      const name = targetOperation(request.headers);
      const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
      if (operation === undefined) throw notImplemented(`the SQS operation ${name}`);
      const input = await readJson(request);
      checkMembers(name, input, operation.members);
      const { region, principal } = request;
      const call = { queues, platform, region, principal, input };
      const access = { principal, region, action: `sqs:${operation.action}` };
      if (operation.on === 'account') {
        const owner = optionalText(input, 'QueueOwnerAWSAccountId') ?? platform.account;
        const resource = `arn:aws:sqs:${region}:${owner}:${nameIn(input)}`;
        const queue = queues.find(resource);
        // All queues are of the sandbox's own account, and of another one nobody learns more than this.
        if (owner !== platform.account) throw queueDoesNotExist();
        platform.access.require({ ...access, resource, resourcePolicy: queue?.policy() ?? [] });
        return jsonResponse(operation.run(call));
      }
      const queue = queues.findByUrl(text(input, 'QueueUrl'), region);
      platform.access.require({ ...access, resource: queue.arn, resourcePolicy: queue.policy() });
      return jsonResponse(await operation.run(call, queue));
    },
  };
}

function queueDoesNotExist(): AwsError {
  return new AwsError('QueueDoesNotExist', 400, 'The specified queue does not exist or you do not have access to it.');
}

function nameIn(input: JsonInput): string {
  const name = input['QueueName'];
  return typeof name === 'string' ? name : '*';
}
