import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listForJob } from '../../src/audit/list-for-job.ts';
import { parseAtRestRow } from '../../src/ingest/at-rest-row.ts';
import { toPage } from '../../src/model/build-listing-page.ts';
import type { ListedEntry } from '../../src/model/listing-page.ts';
import { parseCsvManifest } from '../../src/sandbox/s3control/manifest.ts';

const keys = fc.array(
  fc
    .array(fc.constantFrom('a', '+', '%', ' ', '/', 'é', '～', '😀', ',', '"', '\n', '2F'), { minLength: 1 })
    .map((c) => c.join('')),
  { maxLength: 20 },
);
const call = { signal: new AbortController().signal };

function anEntry(key: string, more: Partial<ListedEntry> = {}): ListedEntry {
  const lastModifiedAt = new Date('2026-11-01T00:00:00Z');
  return { key, isLatest: true, sizeBytes: 1, etag: 'e', storageClass: 'STANDARD', lastModifiedAt, ...more };
}

async function list(entries: readonly ListedEntry[], question: object = {}): Promise<{ text: string; bytes: number }> {
  const found = { text: '', bytes: 0 };
  const asked = { prefix: '', versions: true, content: { mode: 'all' as const }, ...question };
  const listings = {
    pages: async function* pages() {
      yield toPage(entries);
    },
  };
  const onVersion = (sizeBytes: number): void => {
    found.bytes += sizeBytes;
  };
  const place = { bucket: 'b', region: 'us-east-1' };
  for await (const rows of listForJob({ place, question: asked, buckets: ['b'], onVersion }, listings, call))
    found.text += rows;
  return found;
}

describe('the list of versions that a job reads', () => {
  it('names every key so that S3, and the reader of its report, get the same one back', async () => {
    await fc.assert(
      fc.asyncProperty(keys, async (names) => {
        const { text } = await list(names.map((key) => anEntry(key, { versionId: 'v' })));
        const tasks = parseCsvManifest(text, { fields: ['Bucket', 'Key', 'VersionId'] });
        expect(tasks).toEqual(names.map((key) => ({ bucket: 'b', key, versionId: 'v' })));
        const order = { algorithm: 'CRC32', type: 'FULL_OBJECT', sizeBytes: 4 } as const;
        const reported = text.split('\n').flatMap((line) => parseAtRestRow(line, order) ?? []);
        expect(reported.map(({ key }) => key)).toEqual(names);
      }),
      { numRuns: 100 },
    );
  });

  it('leaves out markers, canaries, what is older than asked for and what has no turn', async () => {
    const entries = [
      anEntry('a'),
      anEntry('holdfast-canary/x'),
      anEntry('marker', { deleteMarker: true }),
      anEntry('old', { lastModifiedAt: new Date(0) }),
    ];
    expect(await list(entries, { since: '2026-01-01T00:00:00Z' })).toEqual({ text: 'b,a,null\n', bytes: 1 });
    expect((await list(entries, { versions: false })).text).toBe('b,a\nb,old\n');
    expect((await list(entries, { content: { mode: 'never' } })).text).toBe('');
    expect((await list([anEntry('holdfast-canary/x')], { prefix: 'holdfast-canary/' })).text).toContain('canary');
  });
});
