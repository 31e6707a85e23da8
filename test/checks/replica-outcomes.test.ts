import { describe, expect, it } from 'vitest';
import { checks } from '../../src/checks/index.ts';
import type { ObjectFacts, ObjectState } from '../../src/model/facts.ts';
import type { Observation, UnreadableReason } from '../../src/model/observation.ts';
import { present } from '../../src/model/observation.ts';
import { anEvent } from '../support/facts.ts';
import { aLifecycleRule, aLink, aReplica, aReplicationRule, aSource, followedFacts } from '../support/replicas.ts';

const ABSENT = { state: 'absent' } as const;
const MARKER = { state: 'absent', deleteMarker: true } as const;
const LAST = { due: { ageMs: 86_400_000, last: true } };

const replicaChecks = checks.filter(({ needs }) => needs.includes('replicas'));

/** Verdict and code of every finding about the replica. */
function judge(facts: ObjectFacts): readonly string[] {
  return replicaChecks.flatMap((check) => check.run(facts)).map(({ verdict, code }) => `${verdict} ${code}`);
}

function source(changes: Partial<ObjectState> = {}): Observation<ObjectState> {
  return present(aSource(changes));
}

function unreadable(reason: UnreadableReason): Observation<never> {
  return { state: 'unreadable', reason };
}

/** A lifecycle rule of the destination. */
function expiring(changes: Parameters<typeof aLifecycleRule>[0]) {
  return { lifecycle: { source: ABSENT, destination: present([aLifecycleRule(changes)]) } };
}

const rules = present({ role: 'role', rules: [aReplicationRule()] });

