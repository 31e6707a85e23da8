import { describe, expect, it } from 'vitest';
import type { LifecycleRule, ReplicationRule } from '../../src/model/bucket-settings.ts';
import { parseETag } from '../../src/model/etag.ts';
import type { ObjectState } from '../../src/model/facts.ts';
import { type Observation, present } from '../../src/model/observation.ts';
import { type ArrivalFacts, excuseOfKey, judgeArrival } from '../../src/policy/arrival.ts';

const MD5 = 'd41d8cd98f00b204e9800998ecf8427e';
const OTHER_MD5 = '900150983cd24fb0d6963f7d28e17f72';
const NOW = new Date('2026-11-02T00:00:00Z');

const rule: ReplicationRule = {
  id: 'all',
  enabled: true,
  priority: 1,
  prefix: '',
  tags: {},
  deleteMarkers: true,
  kmsObjects: true,
  replicaModifications: true,
  destinationBucket: 'there',
  ownerOverride: false,
  metrics: true,
  timeControl: false,
};

const noncurrent: LifecycleRule = {
  id: 'trim',
  enabled: true,
  prefix: 'logs/',
  tags: {},
  expiredDeleteMarker: false,
  noncurrentExpiration: { days: 30 },
  transitions: [],
  noncurrentTransitions: [],
};
const expiring: LifecycleRule = { ...noncurrent, id: 'expire', expiration: { days: 1 } };

type StatePlan = Partial<ObjectState> & { readonly raw?: string };

function state({ raw = MD5, ...plan }: StatePlan = {}): Observation<ObjectState> {
  const encryption = plan.encryption ?? 'sse-s3';
  return present({
    sizeBytes: 10,
    etag: parseETag(raw, encryption),
    checksums: [],
    encryption,
    storageClass: 'STANDARD',
    lastModifiedAt: new Date('2026-09-01T00:00:00Z'),
    metadata: {},
    ...plan,
  });
}

const full = (base64: string) => [{ algorithm: 'CRC64NVME', type: 'FULL_OBJECT', base64 } as const];
const composite = (base64: string) => [{ algorithm: 'SHA256', type: 'COMPOSITE', base64 } as const];
const absent = { state: 'absent' } as const;
const marker = { state: 'absent', deleteMarker: true } as const;
const throttled = { state: 'unreadable', reason: 'throttled' } as const;
const denied = { state: 'unreadable', reason: 'access-denied' } as const;

function judge(facts: Partial<ArrivalFacts>): string {
  const arrival = judgeArrival({
    key: 'logs/a',
    deleteMarker: false,
    lastModifiedAt: new Date('2026-09-01T00:00:00Z'),
    now: NOW,
    source: state({ replicationStatus: 'PENDING' }),
    replica: absent,
    rules: [rule],
    destination: 'there',
    lifecycle: { source: [], destination: [] },
    ...facts,
  });
  return arrival.state === 'proved' ? `proved ${arrival.basis ?? 'presence'}` : `${arrival.state} ${arrival.reason}`;
}

describe('a version that is there', () => {
  it.each<[string, StatePlan, StatePlan, string]>([
    ['same ETag', {}, {}, 'proved etag'],
    ['other size', {}, { sizeBytes: 9 }, 'differs size: 10 and 9 bytes'],
    ['other MD5', {}, { raw: OTHER_MD5 }, `differs ETag: ${MD5} and ${OTHER_MD5}`],
    [
      'same checksum, other ETag',
      { checksums: full('A') },
      { checksums: full('A'), raw: `${MD5}-2` },
      'proved stored-checksum',
    ],
    ['other checksum', { checksums: full('A') }, { checksums: full('B') }, 'differs checksum: A and B'],
    [
      'same composite',
      { checksums: composite('A'), raw: `${MD5}-2` },
      { checksums: composite('A'), raw: `${OTHER_MD5}-2` },
      'proved stored-checksum',
    ],
    ['no checksum there', { checksums: full('A') }, { raw: OTHER_MD5, encryption: 'sse-kms' }, 'proved size'],
    ['an ETag that is no MD5 here', { encryption: 'sse-kms' }, { raw: OTHER_MD5 }, 'proved size'],
    ['an ETag that is no MD5 there', {}, { raw: OTHER_MD5, encryption: 'sse-kms' }, 'proved size'],
  ])('with %s', (_, source, replica, expected) => {
    expect(judge({ source: state(source), replica: state(replica) })).toBe(expected);
  });

  it.each<[string, Observation<ObjectState>, string]>([
    ['gone', absent, 'excused gone-at-the-source'],
    ['throttled', throttled, 'waiting could not be looked at: throttled'],
    ['denied', denied, 'unproved source-unreadable: access-denied'],
  ])('while its source is %s', (_, source, expected) => {
    expect(judge({ source, replica: state() })).toBe(expected);
  });
});

