import { AwsError, notImplemented } from '../aws-error.ts';
import { checkMembers, integer, objects, text, texts, type JsonInput } from '../json-protocol.ts';
import {
  digestAttributes,
  md5,
  systemAttributes,
  type Message,
  type MessageAttribute,
  type MessageAttributes,
} from './message.ts';
import type { Operation, SqsCall } from './operation.ts';
import type { Queue } from './queue.ts';
import { isRecord } from '../record.ts';

const SEND_MEMBERS = ['MessageBody', 'DelaySeconds', 'MessageAttributes'];

/** What is done to messages. */
export const MESSAGE_OPERATIONS: Readonly<Record<string, Operation>> = {
  SendMessage: {
    on: 'queue',
    members: ['QueueUrl', ...SEND_MEMBERS],
    action: 'SendMessage',
    run: (call, queue) => send(call, queue, call.input),
  },
  SendMessageBatch: {
    on: 'queue',
    members: ['QueueUrl', 'Entries'],
    action: 'SendMessage',
    run: (call, queue) => batch('SendMessageBatch', call.input, SEND_MEMBERS, (entry) => send(call, queue, entry)),
  },
  ReceiveMessage: {
    on: 'queue',
    members: [
      'QueueUrl',
      'AttributeNames',
      'MessageSystemAttributeNames',
      'MessageAttributeNames',
      'MaxNumberOfMessages',
      'VisibilityTimeout',
      'WaitTimeSeconds',
    ],
    action: 'ReceiveMessage',
    run: receive,
  },
  DeleteMessage: {
    on: 'queue',
    members: ['QueueUrl', 'ReceiptHandle'],
    action: 'DeleteMessage',
    run({ input }, queue) {
      queue.remove(text(input, 'ReceiptHandle'));
      return {};
    },
  },
  DeleteMessageBatch: {
    on: 'queue',
    members: ['QueueUrl', 'Entries'],
    action: 'DeleteMessage',
    run: ({ input }, queue) =>
      batch('DeleteMessageBatch', input, ['ReceiptHandle'], (entry) => {
        queue.remove(text(entry, 'ReceiptHandle'));
        return {};
      }),
  },
  ChangeMessageVisibility: {
    on: 'queue',
    members: ['QueueUrl', 'ReceiptHandle', 'VisibilityTimeout'],
    action: 'ChangeMessageVisibility',
    run: ({ input }, queue) => hide(queue, input),
  },
  ChangeMessageVisibilityBatch: {
    on: 'queue',
    members: ['QueueUrl', 'Entries'],
    action: 'ChangeMessageVisibility',
    run: ({ input }, queue) =>
      batch('ChangeMessageVisibilityBatch', input, ['ReceiptHandle', 'VisibilityTimeout'], (entry) =>
        hide(queue, entry),
      ),
  },
};

function send({ principal }: SqsCall, queue: Queue, input: JsonInput): object {
  const body = text(input, 'MessageBody');
  if (body === '') throw new AwsError('MissingParameter', 400, 'The request must contain the parameter MessageBody.');
  const delaySeconds = integer(input, 'DelaySeconds', [0, 900]);
  const attributes = attributesIn(input);
  const delay = delaySeconds === undefined ? {} : { delaySeconds };
  const { messageId } = queue.send({ body, attributes, senderId: principal.accessKeyId, ...delay });
  const digest = digestAttributes(attributes);
  return {
    MessageId: messageId,
    MD5OfMessageBody: md5(body),
    ...(digest === undefined ? {} : { MD5OfMessageAttributes: digest }),
  };
}

function attributesIn(input: JsonInput): MessageAttributes {
  const given = isRecord(input['MessageAttributes']) ? input['MessageAttributes'] : {};
  return Object.fromEntries(Object.entries(given).map(([name, attribute]) => [name, parseAttribute(name, attribute)]));
}

