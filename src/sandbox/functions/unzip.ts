import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { inflateRawSync } from 'node:zlib';

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
/** The end record is this long, and a comment of up to 64 KiB may follow it. */
const END_LENGTH = 22;

/**
 * Unpacks what the framework packs: stored or deflated entries, no encryption, below 4 GiB. Throws an `Error` for anything else.
 *
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export async function unzip(archive: string, folder: string): Promise<void> {
  const bytes = await readFile(archive);
  for (const { name, content } of entriesOf(bytes, archive)) {
    const path = normalize(name);
    if (path.startsWith('..') || path.startsWith('/'))
      throw new Error(`${archive}: the entry ${name} leads out of the package`);
    if (path.endsWith('/')) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

function* entriesOf(bytes: Buffer, archive: string): Generator<{ readonly name: string; readonly content: Buffer }> {
  const end = findEnd(bytes);
  if (end < 0) throw new Error(`${archive} is not a zip file`);
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (bytes.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error(`${archive}: the directory is damaged`);
    const method = bytes.readUInt16LE(at + 10);
    const packedBytes = bytes.readUInt32LE(at + 20);
    const nameLength = bytes.readUInt16LE(at + 28);
    const local = bytes.readUInt32LE(at + 42);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    // The local header repeats the name and has extra fields of its own length.
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const packed = bytes.subarray(start, start + packedBytes);
    if (method !== 0 && method !== 8) throw new Error(`${archive}: ${name} is packed by the unknown method ${method}`);
    yield { name, content: method === 0 ? packed : inflateRawSync(packed) };
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
}

function findEnd(bytes: Buffer): number {
  for (let at = bytes.length - END_LENGTH; at >= 0 && at >= bytes.length - END_LENGTH - 0xffff; at -= 1) {
    if (bytes.readUInt32LE(at) === END_OF_DIRECTORY) return at;
  }
  return -1;
}
