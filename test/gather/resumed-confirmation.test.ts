import { describe, expect, it } from 'vitest';
import { firstLook, formatLook } from '../../src/model/look.ts';
import { aBudget, creationOf, deliver } from '../support/deliver.ts';
import type { Upload } from '../support/fake-cloud.ts';
import { alertsOf, createFakeWorld } from '../support/fake-ports.ts';

const CONTENT = Buffer.alloc(6_000, 'x');
const IN_PARTS: Upload = { key: 'large', versionId: 'v1', content: CONTENT, partSizes: [2_000, 2_000, 2_000] };
/** Too short for the whole object, and over as soon as a reading can stop. */
const SHORT = () => aBudget({ readableBytes: 100, pause: AbortSignal.abort() });

describe('a difference in a multipart object that takes many invocations to read', () => {
  it.each<[string, Upload, string]>([
    [
      'a checksum of the whole',
      { ...IN_PARTS, checksums: [{ algorithm: 'CRC64NVME', type: 'FULL_OBJECT' }] },
      'critical content-differs-from-checksum',
    ],
    [
      'a composite',
      { ...IN_PARTS, checksums: [{ algorithm: 'CRC32', type: 'COMPOSITE' }] },
      'critical content-differs-from-checksum',
    ],
    ['a multipart ETag', IN_PARTS, 'critical content-differs-from-etag'],
  ])('is confirmed by what the first reading computed: %s', async (_, upload, alarm) => {
    const world = createFakeWorld();
    const stored = await world.cloud.put(upload);
    stored.bytes = Buffer.concat([CONTENT.subarray(0, 3_000), Buffer.from('y'), CONTENT.subarray(3_001)]);
    await deliver(world, [formatLook(firstLook(creationOf(stored)))], { budget: SHORT });
    expect(alertsOf(world)).toEqual([alarm]);
    expect(world.cloud.open).toBe(0);
  });

  it('vanishes when only the connection broke', async () => {
    const world = createFakeWorld();
    const checksums = [{ algorithm: 'CRC64NVME', type: 'FULL_OBJECT' }] as const;
    const stored = await world.cloud.put({ ...IN_PARTS, checksums });
    world.cloud.breaks.push(500);
    await deliver(world, [formatLook(firstLook(creationOf(stored)))], { budget: SHORT });
    expect(alertsOf(world)).toEqual(['info content-verified']);
  });
});
