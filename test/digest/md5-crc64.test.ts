import { expect, it } from 'vitest';
import { createMd5Crc64 } from '../../src/digest/md5-crc64.ts';
import { digestOf, noise } from './contents.ts';
import { VECTORS } from './vectors.ts';

const toBase64 = ({ MD5, CRC64NVME }: { MD5: Uint8Array; CRC64NVME: Uint8Array }): readonly string[] => {
  return [MD5, CRC64NVME].map((digest) => Buffer.from(digest).toString('base64'));
};
const expected = async (content: Uint8Array): Promise<readonly string[]> => {
  return [await digestOf('MD5', content), await digestOf('CRC64NVME', content)];
};

it.each(['', '123456789', 'hello world'] as const)('has the known values of %j', (text) => {
  const pair = createMd5Crc64();
  pair.update(Buffer.from(text));
  expect(toBase64(pair.digests())).toEqual([VECTORS.MD5[text], VECTORS.CRC64NVME[text]]);
});

it('does not mix up two contents that are digested in turns', async () => {
  const [a, b] = [createMd5Crc64(), createMd5Crc64()];
  const [first, second] = [noise(700_000, 'first'), noise(700_000, 'second')];
  for (let start = 0; start < 700_000; start += 70_000) {
    a.update(first.subarray(start, start + 70_000));
    b.update(second.subarray(start, start + 70_000));
  }
  expect(toBase64(a.digests())).toEqual(await expected(first));
  expect(toBase64(b.digests())).toEqual(await expected(second));
});

it('begins anew after a content that was finished or given up', async () => {
  const pair = createMd5Crc64();
  for (const size of [300_000, 20_000, 0, 64]) {
    pair.update(noise(270_001, 'given up'));
    pair.restart();
    pair.update(noise(size, 'finished'));
    expect(toBase64(pair.digests())).toEqual(await expected(noise(size, 'finished')));
    pair.restart();
  }
});

it('refuses to be asked or fed after its digests', () => {
  const pair = createMd5Crc64();
  pair.digests();
  expect(() => pair.digests()).toThrow('after digest');
  expect(() => pair.update(Buffer.from('a'))).toThrow('after digest');
});

it('does not wake up when another begins', async () => {
  const [first, second] = [createMd5Crc64(), createMd5Crc64()];
  first.update(noise(1000, 'first'));
  first.digests();
  second.update(noise(1000, 'second'));
  first.restart();
  first.update(noise(2000, 'third'));
  expect(toBase64(second.digests())).toEqual(await expected(noise(1000, 'second')));
  expect(toBase64(first.digests())).toEqual(await expected(noise(2000, 'third')));
});
