import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/model/action.ts';
import { CANARY_PREFIX } from '../../src/model/canary.ts';
import type { ObjectEvent } from '../../src/model/event.ts';
import type { ObjectFacts, ObjectState, ReplicaFacts } from '../../src/model/facts.ts';
import type { Finding } from '../../src/model/finding.ts';
import { type Link, linkId } from '../../src/model/link.ts';
import { firstLook, type FollowUp, type Look } from '../../src/model/look.ts';
import { type Observation, present, type UnreadableReason } from '../../src/model/observation.ts';
import { followUps, linksToFollow, SAMPLED_ONE_IN } from '../../src/policy/follow-up.ts';
import { ABSENT, aFinding, anEvent, aState, OBJECT, someFacts } from '../support/facts.ts';
import { aBucket, aLink, aReplica, EXPECT, linksOfPair, LOOK_AFTER_MS, MINUTE_MS } from '../support/pairs.ts';

const EVENT = anEvent();
const LINK = aLink();
const ID = linkId(LINK);
const SOURCE = aState({ replicationStatus: 'PENDING' });
const TO = { region: 'us-east-1', account: '111122223333' };
const NAMED = { link: ID, object: OBJECT, createdAt: EVENT.eventAt };

const afterMs = (ms: number): Date => new Date(EVENT.eventAt.getTime() + ms);
const looksIn = (actions: readonly Action[]): readonly Look[] =>
  actions.flatMap((action) => (action.kind === 'look' ? [action.look] : []));
const ofLink = (code: Finding['code'], changes: Partial<Finding> = {}): Finding => {
  const { basis: _, ...finding } = aFinding({ code, evidence: { link: ID }, ...changes });
  return finding;
};

/** What the first look at a version begins. */
function begun(links: readonly Link[], facts: Partial<ObjectFacts> = {}, look: Partial<Look> = {}): readonly Look[] {
  const event = facts.event ?? EVENT;
  const actions = followUps({
    look: { ...firstLook(event), ...look },
    facts: someFacts({ source: present(SOURCE), ...facts, event }),
    findings: [],
    links,
    bulk: new Set(),
    now: afterMs(1_000),
  });
  return looksIn(actions);
}

