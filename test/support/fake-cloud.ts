import { createHash } from 'node:crypto';
import type { Checksum, ChecksumAlgorithm, ChecksumType } from '../../src/model/checksum.ts';
import type { Encryption } from '../../src/model/encryption.ts';
import { formatETag, parseETag } from '../../src/model/etag.ts';
import type { ObjectState, Part } from '../../src/model/facts.ts';
import type { ObjectRef } from '../../src/model/object.ts';
import { type Observation, present } from '../../src/model/observation.ts';
import type { ObjectStore } from '../../src/ports.ts';
import { chunked, digestOf } from '../digest/contents.ts';

/** How a client stores an object. What is left out is a plain upload in one part, without checksum. */
export interface Upload {
  readonly key?: string;
  /** Absent: the bucket was never versioned. */
  readonly versionId?: string;
  readonly content: Uint8Array;
  /** Sizes of the parts, in order; absent: not a multipart upload. */
  readonly partSizes?: readonly number[];
  readonly checksums?: readonly { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType }[];
  readonly encryption?: Encryption;
  readonly state?: Partial<ObjectState>;
}

/** A version at rest. `bytes` can be damaged underneath: everything that S3 recorded at the upload stays as it was. */
export interface Stored {
  readonly object: ObjectRef;
  readonly state: ObjectState;
  readonly parts: readonly Part[] | undefined;
  bytes: Uint8Array;
  /** Set: what every look at this version says instead. */
  trouble?: Observation<never>;
}

/** Versions in memory that answer as S3 does. */
export interface FakeCloud {
  readonly objects: ObjectStore;
  put(upload: Upload): Promise<Stored>;
  remove(stored: Stored): void;
  /** Every call, in order: `head key`, `parts key exact` … */
  readonly calls: string[];
  /** How the next bodies break: after so many bytes each. */
  readonly breaks: number[];
  /** Bodies that were opened and neither read to their end nor closed. */
  open: number;
}

const BUCKET = 'photos';
const REGION = 'eu-west-1';

/** Bytes per chunk of a body. */
const CHUNK_BYTES = 1_000;

export function createFakeCloud(): FakeCloud {
  const versions: Stored[] = [];
  const calls: string[] = [];
  const breaks: number[] = [];

  function find(object: ObjectRef, ifMatch?: string): Observation<Stored> {
    const stored = versions.findLast(
      (v) => v.object.key === object.key && (object.versionId === undefined || v.object.versionId === object.versionId),
    );
    if (stored === undefined) return { state: 'absent' };
    if (stored.trouble !== undefined) return stored.trouble;
    if (ifMatch !== undefined && ifMatch !== formatETag(stored.state.etag)) {
      return { state: 'unreadable', reason: 'overwritten-meanwhile' };
    }
    return present(stored);
  }

  async function* flow(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    const broken = breaks.shift();
    yield* chunked(bytes.subarray(0, broken ?? bytes.length), [CHUNK_BYTES]);
  }

  /** A connection is given back by reading to the end or by leaving, even before the first byte. */
  function closing(body: AsyncGenerator<Uint8Array>): AsyncIterable<Uint8Array> {
    let open = true;
    const close = <T>(result: T): T => {
      if (open) cloud.open -= 1;
      open = false;
      return result;
    };
    return {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          const result = await body.next();
          return result.done === true ? close(result) : result;
        },
        return: async () => close(await body.return(undefined)),
      }),
    };
  }

  const objects: ObjectStore = {
    async head(object, { checksums }) {
      calls.push(`head ${object.key}`);
      const found = find(object);
      if (found.state !== 'present') return found;
      return present(checksums ? found.value.state : { ...found.value.state, checksums: [] });
    },
    async parts(object, { ifMatch, exact, sizeBytes }) {
      calls.push(`parts ${object.key} ${exact ? 'exact' : 'inferred'}`);
      const found = find(object, ifMatch);
      if (found.state !== 'present') return found;
      const { parts } = found.value;
      if (parts === undefined) return { state: 'absent' };
      return present(exact ? parts : inferred(parts, sizeBytes));
    },
    async read(object, { ifMatch, fromByte = 0 }) {
      calls.push(`read ${object.key}${fromByte === 0 ? '' : ` from ${fromByte}`}`);
      const found = find(object, ifMatch);
      if (found.state !== 'present') return found;
      const { state, bytes } = found.value;
      if (state.archive !== undefined) return { state: 'unreadable', reason: 'archived' };
      cloud.open += 1;
      return present({ state, body: closing(flow(bytes.subarray(fromByte))) });
    },
    async tags(object) {
      calls.push(`tags ${object.key}`);
      const found = find(object);
      return found.state === 'present' ? present({}) : found;
    },
    async acl(object) {
      calls.push(`acl ${object.key}`);
      const found = find(object);
      return found.state === 'present' ? present({ owner: 'owner', grants: [] }) : found;
    },
    async lock(object) {
      calls.push(`lock ${object.key}`);
      const found = find(object);
      if (found.state !== 'present') return found;
      const { lock } = found.value.state;
      return lock === undefined ? { state: 'absent' } : present(lock);
    },
  };

  const cloud: FakeCloud = {
    objects,
    calls,
    breaks,
    open: 0,
    async put(upload) {
      const stored = await store(upload);
      const again = versions.findIndex(
        ({ object }) => object.key === stored.object.key && object.versionId === stored.object.versionId,
      );
      if (again >= 0) versions.splice(again, 1); // only a `null` version can be replaced
      versions.push(stored);
      return stored;
    },
    remove(stored) {
      versions.splice(versions.indexOf(stored), 1);
    },
  };
  return cloud;
}

