import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const MIB = 1024 * 1024;
const SCRIPT = fileURLToPath(new URL('support/measure-memory.ts', import.meta.url));

interface Measured {
  readonly verdicts: readonly string[];
  readonly heapBytes: number;
  readonly residentBytes: number;
}

/** Inspects an object of this size in a process of its own, whose heap could not hold it. */
async function measure(sizeBytes: number, partCount: number): Promise<Measured> {
  const args = [
    '--import',
    'tsx',
    '--expose-gc',
    '--max-old-space-size=64',
    SCRIPT,
    String(sizeBytes),
    String(partCount),
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as Measured;
}

it('invariant 8: memory does not grow with the size of an object or the number of its parts', async () => {
  const small = await measure(8 * MIB, 1);
  const large = await measure(512 * MIB, 1);
  const parts = await measure(64 * MIB, 2_000);
  for (const { verdicts, heapBytes, residentBytes } of [small, large, parts]) {
    expect(verdicts).toEqual(['verified']);
    expect(heapBytes - small.heapBytes).toBeLessThan(16 * MIB);
    expect(residentBytes - small.residentBytes).toBeLessThan(64 * MIB);
  }
}, 60_000);
