import { describe, expect, it } from 'vitest';
import { deleteMarkerDivergence } from '../../src/checks/delete-marker-divergence.ts';
import { replicaAgreement } from '../../src/checks/replica-agreement.ts';
import { replicaAclDivergence } from '../../src/checks/replica-acl-divergence.ts';
import { replicaClassDivergence } from '../../src/checks/replica-class-divergence.ts';
import { replicaEncryptionDivergence } from '../../src/checks/replica-encryption-divergence.ts';
import { replicaLockDivergence } from '../../src/checks/replica-lock-divergence.ts';
import { replicaMetadataDivergence } from '../../src/checks/replica-metadata-divergence.ts';
import { replicaReachability } from '../../src/checks/replica-reachability.ts';
import { replicaTagDivergence } from '../../src/checks/replica-tag-divergence.ts';
import { versionConflict } from '../../src/checks/version-conflict.ts';
import type { ReplicationRule } from '../../src/model/bucket-settings.ts';
import type { ObjectAcl, ObjectFacts, ObjectState, ReplicaFacts } from '../../src/model/facts.ts';
import { present } from '../../src/model/observation.ts';
import { anEvent } from '../support/facts.ts';
import { aLifecycleRule, aLink, aReplica, aReplicationRule, aSource, followedFacts } from '../support/replicas.ts';

const ABSENT = { state: 'absent' } as const;
const DENIED = { state: 'unreadable', reason: 'access-denied' } as const;

function pair(
  source: Partial<ObjectState>,
  replica: Partial<ObjectState>,
  more: Partial<ReplicaFacts> = {},
): ObjectFacts {
  return followedFacts(present(aSource(source)), { replica: present(aReplica(replica)), ...more });
}

function ruled(changes: Partial<ReplicationRule> = {}): Pick<ReplicaFacts, 'rules'> {
  return { rules: present({ role: 'role', rules: [aReplicationRule(changes)] }) };
}

const unreachable: readonly (readonly [string, ObjectFacts])[] = [
  ['does not apply: the replica is not there', followedFacts(present(aSource()), { replica: ABSENT })],
  [
    'unverifiable is said elsewhere: the replica cannot be read',
    followedFacts(present(aSource()), { replica: DENIED }),
  ],
  ['unverifiable is said elsewhere: the source cannot be read', followedFacts(DENIED)],
  ['does not apply: nothing is followed', { ...followedFacts(), replicas: [] }],
];

describe('metadata', () => {
  const system = { 'content-type': 'text/plain' };
  it.each<readonly [string, ObjectFacts, string | undefined]>([
    ['equal', pair({ metadata: { a: '1' }, system }, { metadata: { a: '1' }, system }), undefined],
    ['violated: a value differs', pair({ metadata: { a: '1' } }, { metadata: { a: '2' } }), 'x-amz-meta-a'],
    ['violated: an entry is missing', pair({ metadata: { a: '1' } }, {}), 'x-amz-meta-a'],
    ['violated: system metadata differ', pair({ system }, {}), 'content-type'],
    ['violated: the encoding differs', pair({ contentEncoding: 'gzip' }, {}), 'content-encoding'],
    ...unreachable.map(([title, facts]) => [title, facts, undefined] as const),
  ])('%s', (_title, facts, names) => {
    const findings = replicaMetadataDivergence.run(facts);
    expect(findings.map(({ evidence }) => evidence['names'])).toEqual(names === undefined ? [] : [names]);
    for (const finding of findings)
      expect(finding).toMatchObject({ verdict: 'violated', code: 'replica-metadata-differs' });
  });

  it('tells names and never values', () => {
    const [finding] = replicaMetadataDivergence.run(
      pair({ metadata: { a: 'private' } }, { metadata: { a: 'secret' } }),
    );
    expect(JSON.stringify(finding)).not.toMatch(/private|secret/);
  });
});

