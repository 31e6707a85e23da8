import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { HoldfastError } from '../errors.ts';
import { splitLines } from '../model/split-lines.ts';
import type { ObjectStore, OpenContent } from '../ports.ts';
import type { Io } from './io.ts';
import { parseObjectUrl } from './object-url.ts';
import type { Services } from './services.ts';

/** What reading an object takes. */
interface ReportServices extends Pick<Services, 'regionOf'> {
  readonly objects: Pick<ObjectStore, 'read'>;
}

/** Lines of a report: of a file, or of an object, a version of it where one is named. Memory does not grow with its length. */
export async function* openReport(
  place: string,
  services: () => Promise<ReportServices>,
  io: Pick<Io, 'cwd' | 'signal'>,
): AsyncGenerator<string> {
  yield* splitLines(place.startsWith('s3://') ? await readObject(place, services, io) : readFileOf(place, io));
}

async function* readFileOf(place: string, { cwd }: Pick<Io, 'cwd'>): AsyncGenerator<Uint8Array> {
  try {
    const chunks: AsyncIterable<Uint8Array> = createReadStream(resolve(cwd, place));
    yield* chunks;
  } catch (cause) {
    throw new HoldfastError('invalid-config', 'cli', `${place} cannot be read`, { cause });
  }
}

async function readObject(
  place: string,
  services: () => Promise<ReportServices>,
  { signal }: Pick<Io, 'signal'>,
): Promise<AsyncIterable<Uint8Array>> {
  const { bucket, ...rest } = parseObjectUrl(place);
  const { objects, regionOf } = await services();
  const content = await objects.read({ bucket, region: await regionOf(bucket, { signal }), ...rest }, { signal });
  if (content.state === 'present') return wholeOf(place, content.value);
  const why = content.state === 'absent' ? 'there is no such object' : content.reason;
  throw new HoldfastError('invalid-config', 'cli', `${place} cannot be read: ${why}`);
}

/** A connection that breaks is no change to the report. */
async function* wholeOf(place: string, { state, body }: OpenContent): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    yield chunk;
  }
  if (bytes < state.sizeBytes) {
    throw new HoldfastError('unavailable', 'cli', `${place} broke off after ${bytes} of ${state.sizeBytes} bytes`);
  }
}
