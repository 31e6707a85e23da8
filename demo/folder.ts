import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { HoldfastError } from '../src/errors.ts';
import { MIB } from './content.ts';
import type { DemoObject } from './demo-object.ts';
import { REPLICATED_PREFIX } from './places.ts';

/** Files of more than this size are uploaded in parts of it, as most clients do. */
const PART_SIZE_BYTES = 8 * MIB;

/** Most of a folder that is uploaded: the show must end. */
const MOST_BYTES = 1_024 * MIB;

const MOST_KEY_BYTES = 1_024;

export interface FolderContent {
  readonly objects: readonly DemoObject[];
  /** Files that were left out because of the size of the whole or the length of their name. */
  readonly leftOut: number;
}

/** The files of a folder and of the folders in it, as objects that must be proved. Symbolic links are not followed. */
export async function readFolder(folder: string): Promise<FolderContent> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw new HoldfastError('invalid-config', 'demo', `expected a folder that can be read, got ${folder}`, { cause });
  });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  if (files.length === 0) throw new HoldfastError('invalid-config', 'demo', `expected files in ${folder}, found none`);

  const objects: DemoObject[] = [];
  let totalBytes = 0;
  for (const file of files.toSorted()) {
    const key = REPLICATED_PREFIX + relative(folder, file).replaceAll(sep, '/');
    const sizeBytes = (await stat(file)).size;
    if (totalBytes + sizeBytes > MOST_BYTES || Buffer.byteLength(key) > MOST_KEY_BYTES) continue;
    totalBytes += sizeBytes;
    objects.push(toObject({ key, sizeBytes, file }));
  }
  return { objects, leftOut: files.length - objects.length };
}

interface UploadedFile {
  readonly key: string;
  readonly sizeBytes: number;
  readonly file: string;
}

function toObject({ key, sizeBytes, file }: UploadedFile): DemoObject {
  const count = Math.ceil(sizeBytes / PART_SIZE_BYTES);
  const partSizes = Array.from({ length: count }, (_, index) =>
    Math.min(PART_SIZE_BYTES, sizeBytes - index * PART_SIZE_BYTES),
  );
  return {
    key,
    what: 'your file',
    sizeBytes,
    async content() {
      const content = await readFile(file);
      if (content.length === sizeBytes) return content;
      throw new Error(`expected ${sizeBytes} bytes in ${file}, got ${content.length}: it changes while it is uploaded`);
    },
    ...(count > 1 ? { partSizes } : {}),
    expect: { kind: 'verified' },
    expectReplica: { kind: 'verified' },
  };
}
