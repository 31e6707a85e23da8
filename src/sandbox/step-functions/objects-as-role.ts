import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { randomText } from '../random.ts';
import type { S3Service } from '../s3/s3-service.ts';
import type { SandboxRequest, SandboxResponse } from '../service.ts';
import type { Means, ObjectPlace, StateMachine } from './run.ts';
import { StateFailure } from './state-failure.ts';

/** What a machine needs to read and write objects under its role. */
export interface ObjectSite {
  readonly random: () => number;
  readonly s3: Pick<S3Service, 'batch' | 'handle'>;
}

/** Objects as Step Functions itself reads and writes them: in the Region of the machine only. */
export function objectsAsRole(
  { random, s3 }: ObjectSite,
  { roleArn, region }: Pick<StateMachine, 'roleArn' | 'region'>,
): Pick<Means, 'read' | 'write'> {
  async function send(
    action: string,
    { bucket, key }: ObjectPlace,
    request: Pick<SandboxRequest, 'method'> & Partial<SandboxRequest>,
  ): Promise<SandboxResponse> {
    if (!s3.batch.may(roleArn, action, { bucket, key }))
      throw new Error(`the role ${roleArn} lacks ${action} on ${bucket}/${key}`);
    return await s3.handle({
      service: 's3',
      region,
      principal: s3.batch.principal(roleArn),
      rawPath: `/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`,
      query: new URLSearchParams(),
      headers: {},
      body: Readable.from([]),
      host: '127.0.0.1',
      requestId: randomText(random, 16, '0123456789ABCDEF'),
      ...request,
    });
  }

  return {
    read: (place) =>
      orFail('States.ItemReaderFailed', async () => {
        const { status, body } = await send('s3:GetObject', place, { method: 'GET' });
        if (status === 200 && body instanceof Readable) return await text(body);
        throw new Error(`${place.key} cannot be read from ${place.bucket}: ${status}`);
      }),
    write: (place, body) =>
      orFail('States.ResultWriterFailed', async () => {
        const headers = { 'content-length': String(Buffer.byteLength(body)), 'content-type': 'application/json' };
        const answer = await send('s3:PutObject', place, {
          method: 'PUT',
          headers,
          body: Readable.from([Buffer.from(body)]),
        });
        if (answer.status >= 300)
          throw new Error(`${place.key} cannot be written to ${place.bucket}: ${answer.status}`);
      }),
  };
}

/** Whatever goes wrong is a failure by this name. */
async function orFail<T>(error: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new StateFailure(error, cause instanceof Error ? cause.message : String(cause));
  }
}
