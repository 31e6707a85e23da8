import { Readable } from 'node:stream';
import { GetObjectCommand, type GetObjectCommandInput, HeadObjectCommand } from '@aws-sdk/client-s3';
import { HoldfastError } from '../../errors.ts';
import type { ObjectState } from '../../model/facts.ts';
import { type Observation, present } from '../../model/observation.ts';
import type { ObjectRef } from '../../model/object.ts';
import type { HeadOptions, ObjectStore, OpenContent, ReadOptions } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { addressOf, toObjectState } from './object-state.ts';
import { readAcl, readLock, readTags } from './s3-object-settings.ts';
import { readParts } from './s3-parts.ts';
import { toFailure, toObservation, translateError } from './translate-error.ts';

/** Object versions of S3 and of servers that speak its language. */
export function createS3ObjectStore(clients: Pick<Clients, 's3'>): ObjectStore {
  return {
    head: async (object, options) => head(clients, object, options),
    parts: async (object, options) => readParts(clients.s3(object.region), object, options),
    read: async (object, options) => read(clients, object, options),
    tags: async (object, call) => readTags(clients.s3(object.region), object, call),
    acl: async (object, call) => readAcl(clients.s3(object.region), object, call),
    lock: async (object, call) => readLock(clients.s3(object.region), object, call),
  };
}

async function head(
  clients: Pick<Clients, 's3'>,
  object: ObjectRef,
  { checksums, signal }: HeadOptions,
): Promise<Observation<ObjectState>> {
  try {
    const command = new HeadObjectCommand({
      ...addressOf(object),
      ...(checksums ? { ChecksumMode: 'ENABLED' } : {}),
    });
    const output = await clients.s3(object.region).send(command, { abortSignal: signal });
    return present(toObjectState(output, sizeOf(output, 'ObjectStore.head')));
  } catch (error) {
    const { status } = toFailure(error);
    const explained = status === 400 || status === 403 || (status === 503 && checksums);
    if (!explained) return toObservation(error, 'ObjectStore.head');
    return explainHead(await read(clients, object, { signal }));
  }
}

/**
 * A HEAD has no body, so its 400 does not say whether the object wants a customer's key, its KMS key is unusable or the
 * Region is wrong, nor its 403 whether the object is closed to us or our credentials have expired, nor its 503 whose limit was reached where
 * checksums spend KMS requests. A GET of the same version
 * says so; its body is not read.
 */
async function explainHead(explained: Observation<OpenContent>): Promise<Observation<ObjectState>> {
  if (explained.state !== 'present') return explained;
  await explained.value.body[Symbol.asyncIterator]().return?.();
  return present(explained.value.state);
}

async function read(
  clients: Pick<Clients, 's3'>,
  object: ObjectRef,
  options: ReadOptions,
): Promise<Observation<OpenContent>> {
  const { fromByte = 0, signal } = options;
  if (fromByte === 0) return get(clients, object, options);
  // The answer to a range has no checksum, or that of a part which the range happens to be: only a HEAD has the object's.
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
  const whole = await head(clients, object, { checksums: true, signal });
  if (whole.state !== 'present') return whole;
  const rest = await get(clients, object, options);
  return rest.state === 'present' ? present({ ...rest.value, state: whole.value }) : rest;
}

async function get(
  clients: Pick<Clients, 's3'>,
  object: ObjectRef,
  { ifMatch, fromByte = 0, signal }: ReadOptions,
): Promise<Observation<OpenContent>> {
  const input: GetObjectCommandInput = {
    ...addressOf(object),
    ...(ifMatch === undefined ? {} : { IfMatch: `"${ifMatch}"` }),
    ...(fromByte === 0 ? {} : { Range: `bytes=${fromByte}-` }),
  };
  const command = new GetObjectCommand(input);
  // As an input member, ChecksumMode makes the SDK validate what we validate ourselves, and refuse algorithms it lacks.
  command.middlewareStack.add(
    (next) => async (args) => {
      const { request } = args;
      if (isHttpRequest(request)) request.headers['x-amz-checksum-mode'] = 'ENABLED';
      return next(args);
    },
    { step: 'build', name: 'askForChecksums' },
  );
  try {
    const output = await clients.s3(object.region).send(command, { abortSignal: signal });
    const stream = output.Body instanceof Readable ? output.Body : Readable.from([]);
    try {
      if (fromByte > 0) requireRange(output.ContentRange, fromByte);
      return present({
        state: toObjectState(output, sizeOf(output, 'ObjectStore.read')),
        body: toBody(stream, signal),
      });
    } catch (error) {
      stream.destroy();
      throw error;
    }
  } catch (error) {
    return toObservation(error, 'ObjectStore.read');
  }
}

/** An answer without a length is one that something on the way has changed: taken for 0, it would accuse the object. */
function sizeOf(
  { ContentLength: sizeBytes }: { readonly ContentLength?: number | undefined },
  operation: string,
): number {
  if (sizeBytes !== undefined) return sizeBytes;
  throw new HoldfastError('unexpected', operation, `${operation} failed: expected a Content-Length, got none`);
}

/** Other bytes than were asked for would be taken for a difference, in each reading the same. */
function requireRange(answered: string | undefined, fromByte: number): void {
  if (answered?.startsWith(`bytes ${fromByte}-`) === true) return;
  const text = `ObjectStore.read failed: expected bytes from ${fromByte} on, got ${answered ?? 'no range'}`;
  throw new HoldfastError('unexpected', 'ObjectStore.read', text);
}

function isHttpRequest(request: unknown): request is { readonly headers: Record<string, string> } {
  return typeof request === 'object' && request !== null && 'headers' in request;
}

/** Closes the connection also where nobody asked for the first byte: a generator that was never started would not. */
function toBody(stream: Readable, signal: AbortSignal): AsyncIterable<Uint8Array> {
  const bytes = untilItBreaks(stream, signal);
  const iterator: AsyncIterator<Uint8Array> = {
    next: async () => bytes.next(),
    return: async () => {
      stream.destroy();
      return bytes.return(undefined);
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

/** The bytes as they come. A connection that breaks ends them; only our own giving up is an error. */
async function* untilItBreaks(body: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    if (signal.aborted) throw translateError(error, 'ObjectStore.read');
  }
}
