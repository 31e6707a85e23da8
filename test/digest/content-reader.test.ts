import { describe, expect, it } from 'vitest';
import { digestContent, digestContentUntil, type DigestState } from '../../src/digest/content-reader.ts';
import { CHECKSUM_ALGORITHMS } from '../../src/model/checksum.ts';
import { chunked, digestOf, noise } from './contents.ts';
import { VECTORS } from './vectors.ts';

const MIB = 1024 * 1024;
const CONTENT = noise(1000, 'content');
const body = (content: Uint8Array = CONTENT): AsyncIterable<Uint8Array> => chunked(content, [300, 0, 7]);

const never = (): boolean => false;
const always = (): boolean => true;

describe('reading a content', () => {
  it('computes nothing that was not asked for', async () => {
    expect(await digestContent(body(), { whole: [] })).toEqual({ sizeBytes: 1000, whole: {} });
  });

  it('knows the digests of an empty body', async () => {
    for (const chunks of [[], [new Uint8Array()], [new Uint8Array(), new Uint8Array()]]) {
      const empty = (async function* () {
        yield* chunks;
      })();
      const { sizeBytes, whole } = await digestContent(empty, { whole: CHECKSUM_ALGORITHMS });
      expect(sizeBytes).toBe(0);
      for (const algorithm of CHECKSUM_ALGORITHMS) expect(whole[algorithm]).toBe(VECTORS[algorithm]['']);
    }
  });

  it('hashes a chunk before it asks for the next, so that a buffer may be reused', async () => {
    const buffer = Buffer.alloc(250);
    const reused = (async function* () {
      for (let start = 0; start < CONTENT.length; start += 250) {
        CONTENT.copy(buffer, 0, start, start + 250);
        yield buffer;
      }
    })();
    const { whole } = await digestContent(reused, { whole: ['SHA256', 'XXHASH3', 'CRC32C'] });
    expect(whole.SHA256).toBe(await digestOf('SHA256', CONTENT));
    expect(whole.XXHASH3).toBe(await digestOf('XXHASH3', CONTENT));
    expect(whole.CRC32C).toBe(await digestOf('CRC32C', CONTENT));
  });

  it('passes on what the body throws and gives no digest', async () => {
    const broken = (async function* () {
      yield CONTENT;
      throw new Error('connection reset');
    })();
    await expect(digestContent(broken, { whole: ['MD5'] })).rejects.toThrow('connection reset');
  });

  it('stops at the signal and closes the body', async () => {
    const controller = new AbortController();
    let isClosed = false;
    const endless = (async function* () {
      try {
        for (let turn = 0; ; turn++) {
          if (turn === 3) controller.abort(new Error('out of time'));
          yield CONTENT;
        }
      } finally {
        isClosed = true;
      }
    })();
    await expect(digestContent(endless, { whole: ['CRC32'] }, controller.signal)).rejects.toThrow('out of time');
    expect(isClosed).toBe(true);
  });
});

it('needs no more memory for a long content than for a short one', async () => {
  const algorithms = ['MD5', 'CRC64NVME', 'CRC32', 'XXHASH64', 'XXHASH3'] as const;
  const chunk = noise(MIB, 'chunk');
  const read = async (chunks: number): Promise<number> => {
    const endless = (async function* () {
      for (let turn = 0; turn < chunks; turn++) yield chunk;
    })();
    const sizesBytes = [chunks * MIB - 12_345, 12_345];
    await digestContent(endless, { whole: algorithms, parts: { sizesBytes, algorithms } });
    const { external, arrayBuffers } = process.memoryUsage();
    return external + arrayBuffers;
  };
  const short = await read(2);
  expect((await read(66)) - short).toBeLessThan(8 * MIB);
});