function parseAttribute(name: string, attribute: unknown): MessageAttribute {
  const { DataType, StringValue, BinaryValue, ...others } = isRecord(attribute) ? attribute : {};
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined) throw notImplemented(`${unknown} of the message attribute ${name}`);
  if (typeof DataType === 'string' && /^(String|Number|Binary)(\.|$)/.test(DataType)) {
    if (typeof StringValue === 'string') return { DataType, StringValue };
    if (typeof BinaryValue === 'string') return { DataType, BinaryValue };
  }
  throw new AwsError('InvalidParameterValue', 400, `The message attribute '${name}' has no valid type and value.`);
}

async function receive({ platform: { clock }, input }: SqsCall, queue: Queue): Promise<object> {
  const max = integer(input, 'MaxNumberOfMessages', [1, 10]) ?? 1;
  const visibility = integer(input, 'VisibilityTimeout', [0, 43_200]);
  const wait = integer(input, 'WaitTimeSeconds', [0, 20]) ?? Number(queue.settings()['ReceiveMessageWaitTimeSeconds']);
  const options = { max, ...(visibility === undefined ? {} : { visibilitySeconds: visibility }) };
  const until = clock.now() + wait * 1000;
  for (;;) {
    const messages = queue.receive(options);
    if (messages.length > 0) return { Messages: messages.map((message) => show(message, input)) };
    if (clock.now() >= until) return {};
    await queue.waitForMessage(until - clock.now());
  }
}

function show(message: Message, input: JsonInput): object {
  const systemNames = [...texts(input, 'AttributeNames'), ...texts(input, 'MessageSystemAttributeNames')];
  const system = Object.entries(systemAttributes(message)).filter(([name]) =>
    systemNames.some((n) => n === 'All' || n === name),
  );
  const wanted = texts(input, 'MessageAttributeNames');
  const own = Object.fromEntries(
    Object.entries(message.attributes).filter(([name]) => wanted.some((n) => selects(n, name))),
  );
  const digest = digestAttributes(own);
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(system.length === 0 ? {} : { Attributes: Object.fromEntries(system) }),
    ...(digest === undefined ? {} : { MessageAttributes: own, MD5OfMessageAttributes: digest }),
  };
}

/** `All`, `.*`, a prefix that ends in `.*`, or the name itself. */
function selects(wanted: string, name: string): boolean {
  if (wanted === 'All' || wanted === '.*') return true;
  return wanted.endsWith('.*') ? name.startsWith(wanted.slice(0, -2)) : wanted === name;
}

function hide(queue: Queue, input: JsonInput): object {
  const seconds = integer(input, 'VisibilityTimeout', [0, 43_200]);
  if (seconds === undefined)
    throw new AwsError('MissingParameter', 400, 'The request must contain the parameter VisibilityTimeout.');
  queue.hide(text(input, 'ReceiptHandle'), seconds);
  return {};
}

/** Up to ten entries, each with an answer of its own: the call succeeds even where entries fail. */
function batch(
  operation: string,
  input: JsonInput,
  members: readonly string[],
  run: (entry: JsonInput) => object,
): object {
  const entries = objects(input, 'Entries');
  const ids = entries.map((entry) => text(entry, 'Id'));
  if (entries.length === 0)
    throw new AwsError('EmptyBatchRequest', 400, 'There should be at least one entry in the request.');
  if (entries.length > 10)
    throw new AwsError('TooManyEntriesInBatchRequest', 400, 'Maximum number of entries per request are 10.');
  if (new Set(ids).size < ids.length)
    throw new AwsError('BatchEntryIdsNotDistinct', 400, 'Two or more batch entries have the same Id.');
  for (const entry of entries) checkMembers(operation, entry, ['Id', ...members]);
  const successful: object[] = [];
  const failed: object[] = [];
  for (const [index, entry] of entries.entries()) {
    const Id = ids[index];
    try {
      successful.push({ Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      failed.push({ Id, Code: error.code, Message: error.message, SenderFault: error.status < 500 });
    }
  }
  return { Successful: successful, Failed: failed };
}
