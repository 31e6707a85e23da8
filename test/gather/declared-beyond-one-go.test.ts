import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { DeclaredRule } from '../../src/model/config.ts';
import { firstLook, formatLook } from '../../src/model/look.ts';
import { aBudget, creationOf, deliver } from '../support/deliver.ts';
import { aConfig, aRule } from '../support/facts.ts';
import type { Upload } from '../support/fake-cloud.ts';
import { alertsOf, createFakeWorld } from '../support/fake-ports.ts';

const CONTENT = Buffer.alloc(6_000, 'x');
const SHA256: DeclaredRule = {
  from: 'metadata',
  name: 'sha256',
  algorithm: 'SHA256',
  encoding: 'hex',
  of: 'content',
  allowContentEncoding: false,
};
const DECLARED = { metadata: { sha256: createHash('sha256').update(CONTENT).digest('hex') } };
const FULL: Upload = {
  key: 'large',
  versionId: 'v1',
  content: CONTENT,
  checksums: [{ algorithm: 'CRC64NVME', type: 'FULL_OBJECT' }],
  state: DECLARED,
};
const IN_PARTS: Upload = {
  key: 'large',
  versionId: 'v1',
  content: CONTENT,
  partSizes: [2_000, 2_000, 2_000],
  state: DECLARED,
};

/** Too short for the whole object: a SHA256 of it would have to be begun again each time. */
const SHORT = () => aBudget({ readableBytes: 100, pause: AbortSignal.abort() });

describe('a declared digest that takes longer to compute than one invocation', () => {
  it.each<[string, Upload, string]>([
    ['a checksum of the whole', FULL, 'critical content-differs-from-checksum'],
    ['a multipart ETag', IN_PARTS, 'critical content-differs-from-etag'],
  ])('does not keep %s from being computed', async (_, upload, alarm) => {
    for (const [bytes, expected] of [
      [CONTENT, 'info content-verified'],
      [Buffer.from(CONTENT).fill('y', 3_000, 3_001), alarm],
    ] as const) {
      const world = createFakeWorld();
      const stored = await world.cloud.put(upload);
      stored.bytes = bytes;
      const config = aConfig(aRule({ declared: [SHA256] }));
      await deliver(world, [formatLook(firstLook(creationOf(stored)))], { config, budget: SHORT });
      expect(alertsOf(world)).toEqual([expected]);
    }
  });
});