describe('the first look at a version', () => {
  it('begins a chain that knows the source as it was seen', () => {
    expect(begun([LINK])).toEqual([
      {
        event: EVENT,
        reach: 'recorded',
        purpose: 'follow-up',
        attempt: 0,
        dueAt: afterMs(MINUTE_MS),
        follow: { links: [ID], step: 0, source: SOURCE },
      },
    ]);
  });

  it('counts ages from the event, however long the upload took', () => {
    const source = present(aState({ lastModifiedAt: new Date('2026-10-01T00:00:00Z') }));
    expect(begun([LINK], { source })[0]?.dueAt).toEqual(afterMs(MINUTE_MS));
  });

  it('begins one chain for each pair, with all its destinations', () => {
    const destinations = [aBucket('photos-copy', 'us-east-1'), aBucket('photos-third', 'us-west-2')];
    const links = [...linksOfPair({ destinations }), aLink({ name: 'archive', lookAfterMs: [5_000] })];
    expect(begun(links).map(({ follow, dueAt }) => [follow?.links, dueAt])).toEqual([
      [['photos/photos/photos-copy', 'photos/photos/photos-third'], afterMs(MINUTE_MS)],
      [['archive/photos/photos-copy'], afterMs(5_000)],
    ]);
  });

  it('names the version that it found where the event did not', () => {
    const { versionId: _, ...object } = OBJECT;
    expect(begun([LINK], { event: anEvent({ object }) })[0]?.event.object).toEqual(OBJECT);
  });

  it.each<[string, Observation<ObjectState>]>([
    ['throttled', { state: 'unreadable', reason: 'throttled' }],
    ['denied', { state: 'unreadable', reason: 'access-denied' }],
  ])('begins a chain that asks again where the source is %s', (_, source) => {
    expect(begun([LINK], { source })[0]?.follow).toEqual({ links: [ID], step: 0 });
  });

  it.each(['delete-marker-created', 'tags-changed', 'acl-changed', 'retention-changed'] as const)(
    'begins a chain that asks both sides after %s',
    (kind) => {
      const { source: _, ...facts } = someFacts({ event: anEvent({ kind }) });
      const [look] = looksIn(
        followUps({
          look: firstLook(facts.event),
          facts,
          findings: [],
          links: [LINK],
          bulk: new Set(),
          now: afterMs(0),
        }),
      );
      expect(look?.follow).toEqual({ links: [ID], step: 0 });
    },
  );

  const { versionId: _, ...UNVERSIONED } = OBJECT;
  const { versionId: _unused, ...UNVERSIONED_STATE } = SOURCE;
  it.each<[string, readonly Link[], Partial<ObjectFacts>, Partial<Look>]>([
    ['there is no destination', [], {}, {}],
    ['the version is a replica', [LINK], { source: present(aState({ replicationStatus: 'REPLICA' })) }, {}],
    ['the version is gone', [LINK], { source: ABSENT }, {}],
    ['nothing was looked at', [LINK], { event: anEvent({ kind: 'created' }), source: ABSENT }, {}],
    ['content was read', [LINK], {}, { reach: 'content' }],
    ['it is a retry: the first look has begun it', [LINK], {}, { purpose: 'retry' }],
    ['only failures count', [aLink({ followUp: 'failures-only' })], {}, {}],
    [
      'the bucket has no versions',
      [LINK],
      { event: anEvent({ object: UNVERSIONED }), source: present(UNVERSIONED_STATE) },
      {},
    ],
    [
      'a version that nobody names cannot be seen',
      [LINK],
      { event: anEvent({ object: UNVERSIONED }), source: { state: 'unreadable', reason: 'throttled' } },
      {},
    ],
    ['the content is another by now', [LINK], { source: { state: 'unreadable', reason: 'overwritten-meanwhile' } }, {}],
    ['the version went meanwhile', [LINK], { source: { state: 'unreadable', reason: 'deleted-meanwhile' } }, {}],
    ['it was restored', [LINK], { event: anEvent({ kind: 'restore-completed' }) }, {}],
    ['a version was removed', [LINK], { event: anEvent({ kind: 'version-removed' }) }, {}],
    ['S3 reports a failure itself', [LINK], { event: anEvent({ kind: 'replication-failed' }) }, {}],
    [
      'tags of a key without versions change',
      [LINK],
      { event: anEvent({ kind: 'tags-changed', object: UNVERSIONED }) },
      {},
    ],
    ['it is a canary', [LINK], { event: anEvent({ object: { ...OBJECT, key: `${CANARY_PREFIX}a` } }) }, {}],
    [
      'markers need not arrive',
      [aLink({ expect: { ...EXPECT, deleteMarkers: 'any' } })],
      { event: anEvent({ kind: 'delete-marker-created' }) },
      {},
    ],
    ['no age is configured', [aLink({ lookAfterMs: [] })], {}, {}],
  ])('begins nothing where %s', (_title, links, facts, look) => {
    expect(begun(links, facts, look)).toEqual([]);
  });

  it('begins a chain for one of many where a sample is asked for, the same one each time', () => {
    const sampled = [aLink({ followUp: 'sampled' })];
    const versions = Array.from({ length: 3_200 }, (_each, index) => ({ ...OBJECT, versionId: `v${index}` }));
    const followed = () => versions.filter((object) => begun(sampled, { event: anEvent({ object }) }).length > 0);
    expect(followed().length / versions.length).toBeCloseTo(1 / SAMPLED_ONE_IN, 2);
    expect(followed()).toEqual(followed());
  });

  it('takes the key for a sample while nobody has named the version', () => {
    const sampled = [aLink({ followUp: 'sampled' })];
    const keys = Array.from({ length: 200 }, (_each, index) => ({ ...UNVERSIONED, key: `a+b/${index}` }));
    const followed = keys.filter((object) => linksToFollow(anEvent({ object }), sampled).length > 0).length;
    expect(followed).toBeGreaterThan(0);
    expect(followed).toBeLessThan(40);
  });
});