describe('tags', () => {
  const tags = (source: Record<string, string>, replica: Record<string, string>) => ({
    tags: { source: present(source), replica: present(replica) },
  });
  it.each<readonly [string, ObjectFacts, object | undefined]>([
    ['equal by number', pair({ tagCount: 2 }, { tagCount: 2 }), undefined],
    ['violated: another number', pair({ tagCount: 1 }, {}), { sourceTags: 1, replicaTags: 0 }],
    ['equal by value', pair({ tagCount: 1 }, {}, tags({ a: '1' }, { a: '1' })), undefined],
    ['violated: another value', pair({}, {}, tags({ a: '1', b: '2' }, { a: '2', b: '2' })), { names: 'a' }],
    ['violated: a tag is missing', pair({}, {}, tags({ b: '1', a: '1' }, {})), { names: 'a, b' }],
    [
      'unverifiable is said elsewhere',
      pair({ tagCount: 1 }, {}, { tags: { source: DENIED, replica: present({}) } }),
      undefined,
    ],
    [
      'unverifiable at the replica too',
      pair({ tagCount: 1 }, {}, { tags: { source: present({ a: '' }), replica: DENIED } }),
      undefined,
    ],
    ...unreachable.map(([title, facts]) => [title, facts, undefined] as const),
  ])('%s', (_title, facts, evidence) => {
    const findings = replicaTagDivergence.run(facts);
    const expected = { verdict: 'violated', code: 'replica-tags-differ', evidence };
    expect(findings).toHaveLength(evidence === undefined ? 0 : 1);
    expect(findings).toMatchObject(evidence === undefined ? [] : [expected]);
  });
});

describe('ACLs', () => {
  const one: ObjectAcl = { owner: 'a', grants: ['a FULL_CONTROL'] };
  const acl = (replica: ObjectAcl) => ({ acl: { source: present(one), replica: present(replica) } });
  const other: ObjectAcl = { owner: 'b', grants: ['b FULL_CONTROL'] };
  it.each<readonly [string, ObjectFacts, string | undefined]>([
    ['equal', pair({}, {}, { ...acl(one), ...ruled() }), undefined],
    ['violated: another owner and other grants', pair({}, {}, { ...acl(other), ...ruled() }), 'owner and grants'],
    ['violated: other grants', pair({}, {}, { ...acl({ ...one, grants: ['b READ'] }), ...ruled() }), 'grants'],
    ['violated: nobody asked for the rules', pair({}, {}, acl(other)), 'owner and grants'],
    [
      'expected: the rule that sent it is gone, and may have overridden it',
      pair({}, {}, { ...acl(other), rules: ABSENT }),
      undefined,
    ],
    [
      'expected: the rule overrides the owner',
      pair({}, {}, { ...acl(other), ...ruled({ ownerOverride: true }) }),
      undefined,
    ],
    [
      'expected: a rule with tags may override it',
      pair({}, {}, { ...acl(other), ...ruled({ tags: { a: '1' } }) }),
      undefined,
    ],
    ['expected: rules that nobody may read may override it', pair({}, {}, { ...acl(other), rules: DENIED }), undefined],
    ['expected by the configuration', pair({}, {}, { ...acl(other), link: aLink({}, { owner: 'any' }) }), undefined],
    ['does not apply: ACLs are void', pair({}, {}), undefined],
    ['unverifiable is said elsewhere', pair({}, {}, { acl: { source: DENIED, replica: present(one) } }), undefined],
    ['unverifiable at the replica too', pair({}, {}, { acl: { source: present(one), replica: DENIED } }), undefined],
    ...unreachable.map(([title, facts]) => [title, facts, undefined] as const),
  ])('%s', (_title, facts, differs) => {
    const findings = replicaAclDivergence.run(facts);
    expect(findings.map(({ evidence }) => evidence['differs'])).toEqual(differs === undefined ? [] : [differs]);
  });
});