describe('reading a content part by part', () => {
  it.each([
    ['as declared', [600, 400], [600, 400]],
    ['in one part', [1000], [1000]],
    ['with empty parts', [0, 600, 0, 0, 400, 0], [0, 600, 0, 0, 400, 0]],
    ['longer than declared', [600, 300], [600, 300, 100]],
    ['longer than nothing', [], [1000]],
    ['shorter than declared', [600, 500], [600, 400]],
    ['a whole part short', [600, 400, 200], [600, 400]],
  ])('%s gives the parts that are there', async (_, sizesBytes, expected) => {
    const { parts = [], sizeBytes } = await digestContent(body(), {
      whole: [],
      parts: { sizesBytes, algorithms: ['MD5', 'XXHASH128'] },
    });
    expect(sizeBytes).toBe(1000);
    expect(parts.map((part) => part.sizeBytes)).toEqual(expected);
    let start = 0;
    for (const part of parts) {
      const bytes = CONTENT.subarray(start, (start += part.sizeBytes));
      expect(part.digests).toEqual({
        MD5: await digestOf('MD5', bytes),
        XXHASH128: await digestOf('XXHASH128', bytes),
      });
    }
  });

  it.each([
    ['no part where none was declared', [], []],
    ['no part where a longer one was declared', [5], []],
    ['the empty part that was declared', [0], [0]],
  ])('of an empty body gives %s', async (_, sizesBytes, expected) => {
    const request = { whole: [], parts: { sizesBytes, algorithms: ['CRC32'] } } as const;
    const { parts } = await digestContent(body(Buffer.alloc(0)), request);
    expect(parts?.map((part) => part.sizeBytes)).toEqual(expected);
  });

  it.each([-1, 1.5, Number.NaN])('refuses %d as a part size', async (size) => {
    const request = { whole: [], parts: { sizesBytes: [size], algorithms: [] } } as const;
    await expect(digestContent(body(), request)).rejects.toThrow(RangeError);
  });
});

describe('reading a content in several goes', () => {
  const whole = ['CRC64NVME'] as const;

  it('gives a state that survives JSON and holds digests only', async () => {
    const request = { whole, parts: { sizesBytes: [400, 400, 200], algorithms: ['MD5'] } } as const;
    const first = await digestContentUntil(body(), request, { stopWhen: always });
    expect(first).toEqual({
      done: false,
      state: {
        offsetBytes: 400,
        whole: { CRC64NVME: await digestOf('CRC64NVME', CONTENT.subarray(0, 400)) },
        parts: { partCount: 1, digests: { MD5: await digestOf('MD5', CONTENT.subarray(0, 400)) } },
      },
    });
    const state = JSON.parse(JSON.stringify(first.done ? {} : first.state)) as DigestState;
    const rest = await digestContentUntil(body(CONTENT.subarray(400)), request, { stopWhen: never, resume: state });
    expect(rest).toEqual({ done: true, result: await digestContent(body(), request) });
  });

  it('closes the body when it stops', async () => {
    let isClosed = false;
    const closing = (async function* () {
      try {
        yield CONTENT;
        yield CONTENT;
      } finally {
        isClosed = true;
      }
    })();
    const { done } = await digestContentUntil(closing, { whole }, { stopWhen: always });
    expect(done).toBe(false);
    expect(isClosed).toBe(true);
  });

  it('does not stop where nothing is left', async () => {
    const one = chunked(CONTENT, [1000]);
    expect((await digestContentUntil(one, { whole }, { stopWhen: always })).done).toBe(true);
  });

  const goodState: DigestState = { offsetBytes: 9, whole: { CRC64NVME: VECTORS.CRC64NVME['123456789'] } };
  const parts = { sizesBytes: [9, 9], algorithms: ['MD5'] } as const;
  const md5 = VECTORS.MD5['123456789'];
  it.each([
    ['another algorithm', { whole: ['CRC32'] }, goodState],
    ['parts that it does not have', { whole, parts }, goodState],
    ['no parts', { whole }, { ...goodState, parts: { partCount: 1, digests: { MD5: md5 } } }],
    [
      'other part sizes',
      { whole, parts: { ...parts, sizesBytes: [8, 9] } },
      { ...goodState, parts: { partCount: 1, digests: { MD5: md5 } } },
    ],
    [
      'fewer parts',
      { whole, parts: { ...parts, sizesBytes: [9] } },
      { ...goodState, parts: { partCount: 2, digests: { MD5: md5 } } },
    ],
    [
      'part digests of another algorithm',
      { whole, parts },
      { ...goodState, parts: { partCount: 1, digests: { SHA1: md5 } } },
    ],
    [
      'part digests that are cut off',
      { whole, parts },
      { ...goodState, parts: { partCount: 1, digests: { MD5: 'AAAA' } } },
    ],
  ] as const)('refuses a state when the request has %s', async (_, request, resume) => {
    await expect(digestContentUntil(body(), request, { stopWhen: never, resume })).rejects.toThrow(RangeError);
  });
});
