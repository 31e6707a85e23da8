import { describe, expect, it } from 'vitest';
import { compositeChecksum, multipartETag } from '../../src/digest/composite.ts';
import { digestContent } from '../../src/digest/content-reader.ts';
import { CHECKSUM_ALGORITHMS } from '../../src/model/checksum.ts';
import { chunked } from './contents.ts';
import { MULTIPART_ETAG, MULTIPART_SIZES_BYTES, MULTIPART_VECTORS, multipartContent } from './vectors.ts';

describe('the known multipart object, read once in chunks that straddle its parts', async () => {
  const { whole, parts = [] } = await digestContent(chunked(multipartContent(), [65_536, 1_000_003, 0, 7]), {
    whole: CHECKSUM_ALGORITHMS,
    parts: { sizesBytes: MULTIPART_SIZES_BYTES, algorithms: CHECKSUM_ALGORITHMS },
  });

  it.each(CHECKSUM_ALGORITHMS)('has the known full-object %s', (algorithm) => {
    expect(whole[algorithm]).toBe(MULTIPART_VECTORS[algorithm].whole);
  });

  it.each(CHECKSUM_ALGORITHMS.filter((algorithm) => MULTIPART_VECTORS[algorithm].parts !== undefined))(
    'has the known %s of each part',
    (algorithm) => {
      expect(parts.map(({ digests }) => digests[algorithm])).toEqual(MULTIPART_VECTORS[algorithm].parts);
    },
  );

  it.each(CHECKSUM_ALGORITHMS.filter((algorithm) => MULTIPART_VECTORS[algorithm].composite !== undefined))(
    'has the known composite %s',
    async (algorithm) => {
      const base64s = parts.map(({ digests }) => digests[algorithm] ?? '');
      expect(await compositeChecksum(algorithm, base64s)).toBe(MULTIPART_VECTORS[algorithm].composite);
    },
  );

  it('has the known ETag', () => {
    const hexes = parts.map(({ digests }) => Buffer.from(digests.MD5 ?? '', 'base64').toString('hex'));
    expect(multipartETag(hexes)).toBe(MULTIPART_ETAG);
    expect(multipartETag(hexes.toReversed())).not.toBe(MULTIPART_ETAG);
  });
});