describe('retention and legal hold', () => {
  const retainUntilAt = new Date('2027-01-01T00:00:00Z');
  const lock = { mode: 'COMPLIANCE', retainUntilAt };
  it.each<readonly [string, ObjectFacts, readonly string[]]>([
    ['equal', pair({ lock }, { lock }), []],
    ['violated: none at the replica', pair({ lock }, {}), ['COMPLIANCE, until 2027-01-01T00:00:00.000Z', 'none']],
    [
      'violated: it was asked for by name, and there is none',
      pair({ lock }, {}, { lock: ABSENT }),
      ['COMPLIANCE, until 2027-01-01T00:00:00.000Z', 'none'],
    ],
    [
      'violated: it was asked for by name, and is another',
      pair({ lock }, {}, { lock: present({ legalHold: true }) }),
      ['COMPLIANCE, until 2027-01-01T00:00:00.000Z', 'legal hold'],
    ],
    ['equal: it was asked for by name', pair({ lock }, {}, { lock: present(lock) }), []],
    ['unverifiable is said elsewhere: nobody may see it', pair({ lock }, {}, { lock: DENIED }), []],
    ['violated: a legal hold is missing', pair({ lock: { legalHold: true } }, { lock: {} }), ['legal hold', 'none']],
    ['expected: the destination has a default of its own', pair({}, { lock }), []],
    ...unreachable.map(([title, facts]) => [title, facts, []] as const),
  ])('%s', (_title, facts, locks) => {
    const [finding] = replicaLockDivergence.run(facts);
    expect(finding === undefined ? [] : [finding.evidence['sourceLock'], finding.evidence['replicaLock']]).toEqual(
      locks,
    );
  });
});

describe('storage class', () => {
  const moved = (side: 'source' | 'destination', storageClass: string, days: number): Partial<ReplicaFacts> => {
    const rules = present([aLifecycleRule({ transitions: [{ days, storageClass }] })]);
    return { lifecycle: { source: ABSENT, destination: ABSENT, [side]: rules } };
  };
  const glacier = { storageClass: 'GLACIER' };
  it.each<readonly [string, ObjectFacts, string | undefined]>([
    ['equal', pair({}, {}, ruled()), undefined],
    ['violated: another class', pair({}, glacier, ruled()), 'STANDARD'],
    ['violated: another class, rules not asked for', pair({}, glacier), 'STANDARD'],
    ['violated: not the class of the rule', pair({}, {}, ruled({ storageClass: 'STANDARD_IA' })), 'STANDARD_IA'],
    [
      'expected: the class of the rule',
      pair({}, { storageClass: 'STANDARD_IA' }, ruled({ storageClass: 'STANDARD_IA' })),
      undefined,
    ],
    [
      'violated: a rule with tags that were asked for',
      pair(
        {},
        {},
        {
          ...ruled({ tags: { a: '1' }, storageClass: 'STANDARD_IA' }),
          tags: { source: present({ a: '1' }), replica: present({ a: '1' }) },
        },
      ),
      'STANDARD_IA',
    ],
    [
      'expected by the configuration before anybody asked for lifecycle rules',
      pair({}, glacier, { link: aLink({}, { lifecycle: 'any' }) }),
      undefined,
    ],
    ['expected: any class', pair({}, glacier, { link: aLink({}, { storageClass: 'any' }) }), undefined],
    [
      'violated: not the class of the configuration',
      pair({}, {}, { link: aLink({}, { storageClass: 'GLACIER' }) }),
      'GLACIER',
    ],
    ['expected: a rule with tags may name another', pair({}, glacier, ruled({ tags: { a: '1' } })), undefined],
    ['expected: rules that nobody may read may name another', pair({}, glacier, { rules: DENIED }), undefined],
    ['expected: the rule that sent it is gone', pair({}, glacier, ruled({ enabled: false })), undefined],
    [
      'expected: a lifecycle rule of the destination has moved it',
      pair({}, glacier, moved('destination', 'GLACIER', 0)),
      undefined,
    ],
    [
      'expected: a lifecycle rule of the source has moved the source',
      pair(glacier, {}, moved('source', 'GLACIER', 0)),
      undefined,
    ],
    [
      'violated: the lifecycle rule is not there yet',
      pair({}, glacier, moved('destination', 'GLACIER', 30)),
      'STANDARD',
    ],
    [
      'expected: lifecycle rules that nobody may read',
      pair({}, glacier, { lifecycle: { source: ABSENT, destination: DENIED } }),
      undefined,
    ],
    [
      'expected: lifecycle by the configuration',
      pair({}, glacier, { link: aLink({}, { lifecycle: 'any' }), lifecycle: { source: ABSENT, destination: ABSENT } }),
      undefined,
    ],
    ...unreachable.map(([title, facts]) => [title, facts, undefined] as const),
  ])('%s', (_title, facts, expected) => {
    const findings = replicaClassDivergence.run(facts);
    expect(findings.map(({ evidence }) => evidence['expectedClass'])).toEqual(expected === undefined ? [] : [expected]);
  });

  it('is judged by the time of the event where nobody looked', () => {
    const { lookedAt: _, ...facts } = pair({}, glacier, moved('destination', 'GLACIER', 1));
    expect(replicaClassDivergence.run(facts)).toHaveLength(1);
  });
});

