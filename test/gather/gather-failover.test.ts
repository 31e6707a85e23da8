import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../../src/errors.ts';
import { gatherManifest } from '../../src/gather/gather-manifest.ts';
import { findLateArrivals } from '../../src/gather/late-arrivals.ts';
import { isEffective } from '../../src/gather/prove-effect.ts';
import { linksBehind, bucketsBehind, observedFrom, observedIn } from '../../src/model/mrap.ts';
import { linkId } from '../../src/model/link.ts';
import { MANIFEST_LINES } from '../../src/model/manifest.ts';
import { type Observation, present } from '../../src/model/observation.ts';
import type { PendingVersion } from '../../src/model/pending.ts';
import type { ListedVersion, MrapAnswer } from '../../src/ports.ts';
import { aState } from '../support/facts.ts';
import { AT, ago, EAST, minutes, route, WEST, WITNESS } from '../support/routing.ts';
import { createSteeringWorld } from '../support/steering-world.ts';

const call = { signal: new AbortController().signal };
const { config } = createSteeringWorld();
const [mrap] = config.mraps;
if (mrap === undefined) throw new Error('expected an access point');
const links = linksBehind(config, mrap);
const link = linkId(links[0] as (typeof links)[number]);
const out = new HoldfastError('unavailable', 'PendingList.query', 'it is out');

const pending = (count: number): readonly PendingVersion[] =>
  Array.from({ length: count }, (_, index) => ({
    link,
    object: { bucket: 'orders-us-east-1', region: EAST, key: 'a+%é😀', versionId: `v${index}` },
    createdAt: AT,
    sizeBytes: 7,
  }));

describe('what is behind an access point', () => {
  it('are the buckets of its pairs, one for each Region, and what is replicated between them', () => {
    expect(bucketsBehind(config, mrap).map(({ region }) => region)).toEqual([EAST, WEST]);
    expect(links.map((each) => linkId(each))).toEqual([
      'orders/orders-us-east-1/orders-eu-west-1',
      'orders/orders-eu-west-1/orders-us-east-1',
    ]);
    expect(linksBehind(config, { pairs: [] })).toEqual([]);
  });

  it('is watched from its observers, unless nobody wants failover', () => {
    const off = { ...config, mraps: [{ ...mrap, failover: { ...mrap.failover, mode: 'off' as const } }] };
    expect(observedFrom(config, WITNESS)).toEqual([mrap]);
    expect(observedFrom(config, 'sa-east-1')).toEqual([]);
    expect(observedFrom(off, WITNESS)).toEqual([]);
    expect(observedIn(config, EAST).map(({ bucket }) => bucket)).toEqual(['orders-us-east-1']);
    expect(observedIn(config, WITNESS)).toEqual([]);
    expect(observedIn(off, EAST)).toEqual([]);
  });
});

describe('a manifest', () => {
  const listing = (versions: readonly PendingVersion[] | HoldfastError) => () => ({
    async *list(id: string) {
      if (versions instanceof HoldfastError) throw versions;
      yield* versions.filter((version) => version.link === id);
    },
  });
  const question = { change: { mrap: 'orders', id: '00000001' }, links, risk: { versions: 3 } };
  const clock = { now: () => AT };

  it.each([
    [3, 3, false],
    [MANIFEST_LINES, MANIFEST_LINES, false],
    [MANIFEST_LINES + 1, MANIFEST_LINES, true],
  ])('of %d versions lists %d', async (count, listed, truncated) => {
    const manifest = await gatherManifest(question, { clock, pendingIn: listing(pending(count)) }, call);
    expect(manifest.versions).toHaveLength(listed);
    expect(manifest).toMatchObject({ change: '00000001', asOf: AT, truncated, unread: [], risk: { versions: 3 } });
  });

  it('names the lists that could not be read', async () => {
    const manifest = await gatherManifest(question, { clock, pendingIn: listing(out) }, call);
    expect(manifest.unread).toEqual(links.map((each) => ({ link: linkId(each), reason: 'it is out' })));
  });
});

