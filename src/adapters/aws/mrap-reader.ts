import { Readable } from 'node:stream';
import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { type Observation, present } from '../../model/observation.ts';
import { throttleOf } from '../../model/throttle.ts';
import type { MrapAnswer, MrapReader } from '../../ports.ts';
import { toObjectState } from './object-state.ts';
import { toFailure, toObservation, translateError } from './translate-error.ts';
import type { WatchClients } from './watch-clients.ts';

/** Canaries are far smaller: what is larger is not ours, and is not fetched. */
const LIMIT_BYTES = 65_536;

/** Reads through access points as seen from a Region, which decides which bucket answers. */
export function createMrapReader(clients: Pick<WatchClients, 'mrap'>, region: string): MrapReader {
  return {
    async read(mrapArn, key, { signal }) {
      try {
        const client = await clients.mrap(region);
        const command = new GetObjectCommand({ Bucket: mrapArn, Key: key });
        return await toAnswer(await client.send(command, { abortSignal: signal }));
      } catch (error) {
        const failure = toFailure(error);
        // Only a request too many is a word about the object; anything else from 500 on says that nobody answered.
        if ((failure.status ?? 500) >= 500 && throttleOf(failure) === undefined)
          throw translateError(error, 'MrapReader.read');
        return toObservation(error, 'MrapReader.read');
      }
    },
  };
}

async function toAnswer(output: GetObjectCommandOutput): Promise<Observation<MrapAnswer>> {
  const { Body: body, ContentLength: sizeBytes = 0 } = output;
  if (sizeBytes > LIMIT_BYTES) {
    if (body instanceof Readable) body.destroy();
    return { state: 'unreadable', reason: 'too-large' };
  }
  const text = (await body?.transformToString()) ?? '';
  const { replicationStatus } = toObjectState(output, sizeBytes);
  return present({
    ...(replicationStatus === undefined ? {} : { replicationStatus }),
    etag: (output.ETag ?? '').replaceAll('"', ''),
    text,
  });
}