describe('encryption', () => {
  const kms = (kmsKeyId: string): Partial<ObjectState> => ({ encryption: 'sse-kms', kmsKeyId });
  const strict = { link: aLink({}, { kmsKey: 'same' }) };
  const { kmsKeyId: _, ...keyless } = kms('');
  it.each<readonly [string, ObjectFacts, readonly unknown[]]>([
    ['equal', pair({}, {}), []],
    ['violated: another kind', pair(kms('a'), { encryption: 'sse-s3' }), ['sse-kms', 'sse-s3']],
    ['expected: a plain object takes what the destination has', pair({ encryption: 'none' }, kms('a')), []],
    ['expected by the configuration', pair(kms('a'), {}, { link: aLink({}, { encryption: 'any' }) }), []],
    ['expected: keys exist in one Region only', pair(kms('a'), kms('b')), []],
    ['violated: another key, where the same one is asked for', pair(kms('a'), kms('b'), strict), ['a', 'b']],
    ['equal keys', pair(kms('a'), kms('a'), { ...strict, rules: ABSENT }), []],
    ['expected: the key of the rule', pair(kms('a'), kms('b'), { ...strict, ...ruled({ replicaKmsKeyId: 'b' }) }), []],
    [
      'a key by its id and by its ARN',
      pair(kms('a'), kms('arn:aws:kms:us-east-1:444455556666:key/b'), {
        ...strict,
        ...ruled({ replicaKmsKeyId: 'b' }),
      }),
      [],
    ],
    [
      'violated: not the key of the rule',
      pair(kms('a'), kms('a'), { ...strict, ...ruled({ replicaKmsKeyId: 'b' }) }),
      ['b', 'a'],
    ],
    [
      'expected: an alias says nothing',
      pair(kms('a'), kms('b'), { ...strict, ...ruled({ replicaKmsKeyId: 'alias/x' }) }),
      [],
    ],
    ['unverifiable: a rule with tags', pair(kms('a'), kms('b'), { ...strict, ...ruled({ tags: { a: '1' } }) }), []],
    ['unverifiable: rules that nobody may read', pair(kms('a'), kms('b'), { ...strict, rules: DENIED }), []],
    ['unverifiable: the rule that sent it is gone', pair(kms('a'), kms('b'), { ...strict, rules: ABSENT }), []],
    ['does not apply: no key', pair({}, {}, strict), []],
    [
      'does not apply: the kinds are told already',
      pair(kms('a'), { encryption: 'sse-s3' }, { link: aLink({}, { kmsKey: 'same', encryption: 'any' }) }),
      [],
    ],
    ['does not apply: the key is not told', pair(keyless, kms('b'), strict), []],
    ['does not apply: the key of the replica is not told', pair(kms('a'), keyless, strict), []],
    ...unreachable.map(([title, facts]) => [title, facts, []] as const),
  ])('%s', (_title, facts, expected) => {
    const [finding] = replicaEncryptionDivergence.run(facts);
    const seen = finding && [finding.evidence['expectedEncryption'], finding.evidence['replicaEncryption']];
    expect(seen ?? []).toEqual(expected);
  });
});

