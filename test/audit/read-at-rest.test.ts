import { describe, expect, it } from 'vitest';
import { type AtRestMeans, readAtRest } from '../../src/audit/read-at-rest.ts';
import { combineCrcParts } from '../../src/digest/combine.ts';
import type { AtRestOutcome } from '../../src/model/at-rest.ts';
import type { Baseline, ObjectState, Part } from '../../src/model/facts.ts';
import type { ObjectRef } from '../../src/model/object.ts';
import { type Observation, present } from '../../src/model/observation.ts';
import { aChecksum, aPart, aState, MD5_BASE64, MD5_HEX, OBJECT } from '../support/facts.ts';

const CRC = 'IXHVSAZOqx4=';
const OTHER = 'AAAAAAAAAAA=';
const PARTS = [aPart(1, 5, aChecksum('CRC32', 'ojBLlA==')), aPart(2, 5, aChecksum('CRC32', 'yOWZ+w=='))];
const WHOLE = combineCrcParts('CRC32', [
  { base64: 'ojBLlA==', sizeBytes: 5 },
  { base64: 'yOWZ+w==', sizeBytes: 5 },
]);
const COMPOSITE = aState({ checksums: [aChecksum('CRC32', 'xxxxxx==', 'COMPOSITE')] });

interface Seen {
  readonly outcome?: AtRestOutcome;
  readonly state?: Observation<ObjectState>;
  readonly parts?: Observation<readonly Part[]>;
  readonly object?: ObjectRef;
  /** Base64 of a baseline. */
  readonly baseline?: string;
}

async function read({
  outcome,
  state = present(aState()),
  parts = { state: 'absent' },
  object = OBJECT,
  baseline,
}: Seen) {
  const means: AtRestMeans = {
    objects: { head: async () => state, parts: async () => parts },
    find: () => outcome,
    now: () => new Date(0),
    ...(baseline === undefined ? {} : { baselines: { baseline: async () => aBaseline(baseline) } }),
  };
  return readAtRest(object, means, { signal: new AbortController().signal });
}

function aBaseline(base64: string): Baseline {
  const [lastModifiedAt, recordedAt] = [new Date(0), new Date(0)];
  return { algorithm: 'CRC64NVME', base64, sizeBytes: 10, etag: 'opaque', lastModifiedAt, recordedAt };
}

const computed = (
  algorithm: 'CRC64NVME' | 'CRC32' | 'MD5' | 'SHA256',
  base64: string,
  etag?: string,
): AtRestOutcome => ({
  state: 'computed',
  checksum: aChecksum(algorithm, base64),
  ...(etag === undefined ? {} : { etag }),
});

describe('what S3 has computed of one copy', () => {
  it.each<[string, Seen, readonly string[]]>([
    [
      'the stored checksum',
      { outcome: computed('CRC64NVME', CRC), state: present(aState({ checksums: [aChecksum('CRC64NVME', CRC)] })) },
      ['verified content-verified at-rest-checksum'],
    ],
    [
      'another stored checksum',
      { outcome: computed('CRC64NVME', OTHER), state: present(aState({ checksums: [aChecksum('CRC64NVME', CRC)] })) },
      ['violated content-differs-from-checksum at-rest-checksum'],
    ],
    [
      'an ETag that is an MD5',
      { outcome: computed('MD5', MD5_BASE64), state: present(aState({ etag: { kind: 'content-md5', hex: MD5_HEX } })) },
      ['verified content-verified at-rest-checksum'],
    ],
    [
      'the CRCs of the parts',
      { outcome: computed('CRC32', WHOLE), state: present(COMPOSITE), parts: present(PARTS) },
      ['verified content-verified at-rest-checksum'],
    ],
    [
      'other CRCs of the parts',
      { outcome: computed('CRC32', 'AAAAAA=='), state: present(COMPOSITE), parts: present(PARTS) },
      ['violated content-differs-from-checksum at-rest-checksum'],
    ],
    [
      'CRCs of parts that nobody may see',
      {
        outcome: computed('CRC32', WHOLE),
        state: present(COMPOSITE),
        parts: { state: 'unreadable', reason: 'access-denied' },
      },
      ['unverifiable checksum-missing -'],
    ],
    [
      'a composite that was computed as one',
      {
        outcome: { state: 'computed', checksum: aChecksum('CRC32', 'xxxxxx==', 'COMPOSITE') },
        state: present(COMPOSITE),
      },
      ['verified content-verified at-rest-checksum'],
    ],
    [
      'a composite of an algorithm whose parts say nothing of the whole',
      {
        outcome: computed('SHA256', 'x'),
        state: present(aState({ checksums: [aChecksum('SHA256', 'y', 'COMPOSITE')] })),
        parts: present(PARTS),
      },
      ['unverifiable checksum-missing -'],
    ],
    [
      'what the functions read at first',
      { outcome: computed('CRC64NVME', CRC), baseline: CRC },
      ['verified content-verified at-rest-checksum'],
    ],
    [
      'another content that the functions read at first',
      { outcome: computed('CRC64NVME', OTHER), baseline: CRC },
      ['violated content-differs-from-baseline at-rest-checksum'],
    ],
    ['nothing', { outcome: computed('CRC64NVME', CRC) }, ['unverifiable checksum-missing at-rest-checksum']],
    [
      'nobody who may see it',
      { outcome: computed('CRC64NVME', CRC), state: { state: 'unreadable', reason: 'access-denied' } },
      ['unverifiable content-unreadable -'],
    ],
    [
      'a version that is gone',
      { outcome: computed('CRC64NVME', CRC), state: { state: 'absent' } },
      ['unverifiable content-unreadable -'],
    ],
    [
      'a failure of the job',
      { outcome: { state: 'failed', reason: 'AccessDenied' } },
      ['unverifiable content-unreadable -'],
    ],
    ['words that nobody knows', { outcome: { state: 'unknown', text: '?' } }, ['unverifiable content-unreadable -']],
  ])('is held against %s', async (_, seen, expected) => {
    const reading = await read(seen);
    const findings = reading.state === 'read' ? reading.findings : [];
    expect(findings.map(({ verdict, code, basis = '-' }) => `${verdict} ${code} ${basis}`)).toEqual(expected);
  });

  const { bucket, region, key } = OBJECT;
  const current = { bucket, region, key };
  it.each<[string, Seen, string]>([
    ['that no job had on its list', {}, 'not-in-the-job'],
    [
      'that was overwritten since',
      { outcome: computed('CRC64NVME', CRC, 'old'), object: current },
      'written-since-the-job',
    ],
  ])('is not asked of a version %s', async (_, seen, reason) => {
    expect(await read(seen)).toEqual({ state: 'skipped', reason });
  });

  it('says of an immutable version the same, whatever ETag a re-encryption gave it', async () => {
    expect(await read({ outcome: computed('CRC64NVME', CRC, 'old') })).toMatchObject({ state: 'read' });
  });
});
