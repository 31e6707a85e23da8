import { describe, expect, it } from 'vitest';
import { createCrc } from '../../src/digest/crc.ts';
import { createDigester, DIGEST_SIZES_BYTES } from '../../src/digest/digester.ts';
import { CHECKSUM_ALGORITHMS, COMBINABLE_ALGORITHMS } from '../../src/model/checksum.ts';
import { digestOf, noise } from './contents.ts';
import { VECTORS } from './vectors.ts';

/** Our own words, node:crypto's and hash-wasm's. */
const AFTER_DIGEST = /digest of|already called|before init/i;

describe.each(CHECKSUM_ALGORITHMS)('%s', (algorithm) => {
  it.each(Object.entries(VECTORS[algorithm]))('of %j is the known value', async (text, expected) => {
    expect(await digestOf(algorithm, Buffer.from(text))).toBe(expected);
  });

  it('has the length that is declared', async () => {
    expect(Buffer.from(await digestOf(algorithm), 'base64')).toHaveLength(DIGEST_SIZES_BYTES[algorithm]);
  });

  it('refuses to be asked or fed after its digest, until it is restarted', async () => {
    const digester = await createDigester(algorithm);
    digester.update(Buffer.from('something else'));
    digester.digest();
    expect(() => digester.digest()).toThrow(AFTER_DIGEST);
    expect(() => digester.update(Buffer.from('a'))).toThrow(AFTER_DIGEST);
    digester.restart();
    digester.update(Buffer.from('hello world'));
    expect(Buffer.from(digester.digest()).toString('base64')).toBe(VECTORS[algorithm]['hello world']);
  });

  it('forgets a content that was begun when it is restarted', async () => {
    const digester = await createDigester(algorithm);
    digester.update(noise(100_000, 'begun'));
    digester.restart();
    expect(Buffer.from(digester.digest()).toString('base64')).toBe(VECTORS[algorithm]['']);
  });

  it('does not mix up two contents that are digested in turns', async () => {
    const [a, b] = [await createDigester(algorithm), await createDigester(algorithm)];
    const [first, second] = [noise(60_000, 'first'), noise(60_000, 'second')];
    for (let start = 0; start < 60_000; start += 20_000) {
      a.update(first.subarray(start, start + 20_000));
      b.update(second.subarray(start, start + 20_000));
    }
    expect(Buffer.from(a.digest()).toString('base64')).toBe(await digestOf(algorithm, first));
    expect(Buffer.from(b.digest()).toString('base64')).toBe(await digestOf(algorithm, second));
  });

  it('has read a chunk when update returns', async () => {
    const digester = await createDigester(algorithm);
    const chunk = noise(70_000, 'reused');
    const expected = await digestOf(algorithm, Buffer.from(chunk));
    digester.update(chunk);
    chunk.fill(0);
    expect(Buffer.from(digester.digest()).toString('base64')).toBe(expected);
  });
});

describe.each(COMBINABLE_ALGORITHMS)('the state of a %s', (algorithm) => {
  it('is the digest so far, from which another digester goes on', async () => {
    const content = noise(30_000, 'resumed');
    const first = createCrc(algorithm);
    first.update(content.subarray(0, 12_345));
    expect(first.save()).toBe(await digestOf(algorithm, content.subarray(0, 12_345)));
    const second = createCrc(algorithm, first.save());
    second.update(content.subarray(12_345));
    expect(Buffer.from(second.digest()).toString('base64')).toBe(await digestOf(algorithm, content));
  });

  it.each(['', 'AAAA', 'AAAAAAAAAAAAAAAA', 'not base64!!', VECTORS.MD5['']])('is refused when it is %j', (state) => {
    expect(() => createCrc(algorithm, state)).toThrow(RangeError);
  });
});