describe('two writers of one key', () => {
  const link = aLink({ twoWay: true });
  const here = (changes: Partial<ObjectState> = {}) => present(aSource({ versionId: 'v8', ...changes }));
  const there = (changes: Partial<ObjectState> = {}) => present(aSource({ versionId: 'v9', ...changes }));
  const both = (more: Partial<ReplicaFacts> = {}): ObjectFacts =>
    pair({}, {}, { link, current: there(), sourceCurrent: here(), ...more });
  it.each<readonly [string, ObjectFacts, readonly unknown[]]>([
    ['violated: both sides have both, and each shows its own', both({ exchanged: present(true) }), ['v9']],
    [
      'violated: each side shows what came last, which is the replica of the other',
      both({
        exchanged: present(true),
        current: there({ replicationStatus: 'REPLICA' }),
        sourceCurrent: here({ replicationStatus: 'REPLICA' }),
      }),
      ['v9'],
    ],
    ['a suspicion while nobody has asked whether both sides have both', both(), ['v9']],
    ['no conflict: one side does not have the version of the other', both({ exchanged: present(false) }), []],
    ['no conflict: both sides show the same', both({ sourceCurrent: there() }), []],
    [
      'no conflict yet: the write of the destination is on its way',
      both({ current: there({ replicationStatus: 'PENDING' }) }),
      [],
    ],
    [
      'no conflict yet: the write of the source is on its way',
      both({ sourceCurrent: here({ replicationStatus: 'PENDING' }) }),
      [],
    ],
    ['unverifiable: the source cannot be seen', both({ sourceCurrent: DENIED }), []],
    ['unverifiable: the destination cannot be seen', both({ current: DENIED }), []],
    ['does not apply: a version without an ID', both({ current: present(withoutVersion(aSource())) }), []],
    [
      'does not apply: a version of the source without an ID',
      both({ sourceCurrent: present(withoutVersion(aSource())) }),
      [],
    ],
    ['does not apply: nobody asked', pair({}, {}, { link }), []],
    ['does not apply: a one-way pair', both({ link: aLink() }), []],
    ...unreachable.map(([title, facts]) => [title, facts, []] as const),
  ])('%s', (_title, facts, versions) => {
    const findings = versionConflict.run(facts);
    expect(findings.map(({ evidence }) => evidence['currentAtDestination'])).toEqual(versions);
  });
});

function withoutVersion(state: ObjectState): ObjectState {
  const { versionId: _, ...rest } = state;
  return rest;
}

