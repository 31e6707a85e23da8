import { compositeChecksum, multipartETag } from '../digest/composite.ts';
import { createDigestPass, type DigestPass } from '../digest/digest-pass.ts';
import type { DigestResult, Digests } from '../digest/digest-request.ts';
import { candidatePartLayouts, toPartSizes } from '../digest/part-sizes.ts';
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm } from '../model/checksum.ts';

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MOST_PARTS = 10_000;

const MIB = 1024 * 1024;

/** Small enough to stay in the cache while one digest after the other reads it. */
const SLICE_SIZE_BYTES = 128 * 1024;

/** What composites can be of: S3 makes none of CRC64NVME. */
const COMPOSITE_ALGORITHMS = CHECKSUM_ALGORITHMS.filter((algorithm) => algorithm !== 'CRC64NVME');

/** What clients write by default; the rest is computed for a part size that was asked for. Each costs a pass of its own. */
const USUAL_COMPOSITES: readonly ChecksumAlgorithm[] = ['CRC32', 'CRC32C', 'SHA1', 'SHA256'];

export interface WantedLayout {
  readonly partSizeBytes: number;
  /** Who uploads like this by default. */
  readonly clients: readonly string[];
  readonly composites: readonly ChecksumAlgorithm[];
}

/** What S3 would record of an upload in parts of one size. */
export interface LayoutDigests {
  readonly partSizeBytes: number;
  readonly partCount: number;
  readonly clients: readonly string[];
  readonly etag: string;
  /** Base64, without the `-N`. */
  readonly composite: Digests;
}

export interface ContentDigests {
  readonly sizeBytes: number;
  readonly whole: Digests;
  /** Without those that would need more parts than S3 takes. */
  readonly layouts: readonly LayoutDigests[];
}

/** The layouts of clients by default; for a content of unknown size those that do not depend on it. */
export function usualLayouts(sizeBytes: number | undefined): readonly WantedLayout[] {
  return candidatePartLayouts(sizeBytes ?? MOST_PARTS * 5 * MIB)
    .filter(({ clients }) => clients.length > 0)
    .map(({ partSizeBytes, clients }) => ({ partSizeBytes, clients, composites: USUAL_COMPOSITES }));
}

export function askedLayouts(sizes: readonly number[]): readonly WantedLayout[] {
  return sizes.map((partSizeBytes) => ({ partSizeBytes, clients: [], composites: COMPOSITE_ALGORITHMS }));
}

/** Every digest of the whole and of every layout, in one reading of the content. */
export async function digestLayouts(
  body: AsyncIterable<Uint8Array>,
  layouts: readonly WantedLayout[],
  signal: AbortSignal,
): Promise<ContentDigests> {
  const whole = await createDigestPass({ whole: CHECKSUM_ALGORITHMS });
  const passes: readonly DigestPass[] = await Promise.all(layouts.map(async (layout) => createLayoutPass(layout)));
  const all = [whole, ...passes];
  for await (const chunk of body) {
    signal.throwIfAborted();
    for (let from = 0; from < chunk.length; from += SLICE_SIZE_BYTES) {
      const slice = chunk.subarray(from, from + SLICE_SIZE_BYTES);
      for (const pass of all) for (let rest = slice; rest.length > 0;) rest = rest.subarray(pass.take(rest));
    }
  }
  const result = whole.end();
  const found: LayoutDigests[] = [];
  for (const [index, pass] of passes.entries()) {
    const layout = layouts[index];
    if (layout === undefined || result.sizeBytes > MOST_PARTS * layout.partSizeBytes) continue;
    found.push(await toLayoutDigests(layout, pass.end()));
  }
  return { sizeBytes: result.sizeBytes, whole: result.whole, layouts: distinct(found) };
}

async function createLayoutPass({ partSizeBytes, composites }: WantedLayout): Promise<DigestPass> {
  // The size need not be known: a content that ends early has fewer parts and a shorter last one.
  const sizesBytes = toPartSizes(MOST_PARTS * partSizeBytes, partSizeBytes);
  return createDigestPass({
    whole: [],
    parts: { sizesBytes, algorithms: [...new Set(['MD5', ...composites] as const)] },
  });
}

async function toLayoutDigests(
  { partSizeBytes, clients, composites }: WantedLayout,
  { parts = [] }: DigestResult,
): Promise<LayoutDigests> {
  const ofParts = async (algorithm: ChecksumAlgorithm): Promise<readonly string[]> =>
    parts.length > 0
      ? parts.map(({ digests }) => digests[algorithm] ?? '')
      : [(await createDigestPass({ whole: [algorithm] })).end().whole[algorithm] ?? '']; // one empty part
  const composite: Partial<Record<ChecksumAlgorithm, string>> = {};
  for (const algorithm of composites)
    composite[algorithm] = await compositeChecksum(algorithm, await ofParts(algorithm));
  const md5s = (await ofParts('MD5')).map((base64) => Buffer.from(base64, 'base64').toString('hex'));
  return { partSizeBytes, partCount: md5s.length, clients, etag: multipartETag(md5s), composite };
}

/** All layouts with one part are the same, and nobody's default: clients send so little in one request. */
function distinct(layouts: readonly LayoutDigests[]): readonly LayoutDigests[] {
  const byETag = new Map<string, LayoutDigests>();
  for (const layout of layouts) {
    const known = byETag.get(layout.etag);
    byETag.set(layout.etag, known ?? (layout.partCount === 1 ? { ...layout, clients: [] } : layout));
  }
  return [...byETag.values()];
}
