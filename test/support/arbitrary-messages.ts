import fc from 'fast-check';
import { CHECKSUM_ALGORITHMS } from '../../src/model/checksum.ts';
import type { ETag } from '../../src/model/etag.ts';
import type { ObjectState } from '../../src/model/facts.ts';
import type { FollowUp } from '../../src/model/look.ts';
import type { ObjectRef } from '../../src/model/object.ts';
import type { PendingVersion } from '../../src/model/pending.ts';
import type { PeerMessage } from '../../src/model/peer-message.ts';

/** Texts that break encodings: escapes, quotes, a lone surrogate, characters outside the first plane. */
export const hostileTexts: fc.Arbitrary<string> = fc.string({
  unit: fc.constantFrom('a', '+', '%', ' ', '/', 'é', '～', '😀', '"', '\\', '\u0000', '\uD83D'),
});

/** Times that ISO 8601 writes with four digits of a year. */
export const dates: fc.Arbitrary<Date> = fc.date({
  min: new Date('0001-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
});

export const objectRefs: fc.Arbitrary<ObjectRef> = fc.record(
  { bucket: hostileTexts, region: hostileTexts, key: hostileTexts, versionId: hostileTexts },
  { requiredKeys: ['bucket', 'region', 'key'], noNullPrototype: true },
);

const etags: fc.Arbitrary<ETag> = fc.oneof(
  hostileTexts.map((hex): ETag => ({ kind: 'content-md5', hex })),
  fc.tuple(hostileTexts, fc.nat()).map(([hex, partCount]): ETag => ({ kind: 'multipart', hex, partCount })),
  hostileTexts.map((value): ETag => ({ kind: 'opaque', value })),
);

/** Header names; one of them is a trap for whoever builds objects by assignment. */
const headers = fc.dictionary(fc.oneof(hostileTexts, fc.constant('__proto__')), hostileTexts, {
  noNullPrototype: true,
});

const plain = { noNullPrototype: true } as const;

export const objectStates: fc.Arbitrary<ObjectState> = fc.record(
  {
    versionId: hostileTexts,
    sizeBytes: fc.maxSafeNat(),
    etag: etags,
    checksums: fc.array(
      fc.record(
        {
          algorithm: fc.constantFrom(...CHECKSUM_ALGORITHMS),
          type: fc.constantFrom('FULL_OBJECT', 'COMPOSITE'),
          base64: hostileTexts,
        },
        plain,
      ),
    ),
    encryption: fc.constantFrom('none', 'sse-s3', 'sse-kms', 'dsse-kms', 'sse-c', 'other'),
    kmsKeyId: hostileTexts,
    bucketKeyEnabled: fc.boolean(),
    storageClass: hostileTexts,
    archive: fc.constantFrom('archived', 'restoring'),
    lastModifiedAt: dates,
    replicationStatus: fc.constantFrom('PENDING', 'COMPLETED', 'FAILED', 'REPLICA'),
    contentEncoding: hostileTexts,
    system: headers,
    lock: fc.record(
      { mode: hostileTexts, retainUntilAt: dates, legalHold: fc.boolean() },
      { requiredKeys: [], noNullPrototype: true },
    ),
    tagCount: fc.nat(),
    expiration: fc.record({ expiresAt: dates, ruleId: hostileTexts }, plain),
    metadata: headers,
  },
  {
    requiredKeys: ['sizeBytes', 'etag', 'checksums', 'encryption', 'storageClass', 'lastModifiedAt', 'metadata'],
    noNullPrototype: true,
  },
);

export const followUps: fc.Arbitrary<FollowUp> = fc.record(
  {
    links: fc.array(hostileTexts),
    step: fc.nat(),
    source: objectStates,
    told: fc.array(hostileTexts),
  },
  { requiredKeys: ['links', 'step'], noNullPrototype: true },
);

const settled = { link: hostileTexts, object: objectRefs, createdAt: dates };

const pendingVersions: fc.Arbitrary<PendingVersion> = fc.record(
  { ...settled, sizeBytes: fc.maxSafeNat(), source: objectStates },
  { requiredKeys: ['link', 'object', 'createdAt', 'sizeBytes'], noNullPrototype: true },
);

export const peerMessages: fc.Arbitrary<PeerMessage> = fc.oneof(
  pendingVersions.map((version): PeerMessage => ({ kind: 'pending', version })),
  fc.record(settled, plain).map((version): PeerMessage => ({ kind: 'settled', version })),
  fc.record({ link: hostileTexts, on: fc.boolean(), at: dates }, plain).map((rest): PeerMessage => ({
    kind: 'bulk',
    ...rest,
  })),
  fc
    .record({ link: hostileTexts, eventAt: dates, idle: fc.constantFrom({ idle: true } as const, {}) }, plain)
    .map(({ idle, ...rest }): PeerMessage => ({ kind: 'progress', ...rest, ...idle })),
);