describe('delete markers', () => {
  const MARKER = { state: 'absent', deleteMarker: true } as const;
  const event = anEvent({ kind: 'delete-marker-created' });
  const marked = (replica: Partial<ReplicaFacts>, changes: Partial<ObjectFacts> = {}): ObjectFacts =>
    followedFacts(MARKER, { replica: ABSENT, ...replica }, { event, due: { ageMs: 1, last: true }, ...changes });
  const removing = { source: ABSENT, destination: present([aLifecycleRule({ expiredDeleteMarker: true })]) };
  it.each<readonly [string, ObjectFacts, readonly string[]]>([
    [
      'violated: it has not arrived',
      marked({ ...ruled(), lifecycle: { source: ABSENT, destination: ABSENT } }),
      ['violated'],
    ],
    ['expected: lifecycle rules remove markers', marked({ ...ruled(), lifecycle: removing }), []],
    ['unverifiable: nobody may read the rules', marked({ rules: DENIED }), ['unverifiable']],
    [
      'unverifiable: nobody may read the lifecycle rules',
      marked({ ...ruled(), lifecycle: { source: ABSENT, destination: DENIED } }),
      ['unverifiable'],
    ],
    ['unverifiable: nobody asked for the rules', marked({}), ['unverifiable']],
    [
      'unverifiable: in a two-way pair it may have come from there',
      marked({ ...ruled(), link: aLink({ twoWay: true }) }),
      ['unverifiable'],
    ],
    ['expected: no rules', marked({ rules: ABSENT }), []],
    ['expected: no rule for this key', marked(ruled({ prefix: 'other/' })), []],
    ['expected: a rule with tags never replicates markers', marked(ruled({ tags: { a: '1' } })), []],
    ['expected by the configuration', marked({ ...ruled(), link: aLink({}, { deleteMarkers: 'any' }) }), []],
    ['not yet: only the last look judges', marked(ruled(), { due: { ageMs: 1, last: false } }), []],
    [
      'does not apply: the marker was removed',
      followedFacts(ABSENT, { replica: ABSENT }, { event, due: { ageMs: 1, last: true } }),
      [],
    ],
    [
      'does not apply: the source cannot be seen',
      followedFacts(DENIED, { replica: ABSENT }, { event, due: { ageMs: 1, last: true } }),
      [],
    ],
    ['does not apply: the replica cannot be seen', marked({ ...ruled(), replica: DENIED }), []],
    ['does not apply: nothing is followed', marked({}, { replicas: [] }), []],
  ])('%s', (_title, facts, verdicts) => {
    expect(deleteMarkerDivergence.run(facts).map(({ verdict }) => verdict)).toEqual(verdicts);
  });

  it('are judged by the time of the event where nobody looked', () => {
    const { lookedAt: _, ...facts } = marked({
      ...ruled(),
      lifecycle: { source: ABSENT, destination: present([aLifecycleRule({ expiration: { days: 1 } })]) },
    });
    expect(deleteMarkerDivergence.run(facts)).toHaveLength(1);
  });

  it.each([
    [{ state: 'unreadable', reason: 'throttled' } as const, { retry: true }],
    [DENIED, {}],
  ])('is looked at again where rules are out of sight for now (%o)', (rules, expected) => {
    const [finding] = deleteMarkerDivergence.run(marked({ rules }));
    expect(finding).toMatchObject({ verdict: 'unverifiable', code: 'delete-marker-differs', ...expected });
    expect('retry' in (finding ?? {})).toBe('retry' in expected);
  });

  it('does not apply without any facts about replicas', () => {
    const { replicas: _, ...facts } = marked({});
    expect(deleteMarkerDivergence.run(facts)).toEqual([]);
  });
});

it.each([
  ['tags of the source', { tags: { source: DENIED, replica: present({}) } }],
  ['tags of the replica', { tags: { source: present({}), replica: DENIED } }],
  ['ACL of the source', { acl: { source: DENIED, replica: present({ owner: '', grants: [] }) } }],
  ['ACL of the replica', { acl: { source: present({ owner: '', grants: [] }), replica: DENIED } }],
  ['Object Lock of the replica', { lock: DENIED }],
  ['replica', { replica: DENIED }],
])('says that the %s could not be read', (what, replica) => {
  expect(replicaReachability.run(followedFacts(present(aSource()), replica))).toMatchObject([
    { verdict: 'unverifiable', code: 'replica-not-comparable', evidence: { what, reason: 'access-denied' } },
  ]);
});

