import { beforeEach, describe, expect, it } from 'vitest';
import { gatherReplicas, type ReplicaInquiry } from '../../src/gather/gather-replicas.ts';
import type { BucketSettings } from '../../src/model/bucket-settings.ts';
import type { ObjectLock, ObjectState, Part } from '../../src/model/facts.ts';
import type { ObjectRef } from '../../src/model/object.ts';
import { type Observation, present } from '../../src/model/observation.ts';
import type { BucketStore, ObjectStore } from '../../src/ports.ts';
import { aBudget } from '../support/deliver.ts';
import { aChecksum, aPart, OBJECT } from '../support/facts.ts';
import { aLifecycleRule, aLink, aReplica, aReplicationRule, aSource, LINK } from '../support/replicas.ts';

const ABSENT = { state: 'absent' } as const;
const DENIED = { state: 'unreadable', reason: 'access-denied' } as const;
const call = aBudget();

let calls: string[];
let states: Map<string, ObjectState>;
let parts: Map<string, readonly Part[]>;
let locks: Map<string, ObjectLock>;
let settings: Partial<BucketSettings>;
/** Of one bucket, beside those of all. */
let exceptions: Readonly<Record<string, Partial<BucketSettings>>>;
/** `<bucket> <setting>` that our role may not read. */
let hidden: Set<string>;

/** What was asked for, in order. */
function note(operation: string, { bucket, versionId = 'current' }: ObjectRef): string {
  calls.push(`${operation} ${bucket} ${versionId}`);
  return `${bucket} ${versionId}`;
}

function found<T>(value: T | undefined): Observation<T> {
  return value === undefined ? ABSENT : present(value);
}

const objects: ObjectStore = {
  head: async (object, { checksums }) => found(states.get(note(checksums ? 'head+checksums' : 'head', object))),
  parts: async (object) => found(parts.get(note('parts', object))),
  tags: async (object) => present({ of: note('tags', object) }),
  acl: async (object) => present({ owner: note('acl', object), grants: [] }),
  lock: async (object) => found(locks.get(note('lock', object))),
  read: async () => ABSENT,
};
const buckets: BucketStore = {
  async setting({ bucket }, name) {
    if (hidden.has(`${bucket} ${name}`)) return DENIED;
    const all: Partial<BucketSettings> = { ...settings, ...exceptions[bucket] };
    return found<BucketSettings[typeof name]>(all[name]);
  },
};

function gather(changes: Partial<ReplicaInquiry> = {}) {
  const inquiry = { object: OBJECT, links: [LINK], source: aSource(), everything: false, checksums: true, ...changes };
  return gatherReplicas(inquiry, { objects, buckets }, call);
}

function afresh(changes: Partial<ReplicaInquiry> = {}) {
  return gatherReplicas(
    { object: OBJECT, links: [LINK], everything: true, checksums: true, ...changes },
    { objects, buckets },
    call,
  );
}

beforeEach(() => {
  calls = [];
  parts = new Map();
  locks = new Map();
  exceptions = {};
  hidden = new Set();
  settings = { replication: { role: 'role', rules: [aReplicationRule()] }, ownership: 'BucketOwnerEnforced' };
  states = new Map([
    ['photos v1', aSource()],
    ['photos-copy v1', aReplica()],
  ]);
});

describe('a version whose source is known', () => {
  it('costs one HEAD where the replica is there', async () => {
    const { source, replicas } = await gather();
    expect(calls).toEqual(['head photos-copy v1']);
    expect(source).toEqual(present(aSource()));
    expect(replicas).toMatchObject([{ replica: present(aReplica()), rules: { state: 'present' } }]);
  });

  it('costs one HEAD with checksums where the source has some to compare with', async () => {
    await gather({ source: aSource({ checksums: [aChecksum('CRC32', 'A')] }) });
    expect(calls).toEqual(['head+checksums photos-copy v1']);
  });

  it('spends no KMS requests on checksums where nobody wants them', async () => {
    await gather({ source: aSource({ checksums: [aChecksum('CRC32', 'A')] }), checksums: false });
    expect(calls).toEqual(['head photos-copy v1']);
  });

  it('costs one HEAD for each destination', async () => {
    const other = { ...LINK, destination: { ...LINK.destination, bucket: 'photos-third' } };
    states.set('photos-third v1', aReplica());
    await gather({ links: [LINK, other] });
    expect(calls.toSorted()).toEqual(['head photos-copy v1', 'head photos-third v1']);
  });

  it('costs two in a two-way pair, where the current versions tell a conflict', async () => {
    states.set('photos current', aSource()).set('photos-copy current', aReplica());
    const { replicas } = await gather({ links: [aLink({ twoWay: true })] });
    expect(calls.toSorted()).toEqual(['head photos current', 'head photos-copy current']);
    expect(replicas[0]?.exchanged).toBeUndefined();
  });
});

