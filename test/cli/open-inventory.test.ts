import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type InventoryStore, openInventory } from '../../src/cli/open-inventory.ts';
import { KEY, textAt } from '../../src/model/listing-page.ts';

const KEYS = Array.from({ length: 50 }, (_, index) => `object-${String(index).padStart(3, '0')}`);
const FILE = gzipSync(KEYS.map((key) => `"b","${key}","1","2026-11-02T00:00:00.000Z","etag-of-${key}"\n`).join(''));
const MANIFEST = JSON.stringify({
  sourceBucket: 'b',
  creationTimestamp: '0',
  fileFormat: 'CSV',
  fileSchema: 'Bucket, Key, Size, LastModifiedDate, ETag',
  files: [{ key: 'data.csv.gz', size: FILE.length, MD5checksum: md5Of(FILE) }],
});

function md5Of(body: Buffer | string): string {
  return createHash('md5').update(body).digest('hex');
}

/** A store that sends the file so many bytes at a time, and then ends or breaks. */
function storeOf(most: number, ending: 'ends' | 'throws'): InventoryStore & { readonly asked: number[] } {
  const asked: number[] = [];
  async function* send(bytes: Buffer, isWhole: boolean): AsyncGenerator<Uint8Array> {
    yield bytes;
    if (!isWhole && ending === 'throws') throw new Error('aborted');
  }
  return {
    asked,
    async read({ key }, { fromByte = 0 }) {
      if (key === 'manifest.json') return { state: 'present', value: { body: send(Buffer.from(MANIFEST), true) } };
      if (key === 'manifest.checksum') {
        return { state: 'present', value: { body: send(Buffer.from(md5Of(MANIFEST)), true) } };
      }
      asked.push(fromByte);
      const bytes = FILE.subarray(fromByte, fromByte + most);
      return { state: 'present', value: { body: send(bytes, fromByte + most >= FILE.length) } };
    },
  };
}

async function keysIn(store: InventoryStore): Promise<readonly string[]> {
  const call = { signal: new AbortController().signal };
  const manifest = { bucket: 'inventories', region: 'us-east-1', key: 'manifest.json' };
  const inventory = await openInventory(store, manifest, call);
  const keys: string[] = [];
  for await (const page of inventory.pages(call)) {
    for (let index = 0; index < page.count; index += 1) keys.push(textAt(page, index, KEY));
  }
  return keys;
}

describe('a file of an inventory', () => {
  it.each([
    ['sent at once', FILE.length, 'ends', 1],
    ['whose connection ends now and then', 40, 'ends', Math.ceil(FILE.length / 40)],
    ['whose connection breaks now and then', 40, 'throws', Math.ceil(FILE.length / 40)],
  ] as const)('is read to its end, %s', async (_, most, ending, requests) => {
    const store = storeOf(most, ending);
    expect(await keysIn(store)).toEqual(KEYS);
    expect(store.asked).toEqual(Array.from({ length: requests }, (__, index) => index * most));
  });

  it.each([
    ['ends', 'broke off after 0 of'],
    ['throws', 'aborted'],
  ] as const)('is not asked for again where nothing comes of it (%s)', async (ending, message) => {
    await expect(keysIn(storeOf(0, ending))).rejects.toThrow(message);
  });
});
