import { readdir, readFile, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { type DemoObject, MIB, REPLICATED } from './objects.ts';

/** Files of this size and more are uploaded in parts, as most clients do. */
const PART_SIZE = 8 * MIB;

/** Most of a folder that is uploaded, in bytes: the show must end. */
const MOST_BYTES = 1_024 * MIB;

/** The files of a folder, whatever they are, as objects that must be proved. */
export async function folderObjects(folder: string): Promise<readonly DemoObject[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  const objects: DemoObject[] = [];
  let total = 0;
  for (const file of files) {
    total += (await stat(file)).size;
    if (total > MOST_BYTES) break;
    objects.push(toObject(file, folder, await readFile(file)));
  }
  if (objects.length === 0) throw new Error(`expected files in ${folder}, found none`);
  return objects;
}

function toObject(file: string, folder: string, content: Uint8Array): DemoObject {
  const name = file
    .slice(folder.length)
    .replace(/^[/\\]+/, '')
    .split(sep)
    .join('/');
  const count = Math.ceil(content.length / PART_SIZE);
  const partSizes = Array.from({ length: count }, (_, index) =>
    Math.min(PART_SIZE, content.length - index * PART_SIZE),
  );
  return {
    key: `${REPLICATED}${name}`,
    what: 'your file',
    content,
    ...(count > 1 ? { partSizes } : {}),
    expect: { kind: 'verified' },
    expectReplica: { kind: 'verified' },
  };
}
