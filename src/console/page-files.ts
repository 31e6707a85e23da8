import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError } from '../errors.ts';

export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
}

const FILES = [
  ['/', 'index.html', 'text/html; charset=utf-8'],
  ['/console.js', 'console.js', 'text/javascript; charset=utf-8'],
  ['/console.css', 'console.css', 'text/css; charset=utf-8'],
] as const;

/** The built page, by path. It is read once: nothing that a request says becomes the name of a file. */
export async function readPage(folder: string): Promise<ReadonlyMap<string, PageFile>> {
  try {
    const files = FILES.map(async ([path, name, type]) => {
      return [path, { type, body: await readFile(join(folder, name)) }] as const;
    });
    return new Map(await Promise.all(files));
  } catch (cause) {
    throw new HoldfastError(
      'invalid-config',
      'console',
      `expected the built page in ${folder}; npm run build makes it`,
      {
        cause,
      },
    );
  }
}