interface Seen {
  readonly replica?: Partial<ReplicaFacts>;
  readonly source?: Observation<ObjectState>;
  readonly findings?: readonly Finding[];
  readonly follow?: Partial<FollowUp>;
  readonly event?: ObjectEvent;
  readonly links?: readonly Link[];
  readonly bulk?: readonly string[];
  readonly last?: boolean;
  readonly at?: number;
}

/** What comes after a look of a chain. */
function after(seen: Seen): readonly Action[] {
  const { event = EVENT, links = [LINK], follow = {}, last = false, at = MINUTE_MS } = seen;
  const step = follow.step ?? 0;
  const look: Look = {
    event,
    reach: 'recorded',
    purpose: 'follow-up',
    attempt: step,
    follow: { links: links.map(linkId), step, ...follow },
  };
  const bulk = new Set(seen.bulk);
  const facts = someFacts({
    event,
    reach: 'recorded',
    source: seen.source ?? present(SOURCE),
    replicas: links.filter((link) => !bulk.has(linkId(link))).map((link) => aReplica({ link, ...seen.replica })),
    due: { ageMs: at, last },
  });
  return followUps({ look, facts, findings: seen.findings ?? [], links, bulk, now: afterMs(at) });
}

/** What is done, in short: `look 1`, `tell pending`, `tell settled`. */
function inShort(actions: readonly Action[]): readonly string[] {
  return actions.map((action) => {
    if (action.kind === 'look') return `look ${action.look.follow?.step}`;
    return action.kind === 'tell-peer' ? `tell ${action.message.kind}` : action.kind;
  });
}

const MISSING = { replica: ABSENT };
const MARKER: Observation<never> = { state: 'absent', deleteMarker: true };
const unreadable = (reason: UnreadableReason): Observation<never> => ({ state: 'unreadable', reason });
const of = (replicationStatus: ObjectState['replicationStatus']): Observation<ObjectState> =>
  present(aState(replicationStatus === undefined ? {} : { replicationStatus }));
const TOLD = { told: [ID] };
const TAGS = anEvent({ kind: 'tags-changed' });
const DELETED = anEvent({ kind: 'delete-marker-created' });
const rule = (changes: object) => ({
  rules: present({
    role: 'arn',
    rules: [
      {
        id: 'all',
        enabled: true,
        priority: 0,
        prefix: '',
        tags: {},
        deleteMarkers: true,
        kmsObjects: false,
        replicaModifications: false,
        destinationBucket: 'photos-copy',
        ownerOverride: false,
        metrics: true,
        timeControl: false,
        ...changes,
      },
    ],
  }),
});