describe('a late arrival', () => {
  const [version] = pending(1);
  const listed = (versionId: string, key: string, minutesAgo: number): ListedVersion => ({
    object: { bucket: 'orders-eu-west-1', region: WEST, key, versionId },
    isLatest: versionId === 'v0',
    sizeBytes: 7,
    etag: 'e',
    lastModifiedAt: ago(minutes(minutesAgo)),
  });
  const current = (versionId: string): Observation<ReturnType<typeof aState>> =>
    present(aState({ versionId, lastModifiedAt: ago(minutes(30)) }));
  const key = 'a+%é😀';

  it.each([
    [
      'is current, and hides a newer write',
      current('v0'),
      [listed('v0', key, 30), listed('old', key, 60), listed('new', key, 5)],
      ['new'],
    ],
    ['is current, and nothing newer is there', current('v0'), [listed('v0', key, 30), listed('old', key, 60)], []],
    [
      'is current, and only a longer key is newer',
      current('v0'),
      [listed('v0', key, 30), listed('new', `${key}/`, 5)],
      [],
    ],
    ['is not current', current('new'), [listed('new', key, 5), listed('v0', key, 30)], []],
    ['has not come', { state: 'absent' } as const, [], []],
  ])('%s', async (_, head, versions, hidden) => {
    const ports = {
      objects: { head: async () => head },
      versions: {
        async *list() {
          yield* versions;
        },
      },
    };
    const found = await findLateArrivals(version === undefined ? [] : [version], links, ports, call);
    expect(found.map((each) => each.hidden.versionId)).toEqual(hidden);
    expect(found.every(({ object }) => object.bucket === 'orders-eu-west-1')).toBe(true);
  });

  it('that cannot be looked at, or is of no link any more, is left', async () => {
    const failing = { head: async () => Promise.reject(out) };
    const ports = { objects: failing, versions: { async *list() {} } };
    expect(await findLateArrivals(pending(2), links, ports, call)).toEqual([]);
    expect(await findLateArrivals(pending(2), [], ports, call)).toEqual([]);
  });
});

describe('the effect of a change', () => {
  const to = [route(EAST, 0), route(WEST, 100)];
  const itself: Observation<MrapAnswer> = present({ etag: 'e', text: 't' });
  const replica: Observation<MrapAnswer> = present({ etag: 'e', text: 't', replicationStatus: 'REPLICA' });
  const gone: Observation<MrapAnswer> = { state: 'absent' };

  it.each([
    ['every read is answered by the bucket itself', [itself, itself, itself], true],
    [
      'the bucket has replicated its canary',
      [present({ etag: 'e', text: 't', replicationStatus: 'COMPLETED' as const }), itself, itself],
      true,
    ],
    ['one read is answered by another bucket', [itself, itself, replica], false],
    ['one read is answered by a bucket without it', [itself, gone], false],
    ['one read is answered by nobody', [itself, out], false],
  ])('is proved or not: %s', async (_, answers, expected) => {
    const keys: string[] = [];
    const reader = {
      read: async (_arn: string, key: string) => {
        const answer = answers[keys.push(key) - 1];
        if (answer === undefined || answer instanceof HoldfastError)
          throw answer ?? new Error('expected no further read');
        return answer;
      },
    };
    expect(await isEffective({ arn: 'arn', to, times: 3 }, { reader }, call)).toBe(expected);
    expect(new Set(keys)).toEqual(new Set(['holdfast-canary/probe/orders-eu-west-1/plain']));
  });

  it('is proved by any of several active buckets', async () => {
    const reader = { read: async (_arn: string, key: string) => (key.includes(WEST) ? itself : replica) };
    const both = [route(EAST, 100), route(WEST, 100)];
    expect(await isEffective({ arn: 'arn', to: both, times: 3 }, { reader }, call)).toBe(true);
  });
});
