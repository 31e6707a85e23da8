import { mkdir, open, writeFile, copyFile, rm, type FileHandle } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';

/** Bodies above this are kept in files. */
const MEMORY_LIMIT_BYTES = 256 * 1024;

/** Bytes that never change once written; shared by every body that holds them and deleted with the last. */
interface Segment {
  readonly sizeBytes: number;
  readonly content: Buffer | { readonly path: string };
  users: number;
}

/** The stored bytes of one object version. A multipart object is the list of its parts, without copying. */
export interface Body {
  readonly segments: readonly Segment[];
  /** What is stored: differs from the recorded size of the version after damage. */
  readonly sizeBytes: number;
}

export interface BodyWriter {
  /** The chunk must not be changed afterwards. */
  write(chunk: Uint8Array): Promise<void>;
  finish(): Promise<Body>;
  discard(): Promise<void>;
}

export interface BodyStore {
  writer(): BodyWriter;
  /** `endBytes` is exclusive. The bytes stay readable until the stream ends, whatever is deleted meanwhile. */
  read(body: Body, startBytes?: number, endBytes?: number): Readable;
  /** Another holder of the same bytes. */
  share(...bodies: readonly Body[]): Body;
  release(body: Body): Promise<void>;
  /** The same body with all bits of one byte inverted. The other holders of the bytes do not notice. */
  flip(body: Body, offset: number): Promise<Body>;
  truncate(body: Body, sizeBytes: number): Promise<Body>;
}

export function createBodyStore(folder: string): BodyStore {
  let files = 0;
  const root = join(folder, 's3');
  const ready = mkdir(root, { recursive: true });
  // Whoever needs the folder awaits `ready` and sees the failure there.
  ready.catch(() => undefined);

  async function newPath(): Promise<string> {
    await ready;
    files += 1;
    return join(root, `body-${files}`);
  }

  async function store(bytes: Buffer): Promise<Segment> {
    if (bytes.length <= MEMORY_LIMIT_BYTES) return { sizeBytes: bytes.length, content: bytes, users: 1 };
    const path = await newPath();
    await writeFile(path, bytes);
    return { sizeBytes: bytes.length, content: { path }, users: 1 };
  }

  async function flipped(segment: Segment, offset: number): Promise<Segment> {
    if (!('path' in segment.content)) {
      const bytes = Buffer.from(segment.content);
      bytes.writeUInt8(bytes.readUInt8(offset) ^ 0xff, offset);
      return { ...segment, content: bytes, users: 1 };
    }
    const path = await newPath();
    await copyFile(segment.content.path, path);
    const handle = await open(path, 'r+');
    try {
      const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, offset);
      await handle.write(Buffer.of(buffer.readUInt8(0) ^ 0xff), 0, 1, offset);
    } finally {
      await handle.close();
    }
    return { ...segment, content: { path }, users: 1 };
  }

  const bodies: BodyStore = {
    writer() {
      let pending: Buffer[] = [];
      let pendingBytes = 0;
      let sizeBytes = 0;
      let file: { readonly path: string; readonly handle: FileHandle } | undefined;

      async function flush(): Promise<void> {
        const path = file?.path ?? (await newPath());
        file ??= { path, handle: await open(path, 'w') };
        await file.handle.writev(pending);
        pending = [];
        pendingBytes = 0;
      }

      return {
        async write(chunk) {
          if (chunk.length === 0) return;
          pending.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
          pendingBytes += chunk.length;
          sizeBytes += chunk.length;
          if (pendingBytes > MEMORY_LIMIT_BYTES) await flush();
        },
        async finish() {
          if (file === undefined) return toBody([{ sizeBytes, content: Buffer.concat(pending), users: 1 }]);
          if (pendingBytes > 0) await flush();
          await file.handle.close();
          return toBody([{ sizeBytes, content: { path: file.path }, users: 1 }]);
        },
        async discard() {
          pending = [];
          if (file === undefined) return;
          await file.handle.close();
          await rm(file.path, { force: true });
        },
      };
    },

    read(body, startBytes = 0, endBytes = body.sizeBytes) {
      const held = bodies.share(body);
      const readable = Readable.from(stream(held, startBytes, endBytes), { objectMode: false });
      // `close` always comes, for a stream that was destroyed before its first read too; a generator's `finally` would not.
      readable.once('close', () => void bodies.release(held));
      return readable;
    },

    share(...shared) {
      const segments = shared.flatMap((body) => body.segments);
      for (const segment of segments) segment.users += 1;
      return toBody(segments);
    },

    async release(body) {
      for (const segment of body.segments) await drop(segment);
    },

    async flip(body, offset) {
      let position = 0;
      for (const [index, segment] of body.segments.entries()) {
        if (offset < position + segment.sizeBytes) {
          const damaged = await flipped(segment, offset - position);
          return await replace(body, index, [damaged, ...body.segments.slice(index + 1)]);
        }
        position += segment.sizeBytes;
      }
      throw new RangeError(`no byte ${offset} in a body of ${body.sizeBytes} bytes`);
    },

    async truncate(body, sizeBytes) {
      const chunks: Uint8Array[] = [];
      let position = 0;
      for (const [index, segment] of body.segments.entries()) {
        if (sizeBytes < position + segment.sizeBytes) {
          for await (const chunk of stream(toBody([segment]), 0, sizeBytes - position)) chunks.push(chunk);
          for (const later of body.segments.slice(index + 1)) await drop(later);
          return await replace(body, index, [await store(Buffer.concat(chunks))]);
        }
        position += segment.sizeBytes;
      }
      return body;
    },
  };
  return bodies;
}

function toBody(segments: readonly Segment[]): Body {
  return { segments, sizeBytes: segments.reduce((sum, segment) => sum + segment.sizeBytes, 0) };
}

async function drop(segment: Segment): Promise<void> {
  segment.users -= 1;
  if (segment.users === 0 && 'path' in segment.content) await rm(segment.content.path, { force: true });
}

async function* stream(body: Body, startBytes: number, endBytes: number): AsyncGenerator<Uint8Array> {
  let position = 0;
  for (const { content, sizeBytes } of body.segments) {
    const from = Math.max(startBytes - position, 0);
    const to = Math.min(endBytes - position, sizeBytes);
    position += sizeBytes;
    if (from >= to) continue;
    if ('path' in content)
      yield* createReadStream(content.path, { start: from, end: to - 1, highWaterMark: 256 * 1024 });
    else yield content.subarray(from, to);
  }
}

/** Replaces one segment; the body passed in is used up. */
async function replace(body: Body, index: number, segments: readonly Segment[]): Promise<Body> {
  const next = [...body.segments.slice(0, index), ...segments];
  const old = body.segments[index];
  if (old !== undefined) await drop(old);
  return toBody(next);
}
