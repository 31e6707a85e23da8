import type { JsonInput } from '../json-protocol.ts';
import type { Platform } from '../platform.ts';
import type { Principal } from '../service.ts';
import type { Queue } from './queue.ts';
import type { QueueRegister } from './queue-register.ts';

export interface SqsCall {
  readonly queues: QueueRegister;
  readonly platform: Platform;
  readonly region: string;
  readonly principal: Principal;
  readonly input: JsonInput;
}

interface Common {
  /** Members of the input that are honoured; another one is refused. */
  readonly members: readonly string[];
  /** IAM action without its prefix: batches need the permission of the single call. */
  readonly action: string;
}

/** One operation of SQS. An empty object is the answer of those that answer nothing. */
export type Operation =
  | (Common & { readonly on: 'account'; run(call: SqsCall): object })
  | (Common & { readonly on: 'queue'; run(call: SqsCall, queue: Queue): object | Promise<object> });
