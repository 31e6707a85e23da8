import { describe, expect, it } from 'vitest';
import { gatherFacts } from '../../src/gather/gather-facts.ts';
import { planReading, type Witnesses } from '../../src/gather/plan-reading.ts';
import type { VerifyRule } from '../../src/model/config.ts';
import type { FactName, ObjectFacts } from '../../src/model/facts.ts';
import { firstLook, type Reach } from '../../src/model/look.ts';
import type { Ports } from '../../src/ports.ts';
import { aBudget, creationOf } from '../support/deliver.ts';
import { aChecksum, aRule, aState, MD5_HEX } from '../support/facts.ts';
import type { Stored, Upload } from '../support/fake-cloud.ts';
import { createFakeWorld, type FakeWorld } from '../support/fake-ports.ts';

const NEEDS = new Set<FactName>(['source', 'parts', 'declared', 'baseline', 'content']);
const SIDE_FILE = {
  from: 'side-file',
  suffix: '.crc',
  algorithm: 'CRC32',
  encoding: 'base64',
  of: 'content',
  allowContentEncoding: false,
} as const;
const PLAIN: Upload = { key: 'a', versionId: 'v1', content: Buffer.from('hello') };
const FULL = { ...PLAIN, checksums: [{ algorithm: 'CRC32', type: 'FULL_OBJECT' }] } as const;

interface Asked {
  readonly reach?: Reach;
  readonly rule?: Partial<VerifyRule>;
  readonly needs?: ReadonlySet<FactName>;
  readonly ports?: Pick<Ports, 'objects' | 'ledger' | 'buckets' | 'pending'>;
}

async function gather(world: FakeWorld, stored: Stored, asked: Asked = {}): Promise<ObjectFacts> {
  const { reach = 'content', rule = {}, needs = NEEDS, ports = world.ports } = asked;
  const look = firstLook(creationOf(stored), reach);
  return gatherFacts({ look, rule: aRule(rule), needs, looks: true, now: world.now }, ports, aBudget());
}

describe('what is fetched', () => {
  it.each<[string, Asked, readonly string[]]>([
    ['one HEAD where a reading follows', { reach: 'recorded' }, ['head a']],
    [
      'one HEAD where the ETag suffices',
      { reach: 'recorded', rule: { evidence: 'etag', declared: [SIDE_FILE] } },
      ['head a'],
    ],
    [
      'a HEAD and the side file',
      { reach: 'recorded', rule: { evidence: 'stored-checksum', declared: [SIDE_FILE] } },
      ['head a', 'read a.crc'],
    ],
    ['one GET, whose headers are the HEAD', {}, ['read a']],
    ['a GET and the side file', { rule: { declared: [SIDE_FILE] } }, ['read a', 'read a.crc']],
    [
      'no side file where no check asks',
      { rule: { declared: [SIDE_FILE] }, needs: new Set(['source', 'content']) },
      ['read a'],
    ],
  ])('is %s', async (_, asked, calls) => {
    const world = createFakeWorld();
    await gather(world, await world.cloud.put(PLAIN), asked);
    expect(world.cloud.calls).toEqual(calls);
  });

  it('is nothing where the event itself is the finding', async () => {
    const world = createFakeWorld();
    const look = firstLook(creationOf(await world.cloud.put(PLAIN)));
    const facts = await gatherFacts(
      { look, rule: aRule(), needs: NEEDS, looks: false, now: world.now },
      world.ports,
      aBudget(),
    );
    expect(world.cloud.calls).toEqual([]);
    expect(facts).not.toHaveProperty('source');
  });

  it('asks for stored checksums only where they are compared, because that spends KMS requests', async () => {
    const world = createFakeWorld();
    const stored = await world.cloud.put(FULL);
    const checksums = async (evidence: VerifyRule['evidence']): Promise<unknown> => {
      const { source } = await gather(world, stored, { reach: 'recorded', rule: { evidence } });
      return source?.state === 'present' && source.value.checksums.length;
    };
    expect(
      await Promise.all([checksums('etag'), checksums('stored-checksum'), checksums('computed-checksum')]),
    ).toEqual([0, 1, 0]);
  });

  it('gives the connection back when a port fails while the body is open', async () => {
    const world = createFakeWorld();
    const stored = await world.cloud.put({ ...PLAIN, encryption: 'sse-kms' });
    const ledger = { ...world.ports.ledger, baseline: async () => Promise.reject(new Error('no ledger')) };
    const ports = { ...world.ports, ledger };
    await expect(gather(world, stored, { ports })).rejects.toThrow('no ledger');
    expect(world.cloud.open).toBe(0);
  });

  it('computes the digest of nothing', async () => {
    const world = createFakeWorld();
    const facts = await gather(world, await world.cloud.put({ ...PLAIN, content: Buffer.alloc(0) }));
    expect(facts.content).toEqual({
      state: 'present',
      value: { sizeBytes: 0, whole: { MD5: '1B2M2Y8AsgTpgAmY7PhCfg==' } },
    });
  });
});

