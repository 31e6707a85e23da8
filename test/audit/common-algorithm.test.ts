import { describe, expect, it } from 'vitest';
import { commonAlgorithm } from '../../src/audit/common-algorithm.ts';
import { toPage } from '../../src/model/build-listing-page.ts';
import type { ObjectState } from '../../src/model/facts.ts';
import type { ListedEntry } from '../../src/model/listing-page.ts';
import { present } from '../../src/model/observation.ts';
import { aChecksum, aState, MD5_HEX } from '../support/facts.ts';

const MD5 = aState({ etag: { kind: 'content-md5', hex: MD5_HEX } });
const CRC32 = aState({ checksums: [aChecksum('CRC32', 'x')] });
const COMPOSITE_CRC32C = aState({ checksums: [aChecksum('CRC32C', 'x', 'COMPOSITE')] });
const COMPOSITE_SHA256 = aState({ checksums: [aChecksum('SHA256', 'x', 'COMPOSITE')] });

async function chosen(states: readonly (ObjectState | undefined)[], markers = 0) {
  const entry: ListedEntry = {
    key: '',
    isLatest: true,
    sizeBytes: 1,
    etag: 'e',
    storageClass: 'STANDARD',
    lastModifiedAt: new Date(0),
  };
  const entries = [
    ...states.map((_, index) => ({ ...entry, key: String(index).padStart(4, '0') })),
    ...Array.from({ length: markers }, () => ({ ...entry, key: 'z', deleteMarker: true as const })),
  ];
  let looks = 0;
  const algorithm = await commonAlgorithm(
    { bucket: 'b', region: 'us-east-1' },
    { prefix: '', versions: true },
    {
      listings: {
        async *pages() {
          yield toPage([]);
          yield toPage(entries);
          yield toPage(entries);
        },
      },
      objects: {
        async head({ key }) {
          looks += 1;
          const state = states[Number(key)];
          return state === undefined ? { state: 'absent' } : present(state);
        },
      },
      call: { signal: new AbortController().signal },
    },
  );
  return { algorithm, looks };
}

describe('the algorithm of a job', () => {
  it.each<[string, readonly (ObjectState | undefined)[], string]>([
    ['that of most stored checksums', [CRC32, MD5, CRC32], 'CRC32'],
    ['MD5, where ETags are all there is', [MD5, MD5, CRC32], 'MD5'],
    ['that of parts, where the whole follows from them', [COMPOSITE_CRC32C], 'CRC32C'],
    ['the usual one, where nothing follows from parts', [COMPOSITE_SHA256], 'CRC64NVME'],
    ['the usual one, where nothing is recorded or there any more', [aState(), undefined], 'CRC64NVME'],
    ['the usual one, where nothing is', [], 'CRC64NVME'],
  ])('is %s', async (_, states, expected) => {
    expect((await chosen(states, 2)).algorithm).toBe(expected);
  });

  it('is found out with few looks, all over the page', async () => {
    const states = Array.from({ length: 900 }, (_, index) => (index < 300 ? MD5 : CRC32));
    const { algorithm, looks } = await chosen(states);
    expect([algorithm, looks <= 16]).toEqual(['CRC32', true]);
  });
});
