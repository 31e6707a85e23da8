import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { toPage } from '../model/build-listing-page.ts';
import type { ListedEntry, ListingPage } from '../model/listing-page.ts';
import { compareKeys } from '../model/version-order.ts';

const PAGE = 1_000;

/** The files of a folder as a listing of keys, in the order of S3. Memory is that of one folder with all above it. */
export async function* listFolder(folder: string): AsyncGenerator<ListingPage> {
  let page: ListedEntry[] = [];
  for await (const entry of walk(folder, '')) {
    page.push(entry);
    if (page.length < PAGE) continue;
    yield toPage(page);
    page = [];
  }
  yield toPage(page);
}

async function* walk(folder: string, prefix: string): AsyncGenerator<ListedEntry> {
  const entries = await readdir(folder, { withFileTypes: true });
  const named = entries.map((entry) => ({ entry, key: `${prefix}${entry.name}${entry.isDirectory() ? '/' : ''}` }));
  for (const { entry, key } of named.toSorted((a, b) => compareKeys(a.key, b.key))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path, key);
    else if (entry.isFile()) {
      const { size, mtime } = await stat(path);
      yield { key, isLatest: true, sizeBytes: size, etag: '', storageClass: 'STANDARD', lastModifiedAt: mtime };
    }
  }
}
