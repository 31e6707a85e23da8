import { expect, it } from 'vitest';
import { rememberWrites } from '../../src/adapters/aws/remember-writes.ts';
import type { WriteMeasurement } from '../../src/model/measurements.ts';

const MINUTE_MS = 60_000;
const photos = { bucket: 'photos', region: 'eu-west-1' };
const PER_SECOND_3: WriteMeasurement = { versionsPerSecond: 3, basis: 'request-metrics' };

it('asks about each bucket once in a quarter of an hour, and again after a failure', async () => {
  let now = new Date('2026-11-02T00:00:00Z');
  const asked: string[] = [];
  const answers = new Map<string, WriteMeasurement | undefined>([['photos', PER_SECOND_3]]);
  const meter = rememberWrites(
    {
      read: async ({ bucket }) => {
        asked.push(bucket);
        if (bucket === 'broken') throw new Error('CloudWatch is out');
        return answers.get(bucket);
      },
    },
    { clock: { now: () => now } },
  );
  const read = async (bucket: string) =>
    meter.read({ ...photos, bucket }, { until: now, signal: new AbortController().signal });
  expect(await read('photos')).toEqual(PER_SECOND_3);
  expect(await read('idle')).toBeUndefined();
  await expect(read('broken')).rejects.toThrow('out');
  now = new Date(now.getTime() + 14 * MINUTE_MS);
  expect(await read('photos')).toEqual(PER_SECOND_3);
  expect(await read('idle')).toBeUndefined();
  await expect(read('broken')).rejects.toThrow('out');
  expect(asked).toEqual(['photos', 'idle', 'broken', 'broken']);
  now = new Date(now.getTime() + MINUTE_MS);
  await read('photos');
  expect(asked.at(-1)).toBe('photos');
});
