import fc from 'fast-check';
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm } from '../../src/model/checksum.ts';
import { noise } from '../digest/contents.ts';
import type { Upload } from './fake-cloud.ts';

/** What happens to bytes at rest. `at` is a share of the length, so that shrinking keeps it inside. */
export interface Damage {
  readonly kind: 'flip' | 'lose' | 'add';
  readonly at: number;
  readonly bit: number;
}

const HOSTILE_KEY = fc
  .array(fc.constantFrom('+', '%', ' ', '/', 'é', '～', '😀', 'a', '%2F'), { minLength: 1, maxLength: 6 })
  .map((pieces) => pieces.join(''));

const SIZES = fc.constantFrom(0, 1, 999, 1_000, 1_001, 2_500, 6_000);
const ENCRYPTION = fc.constantFrom('none' as const, 'sse-s3' as const, 'sse-kms' as const, 'dsse-kms' as const);

/** No part, all alike with a rest, a last one that is larger, anything else. Empty parts are left out. */
function layouts(sizeBytes: number): fc.Arbitrary<readonly number[] | undefined> {
  const share = fc.integer({ min: 1, max: Math.max(1, sizeBytes) });
  const alike = share.map((size) => {
    const count = Math.max(1, Math.ceil(sizeBytes / Math.max(size, Math.ceil(sizeBytes / 8))));
    const each = Math.ceil(sizeBytes / count);
    return Array.from({ length: count }, (_, index) => Math.max(0, Math.min(each, sizeBytes - index * each)));
  });
  const cuts = fc.array(fc.nat(sizeBytes), { maxLength: 5 }).map((places) => {
    const borders = [0, ...places.toSorted((a, b) => a - b), sizeBytes];
    const sizes = borders.slice(1).map((border, index) => border - (borders[index] ?? 0));
    const filled = sizes.filter((size) => size > 0);
    return filled.length === 0 ? [0] : filled;
  });
  return fc.oneof(fc.constant(undefined), alike, cuts);
}

const NO_COMPOSITE: readonly ChecksumAlgorithm[] = ['CRC64NVME'];

/** Objects as clients make them, small, with every kind of checksum, layout and encryption. */
export const arbitraryUpload: fc.Arbitrary<Upload> = SIZES.chain((sizeBytes) => uploadOf(sizeBytes));

/** Two objects of one size that were made independently of each other, but for checksums that can be held against each other. */
export const arbitraryUploads: fc.Arbitrary<readonly [Upload, Upload]> = fc
  .tuple(fc.constantFrom(0, 1, 12, 25), fc.constantFrom<ChecksumAlgorithm>('CRC32', 'CRC32C', 'CRC64NVME', 'SHA256'))
  .chain(([sizeBytes, algorithm]) => {
    const algorithms = [undefined, algorithm, algorithm];
    return fc.tuple(uploadOf(sizeBytes, algorithms), uploadOf(sizeBytes, algorithms));
  });

function uploadOf(
  sizeBytes: number,
  algorithms: readonly (ChecksumAlgorithm | undefined)[] = [undefined, ...CHECKSUM_ALGORITHMS],
): fc.Arbitrary<Upload> {
  return fc
    .record({
      key: HOSTILE_KEY,
      versionId: fc.constantFrom('v1', 'null', undefined),
      partSizes: layouts(sizeBytes),
      algorithm: fc.constantFrom(...algorithms),
      composite: fc.boolean(),
      encryption: ENCRYPTION,
      seed: fc.constantFrom('one', 'two'),
    })
    .map(({ key, versionId, partSizes, algorithm, composite, encryption, seed }): Upload => {
      const type = partSizes !== undefined && composite ? 'COMPOSITE' : 'FULL_OBJECT';
      const known = algorithm !== undefined && (type === 'FULL_OBJECT' || !NO_COMPOSITE.includes(algorithm));
      return {
        key,
        content: noise(sizeBytes, seed),
        encryption,
        ...(versionId === undefined ? {} : { versionId }),
        ...(partSizes === undefined ? {} : { partSizes }),
        ...(known ? { checksums: [{ algorithm, type }] } : {}),
      };
    });
}

export const arbitraryDamage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom('flip' as const, 'lose' as const, 'add' as const),
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  bit: fc.nat(7),
});

/** The bytes with one flipped, missing or extra. An empty content can only get one more. */
export function damaged(content: Uint8Array, { kind, at, bit }: Damage): Uint8Array {
  const place = Math.floor(at * content.length);
  const [before, after] = [content.subarray(0, place), content.subarray(place)];
  if (kind === 'add' || content.length === 0) return Buffer.concat([before, Buffer.of(1 << bit), after]);
  if (kind === 'lose') return Buffer.concat([before, after.subarray(1)]);
  return Buffer.concat([before, Buffer.of((after[0] ?? 0) ^ (1 << bit)), after.subarray(1)]);
}
