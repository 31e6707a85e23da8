import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { SQSBatchResponse } from 'aws-lambda';

/** A message as the event source mapping hands it to a function. */
export interface BatchMessage {
  readonly messageId: string;
  readonly body: string;
}

export interface RunningHandler {
  /** IDs of the messages that the handler asks to be delivered again. */
  invoke(messages: readonly BatchMessage[]): Promise<readonly string[]>;
  close(): Promise<void>;
}

interface Reply {
  readonly id: number;
  readonly answer?: SQSBatchResponse;
  readonly error?: string;
}

/** Loads a built handler in a thread with an environment of its own, as a cold start does. Rejects when the start fails. */
export async function startHandler(
  file: string,
  { environment, timeoutMs }: { environment: Readonly<Record<string, string>>; timeoutMs: number },
): Promise<RunningHandler> {
  const functionName = file.split('/').at(-2) ?? file;
  const worker = new Worker(new URL('handler-worker.mjs', import.meta.url), {
    env: { ...environment },
    workerData: { file: pathToFileURL(file).href, functionName, timeoutMs },
    stdout: true,
    stderr: true,
  });
  await once(worker, 'message');
  const waiting = new Map<number, (reply: Reply) => void>();
  worker.on('message', (reply: Reply) => waiting.get(reply.id)?.(reply));
  let invocations = 0;
  return {
    async invoke(messages) {
      invocations += 1;
      const id = invocations;
      const replied = new Promise<Reply>((resolve) => waiting.set(id, resolve));
      worker.postMessage({ id, event: { Records: messages.map((message) => toRecord(message)) } });
      const { answer, error } = await replied;
      if (answer === undefined) throw new Error(`${functionName} failed: ${error ?? 'no answer'}`);
      return answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    },
    close: async () => {
      await worker.terminate();
    },
  };
}

function toRecord({ messageId, body }: BatchMessage): object {
  return {
    messageId,
    body,
    receiptHandle: messageId,
    attributes: {},
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:queue',
    awsRegion: 'eu-west-1',
  };
}
