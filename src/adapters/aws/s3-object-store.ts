import { GetObjectCommand, type GetObjectCommandInput, HeadObjectCommand } from '@aws-sdk/client-s3';
import type { ObjectState } from '../../model/facts.ts';
import { type Observation, present } from '../../model/observation.ts';
import type { ObjectRef } from '../../model/object.ts';
import type { HeadOptions, ObjectStore, OpenContent, ReadOptions } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { addressOf, toObjectState } from './object-state.ts';
import { readParts } from './s3-parts.ts';
import { toFailure, toObservation } from './translate-error.ts';

/** Object versions of S3 and of servers that speak its language. */
export function createS3ObjectStore(clients: Pick<Clients, 's3'>): ObjectStore {
  return {
    async head(object: ObjectRef, { checksums, signal }: HeadOptions): Promise<Observation<ObjectState>> {
      try {
        const command = new HeadObjectCommand({
          ...addressOf(object),
          ...(checksums ? { ChecksumMode: 'ENABLED' } : {}),
        });
        const output = await clients.s3(object.region).send(command, { abortSignal: signal });
        return present(toObjectState(output, output.ContentLength ?? 0));
      } catch (error) {
        return explainHead(error, () => this.read(object, { signal }));
      }
    },
    parts: async (object, options) => readParts(clients.s3(object.region), object, options),
    read: async (object, options) => read(clients, object, options),
  };
}

/**
 * A HEAD has no body, so its 400 does not say whether the object wants a customer's key, its KMS key is unusable or the
 * Region is wrong. A GET of the same version says so; its body is not read.
 */
async function explainHead(
  error: unknown,
  read: () => Promise<Observation<OpenContent>>,
): Promise<Observation<ObjectState>> {
  if (toFailure(error).status !== 400) return toObservation(error, 'ObjectStore.head');
  const explained = await read();
  return explained.state === 'present' ? present(explained.value.state) : explained;
}

async function read(
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
      if (typeof request === 'object' && request !== null && 'headers' in request) {
        Object.assign(request.headers as object, { 'x-amz-checksum-mode': 'ENABLED' });
      }
      return next(args);
    },
    { step: 'build', name: 'askForChecksums' },
  );
  try {
    const output = await clients.s3(object.region).send(command, { abortSignal: signal });
    const { Body: body } = output;
    const sizeBytes = Number(/\/(\d+)$/.exec(output.ContentRange ?? '')?.[1] ?? output.ContentLength ?? 0);
    return present({
      state: toObjectState(output, sizeBytes),
      body: untilItBreaks(body as AsyncIterable<Uint8Array>, signal),
    });
  } catch (error) {
    return toObservation(error, 'ObjectStore.read');
  }
}

/** The bytes as they come. A connection that breaks ends them; only our own giving up is an error. */
async function* untilItBreaks(body: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    if (signal.aborted) throw error;
  }
}
