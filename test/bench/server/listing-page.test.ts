import { describe, expect, it } from 'vitest';
import { createSheets } from '../../../bench/server/listed-entries.ts';
import { keyOf, type ListedBucket, listingOf } from '../../../bench/server/listing-page.ts';
import { parseListing } from '../../../src/adapters/aws/parse-listing.ts';
import { entryAt } from '../../../src/model/listing-page.ts';

const bucket: ListedBucket = { count: 2_500, flat: false, damaged: false };
const question = { prefix: '', after: '', delimiter: '', most: 1_000 };

/** Every entry of a bucket, page by page, as a client sees it: `key size etag`. */
function walk(listed: ListedBucket, asked: Partial<typeof question> = {}): readonly string[] {
  const sheets = createSheets();
  const entries: string[] = [];
  for (let after: string | undefined = ''; after !== undefined;) {
    const page = listingOf(listed, { ...question, ...asked, after }, sheets);
    const parsed = parseListing(Buffer.from(page));
    if (parsed === undefined) throw new Error('expected a page that can be read');
    sheets.giveBack(page);
    for (let index = 0; index < parsed.page.count; index += 1) {
      const { key, sizeBytes, etag } = entryAt(parsed.page, index);
      entries.push(`${key} ${sizeBytes} ${etag}`);
    }
    after = parsed.nextToken === undefined ? undefined : Buffer.from(parsed.nextToken, 'base64').toString();
  }
  return entries;
}

describe('a bucket that exists only as a listing', () => {
  it.each([
    ['in folders', false],
    ['in none', true],
  ])('lists every key once and in order, %s', (_, flat) => {
    const keys = walk({ ...bucket, flat }).map((entry) => entry.split(' ')[0]);
    expect(keys).toEqual(Array.from({ length: 2_500 }, (_each, index) => keyOf({ flat }, index)));
  });

  it('gives each of them an ETag of its own', () => {
    expect(new Set(walk(bucket).map((entry) => entry.split(' ')[2])).size).toBe(2_500);
  });

  it('lacks nine of them and has 33 of another size where it is damaged', () => {
    const [whole, damaged] = [walk({ ...bucket, count: 2_970 }), walk({ ...bucket, count: 2_970, damaged: true })];
    expect(whole).toHaveLength(damaged.length + 9);
    expect(damaged.filter((entry) => !whole.includes(entry))).toHaveLength(33);
  });

  it('lists what is in a folder', () => {
    expect(walk(bucket, { prefix: 'folder-000000001/' })).toHaveLength(1_000);
  });

  it('lists folders', () => {
    const page = listingOf(bucket, { ...question, delimiter: '/' }, createSheets()).toString();
    expect(page.match(/<Prefix>folder-00000000[012]\/<\/Prefix>/g)).toHaveLength(3);
    expect(page).toContain('<IsTruncated>false</IsTruncated>');
  });
});