describe('a later look', () => {
  it.each<[string, Seen, readonly string[]]>([
    ['ends where the replica is there', {}, []],
    ['ends where S3 completed and no check misses the replica', { replica: MISSING, source: of('COMPLETED') }, []],
    ['ends where no rule selects the version', { replica: MISSING, source: of(undefined) }, []],
    ['ends where the version is gone at the source', { replica: MISSING, source: ABSENT }, []],
    ['ends where the source turns out to be a replica', { replica: MISSING, source: of('REPLICA') }, []],
    ['ends where the replica cannot be looked at', { replica: { replica: unreadable('access-denied') } }, []],
    [
      'ends where the content is there under another version',
      {
        replica: MISSING,
        findings: [ofLink('replica-under-other-version')],
      },
      [],
    ],
    ['ends where equal content was found', { replica: MISSING, findings: [ofLink('replica-matches')] }, []],
    ['goes on while S3 is at it', { replica: MISSING }, ['tell pending', 'look 1']],
    [
      'goes on while it cannot be known who failed',
      { replica: MISSING, source: of('FAILED') },
      ['tell pending', 'look 1'],
    ],
    [
      'goes on while the source cannot be asked',
      { replica: MISSING, source: unreadable('throttled') },
      ['tell pending', 'look 1'],
    ],
    [
      'goes on where the replica was out of reach for hours',
      { replica: { replica: unreadable('throttled') } },
      ['tell pending', 'look 1'],
    ],
    [
      'ends where this destination failed, and the version stays missed',
      {
        replica: MISSING,
        source: of('FAILED'),
        findings: [ofLink('replication-failed')],
      },
      ['tell pending'],
    ],
    [
      'ends where the replica is missing, and the version stays missed',
      {
        replica: MISSING,
        source: of('COMPLETED'),
        findings: [ofLink('replica-missing')],
      },
      ['tell pending'],
    ],
    [
      'takes no finding about another destination for its own',
      {
        replica: MISSING,
        source: of('FAILED'),
        findings: [ofLink('replication-failed', { evidence: { link: 'photos/photos/other' } })],
      },
      ['tell pending', 'look 1'],
    ],
    ['ends after the last age', { replica: MISSING, follow: { step: 6, ...TOLD }, last: true }, []],
    ['leaves out ages that have passed', { replica: MISSING, at: 120 * MINUTE_MS }, ['tell pending', 'look 4']],
    ['never leaves out the last age', { replica: MISSING, at: 9_999 * MINUTE_MS }, ['tell pending', 'look 6']],
    ['tells once', { replica: MISSING, follow: TOLD }, ['look 1']],
    ['tells when the replica is there', { follow: TOLD }, ['tell settled']],
    [
      'tells when the version is gone at the source',
      { replica: MISSING, source: ABSENT, follow: TOLD },
      ['tell settled'],
    ],
    ['tells nothing where nobody can know', { replica: { replica: unreadable('access-denied') }, follow: TOLD }, []],
    ['leaves the version to the list in bulk', { bulk: [ID] }, ['tell pending']],
    ['leaves the version to the list in bulk, which knows it', { bulk: [ID], follow: TOLD }, []],
    ['asks again where tags may still arrive', { findings: [ofLink('replica-tags-differ')] }, ['look 1']],
    [
      'does not ask again for tags after the last age',
      {
        findings: [ofLink('replica-tags-differ')],
        follow: { step: 6 },
        last: true,
      },
      [],
    ],
    ['ends where tags are equal', { event: TAGS }, []],
    ['tells nobody about tags', { event: TAGS, replica: MISSING }, ['look 1']],
    ['tells nobody about tags in bulk', { event: TAGS, bulk: [ID] }, []],
    ['ends where the marker is there', { event: DELETED, source: MARKER, replica: { replica: MARKER } }, []],
    [
      'goes on while the marker is missing',
      { event: DELETED, source: MARKER, replica: MISSING },
      ['tell pending', 'look 1'],
    ],
    [
      'goes on while a rule sends markers',
      { event: DELETED, source: MARKER, replica: { ...MISSING, ...rule({}) } },
      ['tell pending', 'look 1'],
    ],
    [
      'goes on where rules cannot be read',
      {
        event: DELETED,
        source: MARKER,
        replica: { ...MISSING, rules: unreadable('access-denied') },
      },
      ['tell pending', 'look 1'],
    ],
    ['ends where there is no rule', { event: DELETED, source: MARKER, replica: { ...MISSING, rules: ABSENT } }, []],
    ...[{ deleteMarkers: false }, { enabled: false }, { destinationBucket: 'other' }, { prefix: 'other/' }].map(
      (changes): [string, Seen, readonly string[]] => [
        `ends where no rule sends markers: ${JSON.stringify(changes)}`,
        { event: DELETED, source: MARKER, replica: { ...MISSING, ...rule(changes) } },
        [],
      ],
    ),
    [
      'ends where nobody can know whether it had to be there',
      {
        replica: MISSING,
        source: of('COMPLETED'),
        findings: [ofLink('replica-missing', { verdict: 'unverifiable' })],
        follow: TOLD,
      },
      [],
    ],
    [
      'lists no marker of a two-way pair, whose origin nobody knows',
      {
        event: DELETED,
        source: MARKER,
        replica: MISSING,
        links: [aLink({ twoWay: true })],
      },
      ['look 1'],
    ],
    ['ends where the marker was removed', { event: DELETED, source: ABSENT, replica: MISSING }, []],
  ])('%s', (_title, seen, expected) => {
    expect(inShort(after(seen))).toEqual(expected);
  });

  it('goes on over the links that are not settled, with the source as it is now', () => {
    const links = linksOfPair({ destinations: [aBucket('a', 'us-east-1'), aBucket('b', 'us-west-2')] });
    const look: Look = {
      event: EVENT,
      reach: 'recorded',
      purpose: 'confirm',
      attempt: 0,
      follow: { links: links.map(linkId), step: 0 },
    };
    const [first, second] = links.map((link) => aReplica({ link }));
    if (first === undefined || second === undefined) throw new Error('two links');
    const facts = someFacts({ source: present(SOURCE), replicas: [first, { ...second, replica: ABSENT }] });
    const actions = followUps({ look, facts, findings: [], links, bulk: new Set(), now: afterMs(MINUTE_MS) });
    const waiting = 'photos/photos/b';
    expect(actions).toEqual([
      {
        kind: 'tell-peer',
        to: { region: 'us-west-2', account: '111122223333' },
        message: { kind: 'pending', version: { ...NAMED, link: waiting, sizeBytes: 10 } },
      },
      {
        kind: 'look',
        look: {
          event: EVENT,
          reach: 'recorded',
          purpose: 'follow-up',
          attempt: 1,
          dueAt: afterMs(5 * MINUTE_MS),
          follow: { links: [waiting], step: 1, source: SOURCE, told: [waiting] },
        },
      },
    ]);
  });

  it('asks for tags afresh when they may still arrive', () => {
    const [look] = looksIn(after({ findings: [ofLink('replica-tags-differ')], follow: { source: SOURCE } }));
    expect(look?.follow).toEqual({ links: [ID], step: 1 });
  });

  it('needs no queue where both buckets belong to one stack', () => {
    const link = aLink({ destinations: [aBucket('photos-copy', OBJECT.region)] });
    const id = linkId(link);
    const event = anEvent({ sizeBytes: 7 });
    const pending = after({ event, links: [link], replica: MISSING, source: unreadable('throttled') });
    expect(pending[0]).toEqual({ kind: 'note-pending', version: { ...NAMED, link: id, sizeBytes: 7 } });
    expect(after({ links: [link], follow: { told: [id] } })).toEqual([
      { kind: 'forget-pending', version: { ...NAMED, link: id } },
    ]);
  });

  it('tells the stack of another account in the same Region', () => {
    const link = aLink({ destinations: [aBucket('photos-copy', OBJECT.region, '444455556666')] });
    expect(after({ links: [link], follow: { told: [linkId(link)] } })).toEqual([
      {
        kind: 'tell-peer',
        to: { region: OBJECT.region, account: '444455556666' },
        message: { kind: 'settled', version: { ...NAMED, link: linkId(link) } },
      },
    ]);
  });

  it('says how much is pending, which of a marker is nothing', () => {
    const [told] = after({ event: DELETED, source: MARKER, replica: MISSING });
    expect(told).toEqual({
      kind: 'tell-peer',
      to: TO,
      message: { kind: 'pending', version: { ...NAMED, sizeBytes: 0 } },
    });
  });

  it('begins no further chain', () => {
    expect(looksIn(after({})).length).toBe(0);
    expect(LOOK_AFTER_MS[0]).toBe(MINUTE_MS);
  });
});