function inferred(parts: readonly Part[], sizeBytes: number): readonly Part[] {
  const firstBytes = parts[0]?.sizeBytes ?? 0;
  const lastBytes = sizeBytes - firstBytes * (parts.length - 1);
  if (lastBytes <= 0) return parts;
  return parts.map(({ partNumber }, index) => {
    return { partNumber, sizeBytes: index === parts.length - 1 ? lastBytes : firstBytes, checksums: [] };
  });
}

async function store(upload: Upload): Promise<Stored> {
  const { content, partSizes, encryption = 'sse-s3', checksums = [], key = 'a b/～😀', versionId } = upload;
  const pieces = partSizes === undefined ? [content] : cut(content, partSizes);
  const stored: Checksum[] = [];
  for (const { algorithm, type } of checksums) {
    const ofParts = await Promise.all(pieces.map(async (piece) => digestOf(algorithm, piece)));
    const base64 =
      type === 'FULL_OBJECT'
        ? await digestOf(algorithm, content)
        : await digestOf(algorithm, ...ofParts.map((part) => Buffer.from(part, 'base64')));
    stored.push({ algorithm, type, base64 });
  }
  const object = { bucket: BUCKET, region: REGION, key, ...(versionId === undefined ? {} : { versionId }) };
  const parts = await Promise.all(
    pieces.map(async (piece, index): Promise<Part> => {
      const ofPart = checksums.map(async ({ algorithm }) => {
        return { algorithm, type: 'FULL_OBJECT', base64: await digestOf(algorithm, piece) } as const;
      });
      return { partNumber: index + 1, sizeBytes: piece.length, checksums: await Promise.all(ofPart) };
    }),
  );
  return {
    object,
    bytes: content,
    parts: partSizes === undefined ? undefined : parts,
    state: {
      ...(versionId === undefined ? {} : { versionId }),
      sizeBytes: content.length,
      etag: parseETag(etagOf(pieces, { encryption, multipart: partSizes !== undefined }), encryption),
      checksums: stored,
      encryption,
      storageClass: 'STANDARD',
      lastModifiedAt: new Date('2026-11-01T00:00:00Z'),
      metadata: {},
      ...upload.state,
    },
  };
}

function cut(content: Uint8Array, sizes: readonly number[]): readonly Uint8Array[] {
  let start = 0;
  return sizes.map((size) => content.subarray(start, (start += size)));
}

/** The ETag of an encrypted object has the shape of a digest and is none. */
function etagOf(
  pieces: readonly Uint8Array[],
  { encryption, multipart }: { encryption: Encryption; multipart: boolean },
): string {
  const salt = encryption === 'none' || encryption === 'sse-s3' ? [] : [Buffer.from(encryption)];
  if (!multipart) return md5(...pieces, ...salt).toString('hex');
  return `${md5(...pieces.map((piece) => md5(piece)), ...salt).toString('hex')}-${pieces.length}`;
}

function md5(...chunks: readonly Uint8Array[]): Buffer {
  const hash = createHash('md5');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest();
}
