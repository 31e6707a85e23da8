import { createHash, randomFillSync } from 'node:crypto';
import { loadAwsSdk } from '../crc64-peers.ts';

const MIB = 1024 * 1024;

/** Repeated to make contents of any size; larger than the caches, so that serving them costs what serving costs. */
const POOL = randomFillSync(Buffer.allocUnsafe(64 * MIB));

/** An object that exists because it was asked for: `whole-<bytes>` or `parts-<bytes of a part>-of-<bytes>`. */
export interface ServedObject {
  readonly sizeBytes: number;
  /** Present where it was uploaded in parts. */
  readonly partSizeBytes?: number;
  readonly etag: string;
  /** What S3 stored at the upload; nothing for an object in parts, so that only its ETag can prove it. */
  readonly crc64nvme?: string;
}

const described = new Map<string, Promise<ServedObject>>();

/** `undefined` for a key of another form. Digests are computed once per key, with other libraries than Holdfast's. */
export function describeObject(key: string): Promise<ServedObject> | undefined {
  const known = described.get(key);
  if (known !== undefined) return known;
  const [, partSize, size] = /^(?:whole|parts-([1-9]\d*)-of)-([1-9]\d*)$/.exec(key) ?? [];
  if (size === undefined) return undefined;
  const object = partSize === undefined ? describeWhole(Number(size)) : describeParts(Number(size), Number(partSize));
  described.set(key, object);
  return object;
}

async function describeWhole(sizeBytes: number): Promise<ServedObject> {
  const md5 = createHash('md5');
  for (const chunk of contentOf(0, sizeBytes)) md5.update(chunk);
  return { sizeBytes, etag: md5.digest('hex'), crc64nvme: await loadAwsSdk().digest([...contentOf(0, sizeBytes)]) };
}

async function describeParts(sizeBytes: number, partSizeBytes: number): Promise<ServedObject> {
  const parts = createHash('md5');
  const count = Math.ceil(sizeBytes / partSizeBytes);
  for (let part = 0; part < count; part++) {
    const md5 = createHash('md5');
    const from = part * partSizeBytes;
    for (const chunk of contentOf(from, Math.min(sizeBytes, from + partSizeBytes))) md5.update(chunk);
    parts.update(md5.digest());
  }
  return { sizeBytes, partSizeBytes, etag: `${parts.digest('hex')}-${count}` };
}

/** The bytes from `start` up to `end`, in chunks of at most 1 MiB. Views of the pool, not copies. */
export function* contentOf(start: number, end: number): Generator<Uint8Array> {
  for (let at = start; at < end;) {
    const from = at % POOL.length;
    const chunk = POOL.subarray(from, from + Math.min(end - at, MIB));
    yield chunk;
    at += chunk.length;
  }
}