describe('two multipart objects with other records', () => {
  const [source, replica] = [state({ raw: `${MD5}-2` }), state({ raw: `${OTHER_MD5}-2` })];
  const layout = (...sizes: number[]) =>
    present(sizes.map((sizeBytes, index) => ({ partNumber: index + 1, sizeBytes, checksums: [] })));

  it.each([
    ['have the same parts', layout(5, 5), layout(5, 5), `differs ETag: ${MD5}-2 and ${OTHER_MD5}-2`],
    ['have other parts', layout(5, 5), layout(6, 4), 'proved size'],
    ['cannot be seen in parts', layout(5, 5), denied, 'proved size'],
  ])('that %s', (_, ofSource, ofReplica, expected) => {
    expect(judge({ source, replica, parts: { source: ofSource, replica: ofReplica } })).toBe(expected);
  });
});

describe('a version that is not there', () => {
  it.each<[string, Partial<ArrivalFacts>, string]>([
    ['is waited for while S3 says PENDING', {}, 'waiting PENDING'],
    [
      'is given up when S3 says FAILED',
      { source: state({ replicationStatus: 'FAILED' }) },
      'failed S3 has given it up (FAILED)',
    ],
    [
      'is missing when S3 says COMPLETED',
      { source: state({ replicationStatus: 'COMPLETED' }) },
      'missing S3 says COMPLETED, and it is not there',
    ],
    ['came from elsewhere', { source: state({ replicationStatus: 'REPLICA' }) }, 'excused is-a-replica'],
    ['has gone at the source', { source: absent }, 'excused gone-at-the-source'],
    ['cannot be asked for now', { source: throttled }, 'waiting could not be looked at: throttled'],
    ['may not be asked for', { source: denied }, 'unproved source-unreadable: access-denied'],
    ['cannot be looked for now', { replica: throttled }, 'waiting could not be looked at: throttled'],
    ['may not be looked for', { replica: denied }, 'unproved replica-unreadable: access-denied'],
    ['was never attempted', { source: state() }, 'unproved never-attempted'],
    [
      'needs KMS, which no rule selects',
      { source: state({ encryption: 'sse-kms' }), rules: [{ ...rule, kmsObjects: false }] },
      'excused kms-not-selected',
    ],
    ['needs KMS, which a rule selects', { source: state({ encryption: 'sse-kms' }) }, 'unproved never-attempted'],
    ['needs no KMS', { source: state(), rules: [{ ...rule, kmsObjects: false }] }, 'unproved never-attempted'],
    [
      'has tags that no rule selects',
      { source: state(), rules: [{ ...rule, tags: { class: 'a' } }], tags: present({ class: 'b' }) },
      'excused tags-not-selected',
    ],
    [
      'has tags that a rule selects',
      { source: state(), rules: [{ ...rule, tags: { class: 'a' } }], tags: present({ class: 'a' }) },
      'unproved never-attempted',
    ],
    [
      'has tags that may not be read',
      { source: state(), rules: [{ ...rule, tags: { class: 'a' } }], tags: denied },
      'unproved never-attempted',
    ],
  ])('%s', (_, facts, expected) => {
    expect(judge(facts)).toBe(expected);
  });

  it.each<[string, LifecycleRule[] | undefined, string]>([
    ['removes noncurrent versions of this age', [noncurrent], 'excused lifecycle-may-have-removed-it'],
    ['has rules that may not be read', undefined, 'missing'],
    ['has no rules', [], 'missing'],
    ['removes older ones only', [{ ...noncurrent, noncurrentExpiration: { days: 90 } }], 'missing'],
    ['removes others', [{ ...noncurrent, prefix: 'tmp/' }], 'missing'],
    ['removes larger ones', [{ ...noncurrent, largerThanBytes: 10 }], 'missing'],
    ['removes smaller ones', [{ ...noncurrent, smallerThanBytes: 10 }], 'missing'],
    ['removes those of this size', [{ ...noncurrent, largerThanBytes: 9, smallerThanBytes: 11 }], 'excused'],
    ['would remove it if the rule were enabled', [{ ...noncurrent, enabled: false }], 'missing'],
    ['moves it only', [{ ...noncurrent, noncurrentExpiration: undefined } as never], 'missing'],
    ['only hides it behind a delete marker', [{ ...expiring, noncurrentExpiration: { days: 90 } }], 'missing'],
  ])('though COMPLETED, at a destination that %s', (_, destination, expected) => {
    const source = state({ replicationStatus: 'COMPLETED', versionId: 'v1' });
    expect(judge({ source, lifecycle: { source: [], destination } })).toMatch(new RegExp(`^${expected}`));
  });

  it.each<[string, Observation<ObjectState>, string]>([
    ['equal content', state({ versionId: 'other' }), 'proved etag'],
    ['other content', state({ raw: OTHER_MD5 }), 'unproved never-attempted'],
    ['content that cannot be compared', state({ raw: OTHER_MD5, encryption: 'sse-kms' }), 'unproved never-attempted'],
    ['nothing', absent, 'unproved never-attempted'],
  ])('but a seeded copy may be, with %s', (_, current, expected) => {
    expect(judge({ source: state(), current })).toBe(expected);
  });
});