describe('what other judgements stand on', () => {
  const throttled = { state: 'unreadable', reason: 'throttled' } as const;
  const absent = { state: 'absent' } as const;
  const run = (replica: Partial<ReplicaFacts>) => replicaReachability.run(followedFacts(present(aSource()), replica));

  it.each<readonly [string, (unread: typeof throttled | typeof DENIED) => Partial<ReplicaFacts>]>([
    ['current version at the destination', (current) => ({ current })],
    ['current version at the source', (sourceCurrent) => ({ sourceCurrent })],
    ['current version of the other side', (exchanged) => ({ exchanged })],
    ['parts of the source', (source) => ({ parts: { source, replica: present([]) } })],
    ['parts of the replica', (replica) => ({ parts: { source: present([]), replica } })],
    ['lifecycle rules of the source', (source) => ({ lifecycle: { source, destination: absent } })],
    ['lifecycle rules of the destination', (destination) => ({ lifecycle: { source: absent, destination } })],
    ['replication rules', (rules) => ({ rules, lifecycle: { source: absent, destination: absent } })],
    ['replication rules', (rules) => ({ rules, replica: present(aReplica({ storageClass: 'GLACIER' })) })],
    ['replication rules', (rules) => ({ rules, replica: present(aReplica({ kmsKeyId: 'k' })) })],
  ])('is worth another look where it is out of sight for now: %s', (what, unseen) => {
    expect(run(unseen(throttled))).toMatchObject([{ retry: true, evidence: { what, reason: 'throttled' } }]);
    expect(run(unseen(DENIED))).toEqual([]);
  });

  it('is not worth one where nobody needs it', () => {
    expect(run({ rules: throttled })).toEqual([]);
  });
});

describe('agreement', () => {
  const opaque = { kind: 'opaque', value: 'x' } as const;
  it.each<readonly [string, ObjectFacts, readonly string[]]>([
    ['verified: nothing differs', pair({}, {}), ['etag']],
    [
      'verified: the strongest evidence counts',
      pair(
        { etag: opaque, checksums: [{ algorithm: 'CRC32', type: 'FULL_OBJECT', base64: 'A' }] },
        { etag: opaque, checksums: [{ algorithm: 'CRC32', type: 'FULL_OBJECT', base64: 'A' }] },
      ),
      ['stored-checksum'],
    ],
    ['violated elsewhere: other metadata', pair({ metadata: { a: '1' } }, {}), []],
    ['violated elsewhere: other tags', pair({ tagCount: 1 }, {}), []],
    ['violated elsewhere: another class', pair({}, { storageClass: 'GLACIER' }), []],
    ['violated elsewhere: another encryption', pair({}, { encryption: 'none' }), []],
    ['violated elsewhere: no lock', pair({ lock: { legalHold: true } }, {}), []],
    ['violated elsewhere: another size', pair({}, { sizeBytes: 1 }), []],
    ['violated elsewhere: another content', pair({}, { etag: { kind: 'content-md5', hex: 'e2' } }), []],
    ['unverifiable elsewhere: no common evidence', pair({ etag: opaque }, { etag: opaque }), []],
    ['verified, though tags cannot be read', pair({}, {}, { tags: { source: DENIED, replica: DENIED } }), ['etag']],
    ...unreachable.map(([title, facts]) => [title, facts, []] as const),
  ])('%s', (_title, facts, bases) => {
    expect(replicaAgreement.run(facts).map(({ verdict, code, basis }) => [verdict, code, basis])).toEqual(
      bases.map((basis) => ['verified', 'replica-matches', basis]),
    );
  });

  it('of one replica says nothing about another', () => {
    const facts = pair({}, {});
    const other = { ...facts.replicas?.[0], replica: present(aReplica({ sizeBytes: 1 })) } as ReplicaFacts;
    expect(replicaAgreement.run({ ...facts, replicas: [...(facts.replicas ?? []), other] })).toHaveLength(1);
  });
});
