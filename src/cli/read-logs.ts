import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { HoldfastError } from '../errors.ts';
import { parseAccessLogLine } from '../ingest/access-log.ts';
import { parseTrail } from '../ingest/cloudtrail.ts';
import type { AccessRecord } from '../model/access-record.ts';
import type { Call } from '../ports.ts';
import { parseObjectUrl } from './object-url.ts';
import type { Services } from './services.ts';

/** One file of logs, not read yet. */
export interface LogFile {
  /** As a person names it. */
  readonly name: string;
  readonly sizeBytes: number;
  open(call: Call): Promise<AsyncIterable<Uint8Array>>;
}

export interface LogReading {
  readonly records: (record: AccessRecord) => void;
  /** A line or record that is none: told once for each. */
  readonly unreadable: (file: string) => void;
}

/** A trail is one JSON document: larger ones are no files of CloudTrail, which ends them at some tens of megabytes. */
const LARGEST_TRAIL_BYTES = 512 * 1024 * 1024;

/** Files under `s3://bucket/prefix`, or a local file or folder with all that is in it, in the order of their names. */
export async function* findLogs(
  place: string,
  { services, cwd }: { readonly services: Services; readonly cwd: string },
  call: Call,
): AsyncGenerator<LogFile> {
  if (!place.startsWith('s3://')) {
    yield* localFiles(resolve(cwd, place), place);
    return;
  }
  const { bucket, key: prefix } = parseObjectUrl(place);
  const region = await services.regionOf(bucket, call);
  for await (const { object, isLatest, sizeBytes } of services.versions.list({ bucket, region, prefix }, call)) {
    if (!isLatest || object.key.endsWith('/')) continue;
    yield {
      name: `s3://${bucket}/${object.key}`,
      sizeBytes,
      open: async (given) => openObject(object, services, given),
    };
  }
}

async function openObject(
  object: Parameters<Services['objects']['read']>[0],
  { objects }: Pick<Services, 'objects'>,
  call: Call,
): Promise<AsyncIterable<Uint8Array>> {
  const found = await objects.read(object, call);
  if (found.state === 'present') return found.value.body;
  const why = found.state === 'absent' ? 'it is gone' : found.reason;
  throw new HoldfastError('unavailable', 'readLogs', `s3://${object.bucket}/${object.key} cannot be read: ${why}`);
}

async function* localFiles(path: string, name: string): AsyncGenerator<LogFile> {
  const about = await stat(path).catch((cause: unknown) => {
    throw new HoldfastError('invalid-config', 'cli', `expected a file, a folder or s3://bucket/prefix, got '${name}'`, {
      cause,
    });
  });
  if (!about.isDirectory()) {
    yield { name, sizeBytes: about.size, open: async () => createReadStream(path) };
    return;
  }
  for (const entry of (await readdir(path)).toSorted()) yield* localFiles(join(path, entry), join(name, entry));
}

/**
 * Every record of a file, in either form, compressed or not. A file that cannot be opened or decompressed throws; a line that is no
 * record is counted.
 */
export async function readLog(file: LogFile, { records, unreadable }: LogReading, call: Call): Promise<void> {
  const [first, content] = await peek(await file.open(call));
  if (first === undefined) return; // empty
  const text = first[0] === 0x1f && first[1] === 0x8b ? content.pipe(createGunzip()) : content;
  // `pipe` does not pass errors on, and a broken connection must not look like the end.
  if (text !== content) content.on('error', (error) => text.destroy(error));
  const lines = createInterface({ input: text, crlfDelay: Infinity })[Symbol.asyncIterator]();
  let line: IteratorResult<string, unknown> = await lines.next();
  if (line.done === true) return;
  if (line.value.trimStart().startsWith('{')) {
    const rest = await joined(lines, line.value);
    const trail = rest === undefined ? undefined : parseTrail(rest);
    if (trail === undefined) unreadable(file.name);
    else {
      for (const record of trail.records) records(record);
      for (let count = 0; count < trail.unreadable; count += 1) unreadable(file.name);
    }
    return;
  }
  for (; line.done !== true; line = await lines.next()) {
    if (line.value === '') continue;
    const record = parseAccessLogLine(line.value);
    if (record === undefined) unreadable(file.name);
    else records(record);
  }
}

/** The first bytes, and all of them. */
async function peek(body: AsyncIterable<Uint8Array>): Promise<readonly [Uint8Array | undefined, Readable]> {
  const chunks = body[Symbol.asyncIterator]();
  const first: IteratorResult<Uint8Array, unknown> = await chunks.next();
  if (first.done === true) return [undefined, Readable.from([])];
  const { value } = first;
  async function* all(): AsyncGenerator<Uint8Array> {
    yield value;
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
  }
  return [value, Readable.from(all(), { objectMode: false })];
}

/** `undefined`: there is more than any file of CloudTrail has. */
async function joined(lines: AsyncIterator<string>, start: string): Promise<string | undefined> {
  const parts = [start];
  let size = start.length;
  for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
    size += line.value.length;
    if (size > LARGEST_TRAIL_BYTES) return undefined;
    parts.push(line.value);
  }
  return parts.join('\n');
}
