import { AwsError } from '../aws-error.ts';
import type { Statement } from '../iam/policy.ts';
import { randomText, randomUuid } from '../random.ts';
import type { SandboxClock } from '../service.ts';
import { sizeBytes, type Message, type MessageAttributes } from './message.ts';
import {
  changeSettings,
  DEFAULT_SETTINGS,
  parseQueuePolicy,
  parseRedrivePolicy,
  type QueueSettings,
  type RedrivePolicy,
} from './queue-attributes.ts';

export interface OutgoingMessage {
  readonly body: string;
  readonly attributes?: MessageAttributes;
  /** Overrides the queue's own delay. */
  readonly delaySeconds?: number;
  readonly senderId: string;
}

export interface ReceiveOptions {
  readonly max: number;
  /** Overrides the queue's own visibility timeout. */
  readonly visibilitySeconds?: number;
}

export interface QueueCounts {
  readonly visible: number;
  readonly delayed: number;
  readonly inFlight: number;
}

/** A standard queue: delivers at least once, in no promised order. */
export interface Queue {
  readonly name: string;
  readonly region: string;
  readonly arn: string;
  readonly createdAt: number;
  settings(): QueueSettings;
  change(changes: Readonly<Record<string, unknown>>): void;
  policy(): readonly Statement[];
  send(message: OutgoingMessage): Message;
  /** Puts a message of another queue here, as a redrive does: it keeps its identity and its age. */
  adopt(message: Message): void;
  /** What is visible now; hides it for the visibility timeout. */
  receive(options: ReceiveOptions): readonly Message[];
  /** Resolves when a message may be visible, or when the wait is over. */
  waitForMessage(waitMs: number): Promise<void>;
  /** A handle that is not the latest of its message is ignored, as SQS does. */
  remove(receiptHandle: string): void;
  hide(receiptHandle: string, visibilitySeconds: number): void;
  purge(): void;
  counts(): QueueCounts;
  close(): void;
}

export interface QueueSurroundings {
  readonly clock: SandboxClock;
  readonly random: () => number;
  deadLetterQueue(arn: string): Queue | undefined;
}

interface Hidden {
  readonly message: Message;
  readonly timer: { cancel(): void };
  readonly why: 'delayed' | 'in-flight';
}

export function createQueue(name: string, region: string, account: string, surroundings: QueueSurroundings): Queue {
  const { clock, random } = surroundings;
  const visible = new Map<string, Message>();
  const hidden = new Map<string, Hidden>();
  const handles = new Map<string, Message>();
  const waiting = new Set<() => void>();
  let settings = DEFAULT_SETTINGS;
  let policy: readonly Statement[] = [];
  let redrive: RedrivePolicy | undefined;
  const seconds = (setting: string): number => Number(settings[setting]);

  function show(message: Message): void {
    hidden.delete(message.messageId);
    visible.set(message.messageId, message);
    for (const wake of waiting) wake();
  }

  function conceal(message: Message, forSeconds: number, why: Hidden['why']): void {
    hidden.get(message.messageId)?.timer.cancel();
    visible.delete(message.messageId);
    if (forSeconds <= 0) show(message);
    else hidden.set(message.messageId, { message, why, timer: clock.schedule(forSeconds * 1000, () => show(message)) });
  }

  function forget(message: Message): void {
    hidden.get(message.messageId)?.timer.cancel();
    hidden.delete(message.messageId);
    visible.delete(message.messageId);
    if (message.receiptHandle !== undefined) handles.delete(message.receiptHandle);
  }

  /** Whether the message was taken out of this queue because it was received too often. */
  function wasRedriven(message: Message): boolean {
    if (redrive === undefined || message.receiveCount < redrive.maxReceiveCount) return false;
    const target = surroundings.deadLetterQueue(redrive.deadLetterTargetArn);
    if (target === undefined) return false;
    forget(message);
    target.adopt(message);
    return true;
  }

  function isExpired(message: Message): boolean {
    return message.sentAt + seconds('MessageRetentionPeriod') * 1000 <= clock.now();
  }

  function findByHandle(receiptHandle: string): Message | undefined {
    if (!/^[A-Za-z0-9]{64}$/.test(receiptHandle)) {
      throw new AwsError(
        'ReceiptHandleIsInvalid',
        404,
        `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`,
      );
    }
    return handles.get(receiptHandle);
  }

  return {
    name,
    region,
    arn: `arn:aws:sqs:${region}:${account}:${name}`,
    createdAt: clock.now(),
    settings: () => settings,
    change(changes) {
      settings = changeSettings(settings, changes);
      policy = settings['Policy'] === undefined ? [] : parseQueuePolicy(settings['Policy']);
      redrive = settings['RedrivePolicy'] === undefined ? undefined : parseRedrivePolicy(settings['RedrivePolicy']);
    },
    policy: () => policy,
    send({ body, attributes = {}, delaySeconds = seconds('DelaySeconds'), senderId }) {
      const limit = seconds('MaximumMessageSize');
      if (sizeBytes(body, attributes) > limit) {
        throw new AwsError(
          'InvalidParameterValue',
          400,
          `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`,
        );
      }
      const message: Message = {
        messageId: randomUuid(random),
        body,
        attributes,
        senderId,
        sentAt: clock.now(),
        receiveCount: 0,
      };
      conceal(message, delaySeconds, 'delayed');
      return message;
    },
    adopt: (message) => show({ ...message, receiveCount: 0 }),
    receive({ max, visibilitySeconds = seconds('VisibilityTimeout') }) {
      const received: Message[] = [];
      for (const message of visible.values()) {
        if (received.length >= max) break;
        if (isExpired(message)) forget(message);
        else if (!wasRedriven(message)) {
          if (message.receiptHandle !== undefined) handles.delete(message.receiptHandle);
          message.receiptHandle = randomText(
            random,
            64,
            'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
          );
          message.receiveCount += 1;
          message.firstReceivedAt ??= clock.now();
          handles.set(message.receiptHandle, message);
          received.push(message);
        }
      }
      for (const message of received) conceal(message, visibilitySeconds, 'in-flight');
      return received.map((message) => Object.assign({}, message));
    },
    waitForMessage(waitMs) {
      if (visible.size > 0 || waitMs <= 0) return Promise.resolve();
      return new Promise((resolve) => {
        const done = (): void => {
          waiting.delete(done);
          timer.cancel();
          resolve();
        };
        const timer = clock.schedule(waitMs, done);
        waiting.add(done);
      });
    },
    remove(receiptHandle) {
      const message = findByHandle(receiptHandle);
      if (message !== undefined) forget(message);
    },
    hide(receiptHandle, visibilitySeconds) {
      const message = findByHandle(receiptHandle);
      if (message === undefined || hidden.get(message.messageId)?.why !== 'in-flight') {
        throw new AwsError('MessageNotInflight', 400, 'The specified message is not in flight.');
      }
      conceal(message, visibilitySeconds, 'in-flight');
    },
    purge() {
      for (const message of [...visible.values(), ...[...hidden.values()].map((entry) => entry.message)])
        forget(message);
    },
    counts() {
      const delayed = [...hidden.values()].filter(({ why }) => why === 'delayed').length;
      return { visible: visible.size, delayed, inFlight: hidden.size - delayed };
    },
    close() {
      for (const { timer } of hidden.values()) timer.cancel();
      for (const wake of waiting) wake();
    },
  };
}
