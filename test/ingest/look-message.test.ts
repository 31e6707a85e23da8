import { describe, expect, it } from 'vitest';
import { parseLook } from '../../src/ingest/look-message.ts';
import { formatLook } from '../../src/model/look.ts';
import type { Look } from '../../src/model/look.ts';
import { aChecksum, aState } from '../support/facts.ts';
import { withMember } from '../support/with-member.ts';

const LOOK: Look = {
  event: {
    kind: 'created',
    name: 'ObjectCreated:Put',
    object: { bucket: 'orders-use1', region: 'us-east-1', key: 'a b.txt', versionId: 'v1' },
    eventAt: new Date('2026-11-02T08:15:30.123Z'),
  },
  reach: 'content',
  purpose: 'confirm',
  attempt: 1,
  dueAt: new Date('2026-11-02T08:16:00Z'),
  follow: {
    links: ['orders/orders-use1/orders-euw1'],
    step: 1,
    source: aState({
      etag: { kind: 'multipart', hex: '0', partCount: 2 },
      checksums: [aChecksum('SHA256', 'AA==', 'COMPOSITE')],
      archive: 'archived',
      replicationStatus: 'PENDING',
      lock: { mode: 'GOVERNANCE', retainUntilAt: new Date('2027-01-01T00:00:00Z'), legalHold: true },
      expiration: { expiresAt: new Date('2027-01-01T00:00:00Z'), ruleId: 'old' },
    }),
    told: ['orders/orders-use1/orders-euw1'],
  },
  suspicion: { seen: 'other tags', readings: 2, since: new Date('2026-11-02T00:00:00Z') },
};

describe('parseLook', () => {
  it('reads what formatLook wrote', () => {
    expect(parseLook(formatLook(LOOK))).toStrictEqual(LOOK);
  });

  it.each<[string, unknown]>([
    ['format', 'holdfast.look.v2'],
    ['reach', 'everything'],
    ['reach', 'toString'],
    ['reach', 7],
    ['purpose', 'curiosity'],
    ['attempt', -1],
    ['attempt', null],
    ['dueAt', 'later'],
    ['resume', 5],
    ['suspicion', {}],
    ['suspicion.readings', 0.5],
    ['follow', 'everything'],
    ['follow.links', undefined],
    ['follow.links', [7]],
    ['follow.step', -1],
    ['follow.told', 'all'],
    ['follow.source', null],
    ['follow.source.etag', { kind: 'md5', hex: '0' }],
    ['follow.source.etag', { kind: 'multipart', hex: '0' }],
    ['follow.source.encryption', 'rot13'],
    ['follow.source.archive', 'lost'],
    ['follow.source.replicationStatus', 'COMPLETE'],
    ['follow.source.lastModifiedAt', 0],
    ['follow.source.lock', { legalHold: 'ON' }],
    ['follow.source.expiration', { ruleId: 'old' }],
    ['follow.source.bucketKeyEnabled', 'true'],
    ['follow.source.tagCount', '3'],
    ['event', null],
    ['event.kind', 'exploded'],
    ['event.eventAt', null],
    ['event.sizeBytes', 'big'],
    ['event.object.key', undefined],
    ['event.etag', 5],
    ['event.replication', { ruleId: 5 }],
    ['event.replication', { requestedAt: '' }],
  ])('refuses a message whose %s is %j', (path, value) => {
    expect(parseLook(withMember(formatLook(LOOK), path, value))).toBeUndefined();
  });

  it('stays far below what a queue takes, whatever the metadata', () => {
    // 2 KB of user metadata and 8 KB of other headers are the most that S3 stores; a character can take six in JSON.
    const metadata = { note: '\u0001'.repeat(2_048) };
    const system = { 'cache-control': '\u0001'.repeat(8_192) };
    const key = '\u0001'.repeat(1_024);
    const { event, follow } = LOOK;
    const large = formatLook({
      ...LOOK,
      event: { ...event, object: { ...event.object, key } },
      follow: { links: [], step: 0, ...follow, source: aState({ metadata, system }) },
    });
    expect(Buffer.byteLength(large)).toBeLessThan(262_144 / 3);
  });

  it.each(['', 'not JSON', 'null', '[]', '{}'])('finds no look in %j', (body) => {
    expect(parseLook(body)).toBeUndefined();
  });

  it('does not hide an error that is ours', () => {
    const trap = new Proxy(
      {},
      {
        getOwnPropertyDescriptor: () => {
          throw new RangeError('ours');
        },
      },
    );
    expect(() => parseLook(trap)).toThrow('ours');
  });
});
