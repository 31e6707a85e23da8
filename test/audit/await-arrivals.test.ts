import { beforeEach, describe, expect, it } from 'vitest';
import { createArrivals, type Arrivals, type ArrivalOptions, type Barrier } from '../../src/audit/await-arrivals.ts';
import { sumUp } from '../../src/audit/arrival-tally.ts';
import type { ReplicationRule } from '../../src/model/bucket-settings.ts';
import { parseETag } from '../../src/model/etag.ts';
import type { ObjectState } from '../../src/model/facts.ts';
import type { Link } from '../../src/model/link.ts';
import type { ObjectRef } from '../../src/model/object.ts';
import { type Observation, present } from '../../src/model/observation.ts';
import { compareKeys } from '../../src/model/version-order.ts';
import type { ListedVersion, ObjectStore, VersionLister } from '../../src/ports.ts';

const T0 = new Date('2026-11-01T00:00:00Z');
const BEFORE = new Date('2026-11-01T12:00:00.400Z');
const call = { signal: AbortSignal.timeout(5_000) };
const account = '111122223333';

type Side = 'source' | 'destination';
const BUCKETS = {
  source: { bucket: 'here', region: 'us-east-1', account, kmsKeys: [] },
  destination: { bucket: 'there', region: 'eu-west-1', account, kmsKeys: [] },
} as const;

const rule: ReplicationRule = {
  id: 'all',
  enabled: true,
  priority: 1,
  prefix: '',
  tags: {},
  deleteMarkers: true,
  kmsObjects: true,
  replicaModifications: false,
  destinationBucket: 'there',
  ownerOverride: false,
  metrics: true,
  timeControl: false,
};

interface Stored {
  readonly listed: ListedVersion;
  seen: Observation<ObjectState>;
}

let stored: Record<Side, Stored[]>;
let heads: string[];
let asked: string[];
let settled: string[];

beforeEach(() => {
  stored = { source: [], destination: [] };
  heads = [];
  asked = [];
  settled = [];
});

type Plan = Partial<ObjectState> & { readonly raw?: string; readonly marker?: true };

function put(
  side: Side,
  key: string,
  { raw = 'd41d8cd98f00b204e9800998ecf8427e', marker, ...plan }: Plan = {},
): Stored {
  const { bucket, region } = BUCKETS[side];
  const { versionId = 'v1', sizeBytes = 10, encryption = 'sse-s3', lastModifiedAt = T0 } = plan;
  const kept: Stored = {
    listed: {
      object: { bucket, region, key, versionId },
      isLatest: true,
      sizeBytes: marker ? 0 : sizeBytes,
      etag: marker ? '' : raw,
      lastModifiedAt,
      ...(marker ? { deleteMarker: true } : {}),
    },
    seen: marker
      ? { state: 'absent', deleteMarker: true }
      : present({
          versionId,
          sizeBytes,
          encryption,
          lastModifiedAt,
          etag: parseETag(raw, encryption),
          checksums: [],
          storageClass: 'STANDARD',
          metadata: {},
          ...plan,
        }),
  };
  stored[side].push(kept);
  return kept;
}

const versions: VersionLister = {
  async *list({ bucket, prefix }) {
    const side = bucket === 'here' ? stored.source : stored.destination;
    const sorted = side.map(({ listed }) => listed).toSorted((a, b) => compareKeys(a.object.key, b.object.key));
    yield* sorted.filter(({ object }) => object.key.startsWith(prefix));
  },
};

function find({ bucket, key, versionId }: ObjectRef): Observation<ObjectState> {
  const side = bucket === 'here' ? stored.source : stored.destination;
  const found = side.find(
    ({ listed: { object } }) => object.key === key && (versionId ?? object.versionId) === object.versionId,
  );
  return found?.seen ?? { state: 'absent' };
}

