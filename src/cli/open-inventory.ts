import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { HoldfastError } from '../errors.ts';
import { type InventoryManifest, parseInventoryManifest } from '../ingest/inventory-manifest.ts';
import type { ListingPage } from '../model/listing-page.ts';
import type { ObjectRef } from '../model/object.ts';
import { formatObject } from '../model/object.ts';
import type { Observation } from '../model/observation.ts';
import type { Call } from '../ports.ts';
import { createInventoryParser } from '../ingest/inventory-rows.ts';

/** What a decompressor hands over at once: a page of some thousand rows, in bytes. */
const CHUNK_BYTES = 1_024 * 1_024;

/** Where an inventory is read from: of an object store, what is needed for that. */
export interface InventoryStore {
  /** `fromByte`: where a reading is resumed. */
  read(
    object: ObjectRef,
    options: Call & { readonly fromByte?: number },
  ): Promise<Observation<{ readonly body: AsyncIterable<Uint8Array> }>>;
}

/** An inventory that has been delivered. */
export interface Inventory {
  readonly manifest: InventoryManifest;
  /**
   * All rows, as they are in the files: S3 promises no order. Each file is checked against the MD5 of the manifest while it is read;
   * a wrong one ends the pages with an error, after rows of it were handed out. A page is valid until the next one.
   */
  pages(call: Call): AsyncIterable<ListingPage>;
}

/**
 * Opens an inventory by its `manifest.json`, which has to have the MD5 that `manifest.checksum` beside it says. Throws
 * `HoldfastError`: `invalid-config` where it is in a format that only Athena reads.
 */
export async function openInventory(objects: InventoryStore, manifest: ObjectRef, call: Call): Promise<Inventory> {
  const name = formatObject(manifest);
  const [body, checksum] = await Promise.all([
    readText(objects, manifest, call),
    readText(objects, { ...manifest, key: manifest.key.replace(/\.json$/, '.checksum') }, call),
  ]);
  const md5 = createHash('md5').update(body).digest('hex');
  if (checksum.trim().toLowerCase() !== md5) throw damaged(name, checksum.trim(), md5);
  const parsed = parseInventoryManifest(body, name);
  if (parsed.format !== 'CSV') {
    const message = `${name} is in ${parsed.format}, which Athena reads: see \`holdfast sql\``;
    throw new HoldfastError('invalid-config', 'inventory', message);
  }
  return {
    manifest: parsed,
    async *pages(given) {
      for (const file of parsed.files)
        yield* readFile(objects, { ...manifest, key: file.key }, { parsed, ...file, call: given });
    },
  };
}

interface Reading {
  readonly parsed: InventoryManifest;
  readonly md5: string;
  readonly sizeBytes: number;
  readonly call: Call;
}

async function* readFile(
  objects: InventoryStore,
  file: ObjectRef,
  { parsed, md5, sizeBytes, call }: Reading,
): AsyncGenerator<ListingPage> {
  const name = formatObject(file);
  const parser = createInventoryParser(parsed.columns, name);
  const hash = createHash('md5');
  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of wholeOf(objects, file, { sizeBytes, call })) {
      hash.update(chunk);
      yield chunk;
    }
  }
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  pipeline(hashed(), gunzip, () => undefined); // errors come out of the iteration
  for await (const chunk of gunzip as AsyncIterable<Buffer>) {
    const page = parser.push(chunk);
    if (page !== undefined) yield page;
  }
  const last = parser.end();
  if (last !== undefined) yield last;
  const found = hash.digest('hex');
  if (found !== md5) throw damaged(name, md5, found);
}

/**
 * All bytes of a file. Who reads slowly, because much has to be looked at meanwhile, is cut off: then it goes on where it was, as
 * long as each request brings something.
 */
async function* wholeOf(
  objects: InventoryStore,
  file: ObjectRef,
  { sizeBytes, call }: Pick<Reading, 'sizeBytes' | 'call'>,
): AsyncGenerator<Uint8Array> {
  let received = 0;
  for (let before = -1; received < sizeBytes;) {
    if (received === before) throw brokenOff(file, received, sizeBytes);
    before = received;
    const body = await open(objects, file, received === 0 ? call : { ...call, fromByte: received });
    try {
      for await (const chunk of body) {
        received += chunk.length;
        yield chunk;
      }
    } catch (error) {
      call.signal.throwIfAborted();
      if (received === before) throw error;
    }
  }
}

function brokenOff(file: ObjectRef, received: number, sizeBytes: number): HoldfastError {
  const message = `${formatObject(file)} broke off after ${received} of ${sizeBytes} bytes`;
  return new HoldfastError('unavailable', 'inventory', message);
}

async function readText(objects: InventoryStore, object: ObjectRef, call: Call): Promise<string> {
  return text(await open(objects, object, call));
}

async function open(
  objects: InventoryStore,
  object: ObjectRef,
  options: Parameters<InventoryStore['read']>[1],
): Promise<AsyncIterable<Uint8Array>> {
  const found = await objects.read(object, options);
  if (found.state === 'present') return found.value.body;
  const why = found.state === 'absent' ? 'there is no such object' : found.reason;
  throw new HoldfastError('unavailable', 'inventory', `${formatObject(object)} cannot be read: ${why}`);
}

function damaged(name: string, expected: string, found: string): HoldfastError {
  return new HoldfastError(
    'unexpected',
    'inventory',
    `${name} has the MD5 ${found}, expected ${expected}: it was changed or is not complete`,
  );
}
