import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { gatherDeclared } from '../../src/gather/declared-digests.ts';
import type { DeclaredPlace, DeclaredRule } from '../../src/model/config.ts';
import { firstLook, formatLook } from '../../src/model/look.ts';
import { aBudget, creationOf, deliver } from '../support/deliver.ts';
import { aConfig, aRule } from '../support/facts.ts';
import { createFakeCloud, type Upload } from '../support/fake-cloud.ts';
import { alertsOf, createFakeWorld } from '../support/fake-ports.ts';

const hex = (text: string): string => createHash('sha256').update(text).digest('hex');
const rule = (place: DeclaredPlace): DeclaredRule => {
  return { ...place, algorithm: 'SHA256', encoding: 'hex', of: 'content', allowContentEncoding: false };
};
const at = (time: string) => ({ lastModifiedAt: new Date(`2026-11-01T${time}Z`) });
const version = (versionId: string, text: string, time: string): Upload => {
  return { key: 'k', versionId, content: Buffer.from(text), state: at(time) };
};

describe.each<[string, DeclaredPlace, Upload]>([
  [
    'a side file',
    { from: 'side-file', suffix: '.sha256' },
    { key: 'k.sha256', content: Buffer.from(hex('two')), state: at('01:00:01') },
  ],
  [
    'a manifest',
    { from: 'manifest', key: 'SUMS' },
    { key: 'SUMS', content: Buffer.from(`${hex('two')}  k\n`), state: at('01:00:01') },
  ],
])('%s that was written for a later version', (_, place, file) => {
  it('does not accuse the earlier one, which is looked at late', async () => {
    const world = createFakeWorld();
    const earlier = await world.cloud.put(version('v1', 'one', '00:00:00'));
    await world.cloud.put(version('v2', 'two', '01:00:00'));
    await world.cloud.put(file);
    const config = aConfig(aRule({ declared: [rule(place)] }));
    await deliver(world, [formatLook(firstLook(creationOf(earlier)))], { config });
    expect(alertsOf(world)).toEqual(['info content-verified']);
  });

  it('accuses the later one, when it is not what was declared', async () => {
    const world = createFakeWorld();
    await world.cloud.put(version('v1', 'one', '00:00:00'));
    const later = await world.cloud.put(version('v2', 'too', '01:00:00'));
    await world.cloud.put(file);
    const config = aConfig(aRule({ declared: [rule(place)] }));
    await deliver(world, [formatLook(firstLook(creationOf(later)))], { config });
    expect(alertsOf(world)).toEqual(['info content-verified', 'warning content-differs-from-declared-digest']);
  });
});

describe('a digest of a plaintext that S3 never had', () => {
  it.each(['x-amz-key', 'x-amz-key-v2', 'x-amz-iv', 'x-amz-c', 'x-amz-3', 'x-amz-d', 'x-amz-i'])(
    'does not count where the metadata has %s',
    async (name) => {
      const cloud = createFakeCloud();
      const metadata = { sha256: hex('plaintext'), [name]: 'AAAA' };
      const { object, state } = await cloud.put({ content: Buffer.from('ciphertext'), state: { metadata } });
      const rules = [rule({ from: 'metadata', name: 'sha256' })];
      expect(await gatherDeclared({ object, state, rules }, cloud.objects, aBudget())).toEqual({ declared: [] });
    },
  );
});

describe('a manifest whose connection breaks', () => {
  it('is not read as one that ends there, with a name that is another key', async () => {
    const world = createFakeWorld();
    const checksums = [{ algorithm: 'SHA256', type: 'FULL_OBJECT' }] as const;
    const stored = await world.cloud.put({ key: 'file1', versionId: 'v1', content: Buffer.from('one'), checksums });
    const list = `${hex('ten')}  file10\n${hex('one')}  file1\n`;
    await world.cloud.put({ key: 'SUMS', content: Buffer.from(list) });
    world.cloud.breaks.push(list.indexOf('0\n'));
    const declared = [rule({ from: 'manifest', key: 'SUMS' })];
    const config = aConfig(aRule({ evidence: 'stored-checksum', declared }));
    await deliver(world, [formatLook(firstLook(creationOf(stored)))], { config });
    expect(alertsOf(world)).not.toContain('warning content-differs-from-declared-digest');
  });
});