describe('a delete marker', () => {
  it.each<[string, Partial<ArrivalFacts>, string]>([
    ['is there', { source: marker, replica: marker }, 'proved presence'],
    ['is on its way', { source: marker }, 'waiting delete marker not there yet'],
    ['is gone', { source: absent }, 'excused gone-at-the-source'],
    ['cannot be asked for', { source: denied }, 'unproved source-unreadable: access-denied'],
    ['cannot be looked for', { source: marker, replica: throttled }, 'waiting could not be looked at: throttled'],
    [
      'may be of lifecycle',
      { source: marker, lifecycle: { source: [expiring], destination: [] } },
      'unproved marker-may-be-of-lifecycle',
    ],
    [
      'may be of a lifecycle that may not be read',
      { source: marker, lifecycle: { source: undefined, destination: [] } },
      'unproved marker-may-be-of-lifecycle',
    ],
    [
      'is not of a lifecycle that expires others, or nothing',
      { source: marker, lifecycle: { source: [{ ...expiring, prefix: 'tmp/' }, noncurrent], destination: [] } },
      'waiting delete marker not there yet',
    ],
  ])('%s', (_, facts, expected) => {
    expect(judge({ deleteMarker: true, ...facts })).toBe(expected);
  });
});

describe('what follows from a key alone', () => {
  it.each<[string, boolean, readonly ReplicationRule[], string | undefined]>([
    ['logs/a', false, [rule], undefined],
    ['logs/a', false, [{ ...rule, prefix: 'tmp/' }], 'outside-every-rule'],
    ['logs/a', false, [], 'outside-every-rule'],
    ['logs/a', true, [rule], undefined],
    ['logs/a', true, [{ ...rule, deleteMarkers: false }], 'delete-markers-not-replicated'],
    ['logs/a', false, [{ ...rule, deleteMarkers: false }], undefined],
    ['logs/a', true, [rule, { ...rule, priority: 2, deleteMarkers: false }], 'delete-markers-not-replicated'],
    ['logs/a', true, [rule, { ...rule, priority: 2, tags: { a: 'b' }, deleteMarkers: false }], undefined],
    ['logs/a', true, [{ ...rule, tags: { a: 'b' }, deleteMarkers: false }], 'delete-markers-not-replicated'],
  ])('%s, delete marker: %s', (key, deleteMarker, rules, expected) => {
    expect(excuseOfKey({ key, deleteMarker, rules, destination: 'there' })).toBe(expected);
  });
});