describe('a replica that is not there', () => {
  beforeEach(() => {
    states.delete('photos-copy v1');
    states.set('photos v1', aSource({ replicationStatus: 'FAILED' }));
    settings = { ...settings, lifecycle: [aLifecycleRule()] };
  });

  it('is explained by the source as it is now, by what is current, and by the rules of both sides', async () => {
    states.set('photos-copy current', aSource({ versionId: 'v9' }));
    const { source, replicas } = await gather();
    expect(source).toMatchObject({ value: { replicationStatus: 'FAILED' } });
    expect(replicas).toMatchObject([
      {
        replica: ABSENT,
        current: { value: { versionId: 'v9' } },
        lifecycle: { source: { state: 'present' }, destination: { state: 'present' } },
      },
    ]);
    expect(calls.toSorted()).toEqual(['head photos-copy current', 'head photos-copy v1', 'head+checksums photos v1']);
  });

  it('asks the source once for all destinations', async () => {
    const other = { ...LINK, destination: { ...LINK.destination, bucket: 'photos-third' } };
    await gather({ links: [LINK, other] });
    expect(calls.filter((each) => each.endsWith(' photos v1'))).toHaveLength(1);
  });
});

describe('a look that asks for everything', () => {
  it('asks both sides afresh, with tags, and without ACLs where they are void', async () => {
    const { replicas } = await afresh();
    expect(calls.toSorted()).toEqual([
      'head photos-copy v1',
      'head+checksums photos v1',
      'tags photos v1',
      'tags photos-copy v1',
    ]);
    expect(replicas).toMatchObject([
      { tags: { source: { value: { of: 'photos v1' } } }, lifecycle: { source: ABSENT } },
    ]);
    expect(replicas[0]?.acl).toBeUndefined();
  });

  it('asks for nothing more where the replica is not there', async () => {
    states.delete('photos-copy v1');
    const { replicas } = await afresh();
    expect(replicas[0]).toMatchObject({ replica: ABSENT, current: ABSENT });
    expect(calls.filter((each) => !each.startsWith('head'))).toEqual([]);
  });

  it('asks for ACLs where they count', async () => {
    settings = { ...settings, ownership: 'ObjectWriter' };
    const { replicas } = await afresh();
    expect(replicas).toMatchObject([{ acl: { replica: { value: { owner: 'photos-copy v1' } } } }]);
  });

  it.each(['photos', 'photos-copy'])('asks for no ACLs where the owner of %s alone owns everything', async (bucket) => {
    settings = { ...settings, ownership: 'ObjectWriter' };
    exceptions = { [bucket]: { ownership: 'BucketOwnerEnforced' } };
    expect((await afresh()).replicas[0]?.acl).toBeUndefined();
  });

  it('asks for no ACLs where nobody may know whether they count, and says so', async () => {
    settings = { ...settings, ownership: 'ObjectWriter' };
    hidden.add('photos-copy ownership');
    expect((await afresh()).replicas[0]?.acl).toEqual({ source: DENIED, replica: DENIED });
    expect(calls.filter((each) => each.startsWith('acl'))).toEqual([]);
  });

  it('asks for a lock by name that the headers of the replica do not show', async () => {
    const lock = { mode: 'COMPLIANCE', retainUntilAt: new Date('2027-01-01T00:00:00Z') };
    states.set('photos v1', aSource({ lock })).set('photos-copy v1', aReplica());
    locks.set('photos-copy v1', lock);
    expect((await afresh()).replicas[0]?.lock).toEqual(present(lock));
    states.set('photos-copy v1', aReplica({ lock }));
    expect((await afresh()).replicas[0]?.lock).toBeUndefined();
    states.set('photos v1', aSource());
    expect((await afresh()).replicas[0]?.lock).toBeUndefined();
  });

  it('asks for no parts where records are equal, or differ whatever the layout', async () => {
    const multipart = { etag: { kind: 'multipart', hex: 'a', partCount: 10_000 } } as const;
    states.set('photos v1', aSource(multipart)).set('photos-copy v1', aReplica(multipart));
    expect((await afresh()).replicas[0]?.parts).toBeUndefined();
    states.set('photos v1', aSource({ etag: { kind: 'content-md5', hex: 'other' } }));
    states.set('photos-copy v1', aReplica());
    expect((await afresh()).replicas[0]?.parts).toBeUndefined();
    expect(calls.filter((each) => each.startsWith('parts'))).toEqual([]);
  });

  it('asks for the parts of both sides where multipart ETags differ', async () => {
    const multipart = (hex: string) => ({ etag: { kind: 'multipart', hex, partCount: 2 } }) as const;
    states.set('photos v1', aSource(multipart('a'))).set('photos-copy v1', aReplica(multipart('b')));
    parts.set('photos v1', [aPart(1, 5), aPart(2, 4)]);
    expect((await afresh()).replicas[0]).toMatchObject({ parts: { source: { state: 'present' }, replica: ABSENT } });
  });

  it('asks whether each side has the current version of the other', async () => {
    const twoWay = [aLink({ twoWay: true })];
    states.set('photos current', aSource({ versionId: 'v2' })).set('photos-copy current', aSource({ versionId: 'v3' }));
    states.set('photos v3', aReplica()).set('photos-copy v2', aReplica());
    expect((await afresh({ links: twoWay })).replicas[0]?.exchanged).toEqual(present(true));
    states.delete('photos-copy v2');
    expect((await afresh({ links: twoWay })).replicas[0]?.exchanged).toEqual(present(false));
    states.delete('photos current');
    expect((await afresh({ links: twoWay })).replicas[0]?.exchanged).toBeUndefined();
    states.set('photos current', aSource({ versionId: 'v3' }));
    expect((await afresh({ links: twoWay })).replicas[0]?.exchanged).toBeUndefined();
  });

  it('combines CRCs of parts where the layouts differ', async () => {
    const composite = (base64: string) => ({ checksums: [aChecksum('CRC32', base64, 'COMPOSITE')] });
    states.set('photos v1', aSource(composite('A'))).set('photos-copy v1', aReplica(composite('B')));
    // CRC32 of "12345" and "6789", and of "1234" and "56789": together 0xcbf43926 in both cases.
    const crc = (text: string): string => CRC32_OF[text] ?? '';
    parts.set('photos v1', [
      aPart(1, 5, aChecksum('CRC32', crc('12345'))),
      aPart(2, 4, aChecksum('CRC32', crc('6789'))),
    ]);
    parts.set('photos-copy v1', [
      aPart(1, 4, aChecksum('CRC32', crc('1234'))),
      aPart(2, 5, aChecksum('CRC32', crc('56789'))),
    ]);
    const { replicas } = await afresh();
    const whole = [aChecksum('CRC32', 'y/Q5Jg==')];
    expect(replicas[0]?.combined).toEqual({ source: whole, replica: whole });
  });

  it('combines nothing where a part has no checksum, or the parts cannot be seen', async () => {
    const composites = (base64: string) => ({
      checksums: [aChecksum('CRC32', base64, 'COMPOSITE'), aChecksum('SHA256', base64, 'COMPOSITE')],
    });
    states.set('photos v1', aSource(composites('A'))).set('photos-copy v1', aReplica(composites('B')));
    parts.set('photos v1', [aPart(1, 5), aPart(2, 4)]);
    expect((await afresh()).replicas[0]?.combined).toEqual({ source: [], replica: [] });
  });
});

/** As zlib computes them. */
const CRC32_OF: Readonly<Record<string, string>> = {
  '12345': 'y/U6HA==',
  '6789': 'nbq/hw==',
  '1234': 'm+Pgow==',
  '56789': 'Ex2gcA==',
};
