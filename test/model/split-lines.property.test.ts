import fc from 'fast-check';
import { expect, it } from 'vitest';
import { splitLines } from '../../src/model/split-lines.ts';

async function linesOf(lines: AsyncIterable<string>): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

async function* cutUp(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const size of sizes) {
    yield bytes.slice(at, at + size);
    at += size;
  }
  yield bytes.slice(at);
}

it('gives back the lines of a text, wherever its bytes were cut', async () => {
  const line = fc.string({ unit: fc.constantFrom('a', '+', '%', '/', ' ', 'é', '～', '😀', '"', '\r'), maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.array(fc.nat(5)), fc.boolean(), async (lines, sizes, endsOpen) => {
      const text = lines.map((each) => `${each}\n`).join('') + (endsOpen ? 'rest' : '');
      const bytes = new TextEncoder().encode(text);
      const got = await linesOf(splitLines(cutUp(bytes, sizes)));
      expect(got).toEqual([...lines, ...(endsOpen ? ['rest'] : [])]);
    }),
  );
});

it('shows half a character at the end as what it is, and passes on what goes wrong', async () => {
  const half = new TextEncoder().encode('é').slice(0, 1);
  expect(await linesOf(splitLines(cutUp(half, [])))).toEqual(['\uFFFD']);
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode('a\nb');
    throw new Error('reset');
  }
  await expect(linesOf(splitLines(broken()))).rejects.toThrow('reset');
});