describe('what is seen at the source, at the replica and in the status', () => {
  it.each<readonly [string, ObjectFacts, readonly string[]]>([
    ['200, 200 equal, COMPLETED: healthy', followedFacts(), ['verified replica-matches']],
    [
      '200, 200 different size: corruption or a foreign object',
      followedFacts(source(), { replica: present(aReplica({ sizeBytes: 9 })) }),
      ['violated replica-size-differs'],
    ],
    [
      '200, 200 different checksum of one algorithm and type: corruption or a foreign object',
      followedFacts(source({ checksums: [{ algorithm: 'CRC32', type: 'FULL_OBJECT', base64: 'A' }] }), {
        replica: present(aReplica({ checksums: [{ algorithm: 'CRC32', type: 'FULL_OBJECT', base64: 'B' }] })),
      }),
      ['violated replica-content-differs'],
    ],
    [
      '200, 200 different ETag, one side KMS: no evidence',
      followedFacts(source({ encryption: 'none' }), {
        replica: present(aReplica({ encryption: 'sse-kms', etag: { kind: 'opaque', value: 'x' } })),
      }),
      ['unverifiable replica-not-comparable'],
    ],
    [
      '200, 404, PENDING and young: normal lag',
      followedFacts(source({ replicationStatus: 'PENDING' }), { replica: ABSENT }),
      [],
    ],
    [
      '200, 404, PENDING and old: outage, throttling or a large object',
      followedFacts(source({ replicationStatus: 'PENDING' }), { replica: ABSENT }, LAST),
      ['violated replica-overdue'],
    ],
    [
      '200, 404, FAILED: S3 does not try again',
      followedFacts(source({ replicationStatus: 'FAILED' }), { replica: ABSENT }),
      ['violated replication-failed'],
    ],
    [
      '200, 404, COMPLETED: deleted at the destination',
      followedFacts(source(), { replica: ABSENT }),
      ['violated replica-missing'],
    ],
    [
      '200, 404, no status: not eligible',
      followedFacts(present(withoutStatus(aSource())), { replica: ABSENT }, LAST),
      [],
    ],
    [
      '200, 404, no status, and a rule clearly selects it: never attempted, and nobody knows why',
      neverAttempted(),
      ['unverifiable replica-missing'],
    ],
    ['200, 404, no status: the rule is for another prefix', neverAttempted({}, { prefix: 'other/' }), []],
    ['200, 404, no status: the tags of the rule may have come later', neverAttempted({}, { tags: { a: '1' } }), []],
    ['200, 404, no status: nobody may read the rules', neverAttempted({}, 'unreadable'), []],
    [
      '200, 404, no status: SSE-KMS objects are not selected',
      neverAttempted({ encryption: 'sse-kms' }, { kmsObjects: false }),
      [],
    ],
    ['200, 404, no status: archived classes are not replicated', neverAttempted({ storageClass: 'GLACIER' }), []],
    ['200, 404, no status: archived tiers are not replicated', neverAttempted({ archive: 'archived' }), []],
    [
      '200, 404, no status: nobody knows when it was created',
      { ...neverAttempted(), due: { ageMs: 1, last: true, eventUnknown: true } },
      [],
    ],
    [
      '200, 404, no status: it was only tagged now',
      { ...neverAttempted(), event: anEvent({ kind: 'tags-changed' }) },
      [],
    ],
    [
      '404, 200: deleted by a lifecycle rule of the source',
      followedFacts(
        ABSENT,
        {
          lifecycle: { source: present([aLifecycleRule({ noncurrentExpiration: { days: 1 } })]), destination: ABSENT },
        },
        at('2026-11-03T00:00:00Z'),
      ),
      [],
    ],
    [
      '404, 200: deleted, and no lifecycle rule of the source was entitled to',
      followedFacts(ABSENT, { lifecycle: { source: present([aLifecycleRule()]), destination: ABSENT } }),
      ['unverifiable source-version-gone'],
    ],
    [
      '404, 200: deleted, and nobody may read the lifecycle rules of the source',
      followedFacts(ABSENT, { lifecycle: { source: unreadable('access-denied'), destination: ABSENT } }),
      ['unverifiable source-version-gone'],
    ],
    [
      '404, 200: deleted later, and deletes of versions are not replicated',
      followedFacts(ABSENT),
      ['unverifiable source-version-gone'],
    ],
    ['404, 404: gone on both sides', followedFacts(ABSENT, { replica: ABSENT }, LAST), []],
    [
      '405, 404: a delete marker that the rule does not replicate',
      markerFacts({ rules: present({ role: 'role', rules: [aReplicationRule({ deleteMarkers: false })] }) }),
      [],
    ],
    [
      '405, 404: a delete marker that the rule replicates, after the last look',
      markerFacts({ rules }),
      ['violated delete-marker-differs'],
    ],
    ['405, 405: a delete marker that has arrived', markerFacts({ rules, replica: MARKER }), []],
    [
      '403, any: unknown, never missing',
      followedFacts(unreadable('access-denied'), { replica: ABSENT }, LAST),
      ['unverifiable replica-not-comparable'],
    ],
    [
      'any, 403: unknown, never missing',
      followedFacts(source(), { replica: unreadable('access-denied') }, LAST),
      ['unverifiable replica-not-comparable'],
    ],
    [
      '503, any: throttled, unknown',
      followedFacts(unreadable('throttled'), { replica: ABSENT }, LAST),
      ['unverifiable replica-not-comparable'],
    ],
    [
      '400, any: a customer key is needed, or the KMS key cannot be used',
      followedFacts(unreadable('key-unusable'), { replica: ABSENT }, LAST),
      ['unverifiable replica-not-comparable'],
    ],
    [
      '301, any: another Region',
      followedFacts(unreadable('wrong-region'), { replica: ABSENT }, LAST),
      ['unverifiable replica-not-comparable'],
    ],
    [
      'replica 404, but its content under another version: a seeded copy',
      followedFacts(source(), { replica: ABSENT, current: present(aSource({ versionId: 'v9' })) }),
      ['violated replica-under-other-version'],
    ],
    [
      'replica 404, other content under another version: missing',
      followedFacts(source(), {
        replica: ABSENT,
        current: source({ versionId: 'v9', etag: { kind: 'content-md5', hex: 'e2' } }),
      }),
      ['violated replica-missing'],
    ],
    [
      'replica 404, and a lifecycle rule of the destination was entitled to remove it: expected',
      followedFacts(
        source(),
        { replica: ABSENT, ...expiring({ noncurrentExpiration: { days: 1 } }) },
        at('2026-11-03T00:00:00Z'),
      ),
      [],
    ],
    [
      'replica 404, and a lifecycle rule of the destination expires what has no version ID: expected',
      {
        ...followedFacts(
          present(withoutVersion(aSource())),
          { replica: ABSENT, ...expiring({ expiration: { days: 1 } }) },
          at('2026-11-03T00:00:00Z'),
        ),
        event: anEvent({ object: { bucket: 'photos', region: 'eu-west-1', key: 'k' } }),
      },
      [],
    ],
    [
      'replica 404, and a lifecycle rule of the destination only hides versions behind a marker: missing',
      followedFacts(
        source(),
        { replica: ABSENT, ...expiring({ expiration: { days: 1 } }) },
        at('2026-11-03T00:00:00Z'),
      ),
      ['violated replica-missing'],
    ],
    [
      'replica 404, and a lifecycle rule of the destination is not yet entitled to remove it: missing',
      followedFacts(
        source(),
        { replica: ABSENT, ...expiring({ noncurrentExpiration: { days: 2 } }) },
        at('2026-11-02T23:00:00Z'),
      ),
      ['violated replica-missing'],
    ],
    [
      'replica 404, and nobody may read the lifecycle rules: unverifiable',
      followedFacts(source(), {
        replica: ABSENT,
        lifecycle: { source: ABSENT, destination: unreadable('access-denied') },
      }),
      ['unverifiable replica-missing'],
    ],
    [
      'the source is a replica itself: never followed back',
      followedFacts(source({ replicationStatus: 'REPLICA' }), { replica: ABSENT }, LAST),
      [],
    ],
  ])('%s', (_title, facts, expected) => {
    expect(judge(facts)).toEqual(expected);
  });
});