describe('the plan of a reading', () => {
  const MD5 = { kind: 'content-md5', hex: MD5_HEX } as const;
  const MULTIPART = { kind: 'multipart', hex: MD5_HEX, partCount: 2 } as const;
  const CRC = aChecksum('CRC32', 'x');
  const SHA_OF_PARTS = aChecksum('SHA256', 'x', 'COMPOSITE');
  const DECLARED = { from: 'metadata', where: 'sha1', algorithm: 'SHA1', base64: 'x' } as const;
  const BASELINE = {
    algorithm: 'CRC32',
    base64: 'x',
    sizeBytes: 1,
    etag: 'e',
    lastModifiedAt: new Date(0),
    recordedAt: new Date(0),
  } as const;
  const plan = (state: Parameters<typeof aState>[0], changes: Partial<Witnesses> = {}) =>
    planReading({ state: aState(state), declared: [], confirming: false, inOneGo: true, ...changes });

  it.each([
    ['an MD5 where there is nothing else', plan({ etag: MD5 }), ['MD5'], []],
    ['the MD5s of the parts where there is nothing else', plan({ etag: MULTIPART }), [], ['MD5']],
    ['the stored checksum, which is cheaper than the MD5', plan({ etag: MD5, checksums: [CRC] }), ['CRC32'], []],
    ['the stored checksum without the parts', plan({ etag: MULTIPART, checksums: [CRC] }), ['CRC32'], []],
    ['a composite by its parts', plan({ etag: MULTIPART, checksums: [SHA_OF_PARTS] }), [], ['SHA256']],
    ['a baseline where S3 stores nothing', plan({}), ['CRC64NVME'], []],
    ['the algorithm of the baseline', plan({}, { baseline: BASELINE }), ['CRC32'], []],
    [
      'what is declared, on top',
      plan({ etag: MD5, checksums: [CRC] }, { declared: [DECLARED] }),
      ['SHA1', 'CRC32'],
      [],
    ],
    [
      'every witness when confirming',
      plan({ etag: MD5, checksums: [CRC] }, { confirming: true }),
      ['CRC32', 'MD5'],
      [],
    ],
    [
      'the parts too when confirming',
      plan({ etag: MULTIPART, checksums: [CRC] }, { confirming: true }),
      ['CRC32'],
      ['MD5', 'CRC32'],
    ],
    [
      'no more than before when confirming takes several goes',
      plan({ etag: MD5, checksums: [CRC] }, { confirming: true, inOneGo: false }),
      ['CRC32'],
      [],
    ],
    [
      'no parts where confirming takes several goes, and they were not needed before',
      plan({ etag: MULTIPART, checksums: [CRC] }, { confirming: true, inOneGo: false }),
      ['CRC32'],
      [],
    ],
    [
      'the MD5 in any case where there is nothing else',
      plan({ etag: MD5 }, { confirming: true, inOneGo: false }),
      ['MD5'],
      [],
    ],
  ])('is %s', (_, { whole, perPart }, expectedWhole, expectedPerPart) => {
    expect({ whole, perPart }).toEqual({ whole: expectedWhole, perPart: expectedPerPart });
  });
});
