import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combineCrc } from '../../src/digest/combine.ts';
import {
  digestContent,
  digestContentUntil,
  type DigestResult,
  type DigestState,
  type ResumableDigestRequest,
} from '../../src/digest/content-reader.ts';
import { CHECKSUM_ALGORITHMS, COMBINABLE_ALGORITHMS } from '../../src/model/checksum.ts';
import { chunked, digestOf, noise } from './contents.ts';

/** Sizes on both sides of every threshold of the kernels, mixed with small ones, where off-by-one errors live. */
const sizes = fc.oneof(fc.nat(40), fc.nat(12_000), fc.nat(700_000));
const contents = fc.tuple(sizes, fc.string()).map(([size, seed]) => noise(size, seed));
const chunkings = fc.array(fc.oneof(fc.nat(70), fc.nat(20_000), fc.nat(200_000)), { minLength: 1, maxLength: 6 });
const partings = fc.array(fc.oneof(fc.nat(30), fc.nat(80_000)), { maxLength: 6 });

describe.each(CHECKSUM_ALGORITHMS)('%s', (algorithm) => {
  it('does not depend on how the content is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(contents, chunkings, async (content, chunking) => {
        // A chunk of one byte costs a call; a long content in such chunks only costs time.
        fc.pre(content.length / Math.max(1, ...chunking) < 2000);
        const { whole, sizeBytes } = await digestContent(chunked(content, chunking), { whole: [algorithm] });
        expect(whole[algorithm]).toBe(await digestOf(algorithm, content));
        expect(sizeBytes).toBe(content.length);
      }),
      { numRuns: 60 },
    );
  });

  it('changes when one byte is flipped, lost or added', async () => {
    const damaged = fc
      .tuple(contents, fc.nat(), fc.integer({ min: 1, max: 255 }))
      .filter(([content]) => content.length > 0);
    await fc.assert(
      fc.asyncProperty(damaged, async ([content, place, mask]) => {
        const at = place % content.length;
        const flipped = Buffer.from(content);
        flipped[at] = (flipped[at] ?? 0) ^ mask;
        const lost = Buffer.concat([content.subarray(0, at), content.subarray(at + 1)]);
        const added = Buffer.concat([content.subarray(0, at), Buffer.of(mask), content.subarray(at)]);
        const digests = await Promise.all(
          [content, flipped, lost, added].map(async (bytes) => {
            return (await digestContent(chunked(bytes, [9000]), { whole: [algorithm] })).whole[algorithm];
          }),
        );
        expect(new Set(digests).size).toBe(4);
      }),
      { numRuns: 60 },
    );
  });
});

describe('several algorithms in one pass', () => {
  it('give what each gives alone', async () => {
    const algorithmSets = fc.uniqueArray(fc.constantFrom(...CHECKSUM_ALGORITHMS));
    await fc.assert(
      fc.asyncProperty(contents, chunkings, algorithmSets, async (content, chunking, algorithms) => {
        fc.pre(content.length / Math.max(1, ...chunking) < 2000);
        const asked = [...algorithms, 'MD5', 'CRC64NVME'] as const;
        const { whole } = await digestContent(chunked(content, chunking), { whole: asked });
        const alone = asked.map(async (algorithm) => [algorithm, await digestOf(algorithm, content)] as const);
        expect(whole).toEqual(Object.fromEntries(await Promise.all(alone)));
      }),
      { numRuns: 100 },
    );
  });
});

describe.each(COMBINABLE_ALGORITHMS)('combining %s', (algorithm) => {
  it('of two contents equals digesting one after the other', async () => {
    await fc.assert(
      fc.asyncProperty(contents, contents, async (a, b) => {
        const second = { base64: await digestOf(algorithm, b), sizeBytes: b.length };
        expect(combineCrc(algorithm, await digestOf(algorithm, a), second)).toBe(await digestOf(algorithm, a, b));
      }),
      { numRuns: 60 },
    );
  });
});

/** Reads in as many goes as the stops say, each state through JSON and each body from where the last one stopped. */
async function inGoes(
  content: Buffer,
  request: ResumableDigestRequest,
  { chunking, stops }: { chunking: readonly number[]; stops: readonly boolean[] },
): Promise<{ result: DigestResult; goes: number }> {
  let resume: DigestState | undefined;
  let asked = 0;
  for (let goes = 1; ; goes++) {
    const body = chunked(content.subarray(resume?.offsetBytes ?? 0), chunking);
    const stopWhen = (): boolean => stops[asked++] ?? false;
    const progress = await digestContentUntil(body, request, { stopWhen, ...(resume && { resume }) });
    if (progress.done) return { result: progress.result, goes };
    expect(progress.state.offsetBytes).toBeGreaterThan(resume?.offsetBytes ?? 0);
    resume = JSON.parse(JSON.stringify(progress.state)) as DigestState;
  }
}

describe('any sequence of stops and chunks', () => {
  const requests = fc.record(
    {
      whole: fc.uniqueArray(fc.constantFrom(...COMBINABLE_ALGORITHMS)),
      parts: fc.record({
        sizesBytes: partings,
        algorithms: fc.uniqueArray(fc.constantFrom(...CHECKSUM_ALGORITHMS), { maxLength: 2 }),
      }),
    },
    { requiredKeys: ['whole'] },
  );
  const interruptions = fc.record({ chunking: chunkings, stops: fc.array(fc.boolean(), { maxLength: 20 }) });

  it('gives what one pass gives', async () => {
    let longest = 0;
    await fc.assert(
      fc.asyncProperty(contents, requests, interruptions, async (content, request, interruption) => {
        fc.pre(content.length / Math.max(1, ...interruption.chunking) < 2000);
        const { result, goes } = await inGoes(content, request, interruption);
        expect(result).toEqual(await digestContent(chunked(content, [65_536]), request));
        longest = Math.max(longest, goes);
      }),
      { numRuns: 200 },
    );
    expect(longest).toBeGreaterThan(2);
  });
});