function at(time: string): Partial<ObjectFacts> {
  return { lookedAt: new Date(time) };
}

/** Seen at once after it was created, under rules that may select it. */
function neverAttempted(
  changes: Partial<ObjectState> = {},
  rule: Parameters<typeof aReplicationRule>[0] | 'unreadable' = {},
): ObjectFacts {
  const known = rule === 'unreadable' ? unreadable('access-denied') : settings(rule);
  return followedFacts(present(withoutStatus(aSource(changes))), { replica: ABSENT, rules: known });
}

function settings(rule: Parameters<typeof aReplicationRule>[0]) {
  return present({ role: 'role', rules: [aReplicationRule(rule)] });
}

function withoutVersion(state: ObjectState): ObjectState {
  const { versionId: _, ...rest } = state;
  return rest;
}

function withoutStatus(state: ObjectState): ObjectState {
  const { replicationStatus: _, ...rest } = state;
  return rest;
}

function markerFacts(replica: Parameters<typeof followedFacts>[1]): ObjectFacts {
  return followedFacts(
    MARKER,
    { replica: ABSENT, ...replica },
    { ...LAST, event: anEvent({ kind: 'delete-marker-created' }) },
  );
}

it('is judged by the time of the event where nobody looked', () => {
  const { lookedAt: _, ...facts } = followedFacts(source(), {
    replica: ABSENT,
    ...expiring({ noncurrentExpiration: { days: 1 } }),
  });
  expect(judge(facts)).toEqual(['violated replica-missing']);
  const { lookedAt: __, ...gone } = followedFacts(ABSENT, {
    lifecycle: { source: present([aLifecycleRule({ noncurrentExpiration: { days: 1 } })]), destination: ABSENT },
  });
  expect(judge(gone)).toEqual(['unverifiable source-version-gone']);
});

it.each<readonly [UnreadableReason, boolean]>([
  ['throttled', true],
  ['access-denied', false],
])('is looked at again where lifecycle rules are out of sight for now (%s)', (reason, again) => {
  const lifecycle = { source: ABSENT, destination: unreadable(reason) };
  const findings = replicaChecks.flatMap((check) => check.run(followedFacts(source(), { replica: ABSENT, lifecycle })));
  expect(findings.map(({ verdict, code }) => `${verdict} ${code}`)).toContain('unverifiable replica-missing');
  expect(findings.map(({ retry = false }) => retry)).toEqual(findings.map(() => again));
});

