import { decide, type Statement } from './iam/policy.ts';
import type { FaultRegister } from './faults.ts';
import type { Platform } from './platform.ts';
import { isPartitioned } from './reachability.ts';
import type { Delivery } from './service.ts';
import type { TopicRegister } from './sns/topic-register.ts';
import type { MessageAttributes } from './sqs/message.ts';
import type { QueueRegister } from './sqs/queue-register.ts';

/** A delivery to a queue may carry attributes, as SNS sends them. */
export interface QueueDelivery extends Delivery {
  readonly attributes?: MessageAttributes;
}

/** Where a service may send to. */
export interface Targets {
  readonly queues: QueueRegister;
  readonly topics: TopicRegister;
  /** Starts the function and does not wait; throws where the function does not exist or does not allow the sender. */
  readonly invoke: (delivery: Delivery) => void;
}

/** How often a delivery that cannot be made now is tried again, in sandbox time. */
const RETRY_MS = 1000;

/** Hands a message on behalf of a service. Throws an `Error` where the target does not exist or does not allow the sender. */
export async function deliver(platform: Platform, targets: Targets, delivery: QueueDelivery): Promise<void> {
  const [, , service = ''] = delivery.targetArn.split(':');
  const send = prepare(targets, service, delivery);
  const held = platform.faults.take('hold-delivery', wayOf(delivery));
  if (held === undefined && !isCutOff(platform.faults, delivery)) {
    await send();
    return;
  }
  const isHeld = (): boolean =>
    held !== undefined && held.delayMs === undefined && platform.faults.list().some(({ id }) => id === held.id);
  const retry = (): void | Promise<void> => {
    if (isHeld() || isCutOff(platform.faults, delivery)) platform.clock.schedule(RETRY_MS, retry);
    else return send();
  };
  platform.clock.schedule(held?.delayMs ?? RETRY_MS, retry);
}

/** Where a delivery comes from and goes to; the ARN of a bucket names no Region, and what it tells stays in its own. */
function wayOf({ targetArn, sender, sourceArn }: QueueDelivery): { region: string; from: string; service: string } {
  const region = targetArn.split(':')[3] ?? '';
  return { region, from: sourceArn.split(':')[3] || region, service: sender.replace('.amazonaws.com', '') };
}

function isCutOff(faults: FaultRegister, delivery: QueueDelivery): boolean {
  const { region, from } = wayOf(delivery);
  return faults.has('region-outage', { region }) || isPartitioned(faults, from, region);
}

/** Checks the target at once, whether or not its Region is out: what is wrong with it is a matter of configuration. */
function prepare({ queues, topics, invoke }: Targets, service: string, delivery: QueueDelivery): () => Promise<void> {
  const { targetArn, body, attributes = {} } = delivery;
  switch (service) {
    case 'sqs': {
      const queue = queues.find(targetArn);
      if (queue === undefined) throw new Error(`the queue ${targetArn} does not exist`);
      checkPolicy(queue.policy(), 'sqs:SendMessage', delivery);
      return () => {
        queue.send({ body, attributes, senderId: delivery.sender });
        return Promise.resolve();
      };
    }
    case 'sns': {
      const topic = topics.find(targetArn);
      if (topic === undefined) throw new Error(`the topic ${targetArn} does not exist`);
      checkPolicy(topic.policy, 'sns:Publish', delivery);
      const subject = delivery.sender === 's3.amazonaws.com' ? { subject: 'Amazon S3 Notification' } : {};
      return async () => void (await topics.publish(topic, { message: body, attributes, ...subject }));
    }
    case 'lambda':
      return () => Promise.resolve(invoke(delivery));
    default:
      throw new Error(`the sandbox delivers nothing to ${targetArn}`);
  }
}

/** Throws where a resource does not allow a service to do this for its source. */
export function checkPolicy(policy: readonly Statement[], action: string, delivery: Delivery): void {
  const { targetArn: resource, sender, sourceArn, sourceAccount } = delivery;
  const context = { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': sourceAccount, 'aws:SecureTransport': 'true' };
  const decision = decide(policy, { action, resource, context, caller: { kind: 'Service', name: sender } });
  if (decision !== 'allow')
    throw new Error(`${resource} does not allow ${action} to ${sender} for ${sourceArn} of ${sourceAccount}`);
}