const objects = {
  head: async (object, { checksums }) => {
    heads.push(`${object.bucket} ${object.key}${checksums ? ' with checksums' : ''}`);
    return find(object);
  },
  tags: async ({ key }) => {
    asked.push(`tags ${key}`);
    return present({ class: 'b' });
  },
  parts: async ({ bucket }) => {
    asked.push(`parts ${bucket}`);
    return present([{ partNumber: 1, sizeBytes: bucket === 'here' ? 10 : 5, checksums: [] }]);
  },
} satisfies Partial<ObjectStore> as unknown as ObjectStore;

const tolerance = {
  storageClass: 'same',
  encryption: 'same',
  kmsKey: 'any',
  owner: 'same',
  deleteMarkers: 'same',
  lifecycle: 'same',
} as const;
const policy = {
  twoWay: false,
  followUp: 'every',
  match: 'version',
  lookAfterMs: [60_000],
  expect: tolerance,
} as const;
const link: Link = { pair: 'p', ...BUCKETS, back: false, policy };

function wait(change: Partial<Barrier> = {}, options: Partial<ArrivalOptions> = {}): Arrivals {
  const barrier: Barrier = {
    link,
    rules: [rule],
    lifecycle: { source: [], destination: [] },
    prefix: '',
    before: BEFORE,
    ...change,
  };
  return createArrivals(
    barrier,
    { versions, objects, clock: { now: () => BEFORE } },
    {
      concurrency: 4,
      onSettled: ({ version, arrival }) => void settled.push(`${arrival.state} ${version.object.key}`),
      onProgress: () => undefined,
      stop: () => false,
      ...options,
    },
  );
}