describe('seeded copies', () => {
  it('are replicas where the pair matches by content', () => {
    const facts = followedFacts(source(), {
      link: aLink({ match: 'content' }),
      replica: ABSENT,
      current: present(aSource({ versionId: 'v9' })),
    });
    expect(judge(facts)).toEqual(['verified replica-matches']);
  });

  it('are told by content also while the version itself is on its way', () => {
    const facts = followedFacts(source({ replicationStatus: 'PENDING' }), {
      link: aLink({ match: 'content' }),
      replica: ABSENT,
      current: present(aSource({ versionId: 'null' })),
    });
    expect(judge(facts)).toEqual(['verified replica-matches']);
  });

  it('that cannot be compared are neither missed nor taken for granted', () => {
    const opaque = { kind: 'opaque', value: 'x' } as const;
    const current = present(aSource({ versionId: 'v9', encryption: 'sse-kms', etag: opaque }));
    const facts = followedFacts(source(), { link: aLink({ match: 'content' }), replica: ABSENT, current });
    expect(judge(facts)).toEqual(['unverifiable replica-not-comparable']);
    const byVersion = followedFacts(source(), { replica: ABSENT, current });
    expect(judge(byVersion)).toEqual(['violated replica-missing']);
  });

  it.each<readonly [UnreadableReason, 'version' | 'content', string]>([
    ['throttled', 'version', 'unverifiable replica-not-comparable'],
    ['throttled', 'content', 'unverifiable replica-not-comparable'],
    ['sse-c', 'version', 'violated replica-missing'],
    ['sse-c', 'content', 'unverifiable replica-not-comparable'],
  ])('that cannot be seen (%s) are missed only where versions count (%s)', (reason, match, expected) => {
    const facts = followedFacts(source(), {
      link: aLink({ match }),
      replica: ABSENT,
      current: unreadable(reason),
    });
    expect(judge(facts)).toEqual([expected]);
  });

  it('in another layout cannot be compared', () => {
    const inParts = { etag: { kind: 'multipart', hex: 'b', partCount: 2 } } as const;
    const facts = followedFacts(source({ etag: { kind: 'multipart', hex: 'a', partCount: 3 } }), {
      link: aLink({ match: 'content' }),
      replica: ABSENT,
      current: present(aSource({ versionId: 'v9', ...inParts })),
    });
    expect(judge(facts)).toEqual(['unverifiable replica-not-comparable']);
  });

  it('without a version ID are named null', () => {
    const { versionId: _, ...unversioned } = aSource();
    const facts = followedFacts(source(), { replica: ABSENT, current: present(unversioned) });
    const [finding] = replicaChecks.flatMap((check) => check.run(facts));
    expect(finding?.evidence['currentVersionId']).toBe('null');
  });

  it('of another size are none', () => {
    const facts = followedFacts(source(), {
      replica: ABSENT,
      current: present(aSource({ versionId: 'v9', sizeBytes: 11 })),
    });
    expect(judge(facts)).toEqual(['violated replica-missing']);
  });
});

describe('a status that is one for several destinations', () => {
  const failed = source({ replicationStatus: 'FAILED' });
  const missing = () => followedFacts(failed, { replica: ABSENT }).replicas ?? [];

  it('means the only one that is missing', () => {
    const there = followedFacts().replicas ?? [];
    expect(judge({ ...followedFacts(failed), replicas: [...there, ...missing()] })).toEqual([
      'violated replication-failed',
      'verified replica-matches',
    ]);
  });

  it('does not say which of several that are missing, so they are waited for', () => {
    expect(judge({ ...followedFacts(failed), replicas: [...missing(), ...missing()] })).toEqual([]);
  });

  it('leaves them overdue after the last look', () => {
    expect(judge({ ...followedFacts(failed, {}, LAST), replicas: [...missing(), ...missing()] })).toEqual([
      'violated replica-overdue',
      'violated replica-overdue',
    ]);
  });
});

describe('a version whose creation event nobody knows', () => {
  const multipart = source({ replicationStatus: 'PENDING', etag: { kind: 'multipart', hex: 'e', partCount: 2 } });
  const due = (ageDays: number) => ({ due: { ageMs: ageDays * 86_400_000, last: true, eventUnknown: true as const } });

  it.each([
    ['a multipart object gets a grace, because its time is that of the initiation', multipart, 6, []],
    ['the grace ends after seven days', multipart, 7, ['violated replica-overdue']],
    ['an object of one part needs none', source({ replicationStatus: 'PENDING' }), 2, ['violated replica-overdue']],
  ])('%s', (_title, seen, ageDays, expected) => {
    expect(judge(followedFacts(seen, { replica: ABSENT }, due(ageDays)))).toEqual(expected);
  });
});

describe('a finding about a replica', () => {
  it('names the version, the link, and the bucket that was looked into', () => {
    const [finding] = replicaChecks.flatMap((check) => check.run(followedFacts(source(), { replica: ABSENT })));
    expect(finding).toMatchObject({
      subject: { kind: 'object-version', object: { bucket: 'photos', versionId: 'v1' } },
      replica: { bucket: 'photos-copy', region: 'us-east-1' },
      evidence: { pair: 'photos', link: 'photos/photos/photos-copy', destinationBucket: 'photos-copy' },
    });
  });

  it('asks to look again where the evidence was only out of reach for now', () => {
    const retries = (reason: UnreadableReason) =>
      replicaChecks.flatMap((check) => check.run(followedFacts(source(), { replica: unreadable(reason) })))[0]?.retry;
    expect([retries('throttled'), retries('kms-throttled'), retries('access-denied')]).toEqual([true, true, undefined]);
  });
});

it('does not apply where no link is followed', () => {
  const { replicas: _, ...facts } = followedFacts();
  expect(judge(facts)).toEqual([]);
  expect(judge({ ...facts, source: ABSENT })).toEqual([]);
});
