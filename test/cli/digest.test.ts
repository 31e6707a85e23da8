import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKSUM_ALGORITHMS } from '../../src/model/checksum.ts';
import { noise } from '../digest/contents.ts';
import { ORACLES } from '../digest/oracles.ts';
import { holdfast, linesOf } from './fake-run.ts';

const MIB = 1024 * 1024;
const content = noise(11 * MIB + 1, 'holdfast digest');
let cwd: string;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'holdfast-'));
  await writeFile(join(cwd, 'file'), content);
  await writeFile(join(cwd, 'empty'), '');
});

afterAll(async () => {
  await rm(cwd, { recursive: true });
});

/** As S3 documents it, with Node's hashes only. */
function multipart(algorithm: string, partSizeBytes: number): Buffer {
  const outer = createHash(algorithm);
  for (let start = 0; start < content.length; start += partSizeBytes) {
    outer.update(
      createHash(algorithm)
        .update(content.subarray(start, start + partSizeBytes))
        .digest(),
    );
  }
  return outer.digest();
}

interface Whole {
  readonly sizeBytes: number;
  readonly digests: Readonly<Record<string, { readonly base64: string; readonly hex: string }>>;
}

interface Parts {
  readonly partSizeBytes: number;
  readonly partCount: number;
  readonly clients: readonly string[];
  readonly etag: string;
  readonly composite: Readonly<Record<string, string>>;
}

describe('holdfast digest', () => {
  it('computes all ten digests of the whole content as others do', async () => {
    const [whole] = linesOf(await holdfast(['digest', 'file', '--json'], { cwd })) as [Whole];
    expect(whole.sizeBytes).toBe(content.length);
    for (const algorithm of CHECKSUM_ALGORITHMS) {
      for (const oracle of Object.values(ORACLES[algorithm])) {
        const expected = Buffer.from(await oracle(content));
        const { base64 = '', hex = '' } = whole.digests[algorithm] ?? {};
        expect([algorithm, base64, hex]).toEqual([algorithm, expected.toString('base64'), expected.toString('hex')]);
      }
    }
  });

  it('computes what clients that upload in parts would leave', async () => {
    const [, ...layouts] = linesOf(await holdfast(['digest', 'file', '--json'], { cwd })) as [Whole, ...Parts[]];
    expect(layouts.map(({ partSizeBytes, partCount }) => [partSizeBytes / MIB, partCount])).toEqual(
      expect.arrayContaining([
        [8, 2],
        [5, 3],
      ]),
    );
    for (const { partSizeBytes, partCount, etag, composite } of layouts) {
      expect(etag).toBe(`${multipart('md5', partSizeBytes).toString('hex')}-${partCount}`);
      expect(composite['SHA256']).toBe(multipart('sha256', partSizeBytes).toString('base64'));
      expect(composite['CRC64NVME']).toBeUndefined();
    }
    expect(layouts.find(({ partCount }) => partCount === 2)?.clients).toContain('AWS CLI');
    expect(layouts.find(({ partCount }) => partCount === 1)?.clients).toEqual([]);
  });

  it('computes every composite for the part sizes that are asked for', async () => {
    const args = ['digest', 'file', '--part-size', '6MiB', '--part-size', '100 KiB', '--json'];
    const [, ...layouts] = linesOf(await holdfast(args, { cwd })) as [Whole, ...Parts[]];
    expect(layouts.map(({ partSizeBytes }) => partSizeBytes)).toEqual([6 * MIB, 102_400]);
    for (const { partSizeBytes, composite } of layouts) {
      expect(Object.keys(composite)).toHaveLength(9);
      expect(composite['SHA512']).toBe(multipart('sha512', partSizeBytes).toString('base64'));
      expect(composite['SHA1']).toBe(multipart('sha1', partSizeBytes).toString('base64'));
    }
  });

  it('prints a table with base64, hex and -N', async () => {
    const { code, stdout } = await holdfast(['digest', 'file', '--part-size', '8MiB'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain('file: 11.0 MiB (11,534,337 bytes)');
    expect(stdout).toContain(createHash('sha256').update(content).digest('hex'));
    expect(stdout).toContain('uploaded in 2 parts of 8.00 MiB');
    expect(stdout).toContain(`SHA256     ${multipart('sha256', 8 * MIB).toString('base64')}-2`);
  });

  it('reads stdin, whose size nobody knows', async () => {
    const [whole, only, ...more] = linesOf(await holdfast(['digest', '-', '--json'], { stdin: '123456789' })) as [
      Whole,
      Parts,
    ];
    expect(whole.digests['CRC32']?.hex).toBe('cbf43926');
    const inner = createHash('md5').update('123456789').digest();
    expect([only.etag, only.partCount]).toEqual([`${createHash('md5').update(inner).digest('hex')}-1`, 1]);
    expect(more).toEqual([]);
  });

  it('takes an empty file for one empty part', async () => {
    const [whole, only] = linesOf(await holdfast(['digest', 'empty', '--json'], { cwd })) as [Whole, Parts];
    expect([whole.sizeBytes, whole.digests['MD5']?.hex]).toEqual([0, 'd41d8cd98f00b204e9800998ecf8427e']);
    expect(only.etag).toBe('59adb24ef3cdbe0297f05b395827453f-1');
  });

  it('leaves out what would need more than 10,000 parts', async () => {
    const lines = linesOf(await holdfast(['digest', 'file', '--part-size', '1 KiB', '--json'], { cwd }));
    expect(lines).toHaveLength(1);
  });

  it('stops when it is interrupted', async () => {
    const ended = await holdfast(['digest', 'file'], { cwd, signal: AbortSignal.abort() });
    expect(ended).toEqual({ code: 2, stdout: '', stderr: 'holdfast: interrupted\n' });
  });
});