describe('the arrival of versions', () => {
  it('is proved by the listings alone where they show the same', async () => {
    for (const key of ['a+b', '～', '😀']) for (const side of ['source', 'destination'] as const) put(side, key);
    put('source', 'gone', { marker: true });
    put('destination', 'gone', { marker: true });
    put('destination', 'only there');
    const arrivals = wait();
    await arrivals.list(call);
    expect([arrivals.isListed(), arrivals.listed(), heads, settled]).toEqual([true, 4, [], []]);
    expect(Object.fromEntries(arrivals.tally.bases)).toEqual({ etag: 3, presence: 1 });
  });

  it('is looked at again until it is there', async () => {
    put('source', 'late', { replicationStatus: 'PENDING' });
    const arrivals = wait();
    await arrivals.list(call);
    expect(sumUp(arrivals.waiting().values())).toMatchObject({
      versions: 1,
      bytes: 10,
      reasons: new Map([['PENDING', 1]]),
    });
    await arrivals.lookAgain(call);
    expect(arrivals.waiting().size).toBe(1);
    put('destination', 'late');
    await arrivals.lookAgain(call);
    expect([arrivals.waiting().size, arrivals.tally.outcomes.proved.versions, settled]).toEqual([0, 1, []]);
  });

  it('is not denied after one look at a version that S3 calls completed', async () => {
    const lost = put('source', 'lost', { replicationStatus: 'COMPLETED' });
    const completed = lost.seen;
    const arrivals = wait();
    await arrivals.list(call);
    expect(heads).toEqual(['there lost', 'here lost', 'there lost']);
    expect([settled, arrivals.waiting().size]).toEqual([[], 1]);
    lost.seen = { state: 'unreadable', reason: 'throttled' };
    await arrivals.lookAgain(call);
    lost.seen = completed;
    await arrivals.lookAgain(call);
    expect(settled).toEqual([]); // the throttled look in between was no second look
    await arrivals.lookAgain(call);
    expect(settled).toEqual(['missing lost']);
  });

  it('leaves out what is later, and what is nobody’s data', async () => {
    put('source', 'later', { lastModifiedAt: new Date('2026-11-01T12:00:01.001Z') });
    put('source', 'in the last second', {
      lastModifiedAt: new Date('2026-11-01T12:00:01Z'),
      replicationStatus: 'FAILED',
    });
    put('source', 'canary/a', { replicationStatus: 'FAILED' });
    const arrivals = wait({ leaveOut: 'canary/' });
    await arrivals.list(call);
    expect(settled).toEqual(['failed in the last second']);
  });

  it('asks for nothing where the key says enough', async () => {
    put('source', 'out');
    put('source', 'in/marker', { marker: true });
    const rules = [{ ...rule, prefix: 'in/', deleteMarkers: false }];
    await wait({ rules }).list(call);
    expect([heads, settled]).toEqual([[], ['excused in/marker', 'excused out']]);
  });

  it('excuses delete markers where the configuration does', async () => {
    put('source', 'marker', { marker: true });
    const expected = { ...tolerance, deleteMarkers: 'any' } as const;
    await wait({ link: { ...link, policy: { ...policy, expect: expected } } }).list(call);
    expect([heads, settled]).toEqual([[], ['excused marker']]);
  });

  it('asks for tags only where they decide', async () => {
    put('source', 'tagged');
    put('source', 'pending', { replicationStatus: 'PENDING' });
    await wait({ rules: [{ ...rule, tags: { class: 'a' } }] }).list(call);
    expect([asked, settled]).toEqual([['tags tagged'], ['excused tagged']]);
  });

  it('asks for checksums and parts only where the records differ', async () => {
    const raw = '900150983cd24fb0d6963f7d28e17f72';
    put('source', 'kms');
    put('destination', 'kms', { raw, encryption: 'sse-kms' });
    put('source', 'parts', { raw: `${raw}-1` });
    put('destination', 'parts', { raw: `${raw}-2` });
    put('source', 'other');
    put('destination', 'other', { raw });
    const arrivals = wait();
    await arrivals.list(call);
    expect(settled).toEqual(['differs other']);
    expect(Object.fromEntries(arrivals.tally.bases)).toEqual({ size: 2 });
    expect(heads.filter((head) => head.endsWith('with checksums'))).toHaveLength(6);
    expect(asked.toSorted()).toEqual(['parts here', 'parts here', 'parts there', 'parts there']);
  });

  it('takes a seeded copy where the pair matches by content', async () => {
    put('source', 'seeded');
    put('destination', 'seeded', { versionId: 'copy' });
    const arrivals = wait({ link: { ...link, policy: { ...policy, match: 'content' } } });
    await arrivals.list(call);
    expect([settled, Object.fromEntries(arrivals.tally.bases)]).toEqual([[], { etag: 1 }]);
    await wait().list(call);
    expect(settled).toEqual(['unproved seeded']);
  });

  it('holds no more than it may, and goes on with the listing when something has arrived', async () => {
    for (let index = 0; index < 50; index += 1)
      put('source', `k${String(index).padStart(2, '0')}`, { replicationStatus: 'PENDING' });
    const arrivals = wait({}, { mostWaiting: 8 });
    let most = 0;
    for (let round = 0; round < 200 && !(arrivals.isListed() && arrivals.waiting().size === 0); round += 1) {
      await arrivals.list(call);
      most = Math.max(most, arrivals.waiting().size);
      const [oldest] = arrivals.waiting().values();
      if (oldest !== undefined) put('destination', oldest.version.object.key);
      await arrivals.lookAgain(call);
    }
    expect([most, arrivals.listed(), arrivals.tally.outcomes.proved.versions]).toEqual([8, 50, 50]);
    await arrivals.close();
  });

  it('stops when it is told to, and gives the listings back', async () => {
    for (const key of ['a', 'b', 'c']) put('source', key, { replicationStatus: 'FAILED' });
    const arrivals = wait({}, { concurrency: 1, stop: () => settled.length > 0 });
    await arrivals.list(call);
    await arrivals.lookAgain(call);
    await arrivals.close();
    expect([settled, arrivals.isListed()]).toEqual([['failed a'], false]);
    await wait().close(); // nothing was listed
  });
});
