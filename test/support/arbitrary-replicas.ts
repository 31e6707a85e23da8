import fc from 'fast-check';
import type { LifecycleRule, ReplicationSettings } from '../../src/model/bucket-settings.ts';
import type { ExpectedDifferences } from '../../src/model/config.ts';
import type { ObjectAcl, ObjectLock, ObjectState, Part, ReplicaFacts } from '../../src/model/facts.ts';
import { type Observation, present } from '../../src/model/observation.ts';
import { aLifecycleRule, aLink, aReplicationRule } from './replicas.ts';

const UNSEEN: readonly Observation<never>[] = [
  { state: 'absent' },
  { state: 'absent', deleteMarker: true },
  { state: 'unreadable', reason: 'access-denied' },
  { state: 'unreadable', reason: 'throttled' },
];

/** Seen, or not to be seen. */
function seen<T>(value: fc.Arbitrary<T>): fc.Arbitrary<Observation<T>> {
  return fc.oneof(
    { weight: 4, arbitrary: value.map((each): Observation<T> => present(each)) },
    fc.constantFrom(...UNSEEN),
  );
}

const prefix = fc.constantFrom('', 'a b/', 'other/');
const tags = fc.constantFrom<Readonly<Record<string, string>>>({}, { a: '1' }, { a: '2', é: '😀' });
const tolerance = fc.constantFrom('same' as const, 'any' as const);

const expected: fc.Arbitrary<ExpectedDifferences> = fc.record({
  storageClass: fc.constantFrom('same', 'any', 'GLACIER'),
  encryption: tolerance,
  kmsKey: tolerance,
  owner: tolerance,
  deleteMarkers: tolerance,
  lifecycle: tolerance,
});

const link = fc
  .tuple(fc.boolean(), fc.constantFrom('version' as const, 'content' as const), expected)
  .map(([twoWay, match, expect]) => aLink({ twoWay, match }, expect));

const rules: fc.Arbitrary<ReplicationSettings> = fc
  .array(
    fc
      .record({
        enabled: fc.boolean(),
        priority: fc.nat(2),
        prefix,
        tags,
        deleteMarkers: fc.boolean(),
        kmsObjects: fc.boolean(),
        ownerOverride: fc.boolean(),
        storageClass: fc.constantFrom('STANDARD', 'GLACIER'),
        replicaKmsKeyId: fc.constantFrom('a', 'b', 'alias/x'),
      })
      .map((changes) => aReplicationRule(changes)),
    { maxLength: 3 },
  )
  .map((found) => ({ role: 'role', rules: found }));

const lifecycle: fc.Arbitrary<readonly LifecycleRule[]> = fc.array(
  fc
    .record(
      {
        prefix,
        tags,
        expiredDeleteMarker: fc.boolean(),
        expiration: fc.constantFrom({ days: 1 }, { at: new Date(0) }, {}),
        noncurrentExpiration: fc.constantFrom({ days: 0 }, { days: 10_000 }),
        transitions: fc.constantFrom([], [{ days: 0, storageClass: 'GLACIER' }]),
      },
      { requiredKeys: [] },
    )
    .map((changes) => aLifecycleRule(changes)),
  { maxLength: 2 },
);

const acl: fc.Arbitrary<ObjectAcl> = fc.record({
  owner: fc.constantFrom('one', 'other'),
  grants: fc.subarray(['one FULL_CONTROL', 'other READ']),
});

const lock = fc.constantFrom<ObjectLock>({}, { legalHold: true }, { mode: 'COMPLIANCE', retainUntilAt: new Date(0) });

/** Any look at a destination, whether or not a gatherer could have brought it together. */
export function arbitraryReplica(
  state: fc.Arbitrary<ObjectState>,
  parts: fc.Arbitrary<readonly Part[]>,
): fc.Arbitrary<ReplicaFacts> {
  const combined = state.map(({ checksums }) => checksums.map((each) => ({ ...each, type: 'FULL_OBJECT' as const })));
  return fc.record(
    {
      link,
      replica: seen(state),
      current: seen(state),
      sourceCurrent: seen(state),
      exchanged: seen(fc.boolean()),
      tags: fc.record({ source: seen(tags), replica: seen(tags) }),
      acl: fc.record({ source: seen(acl), replica: seen(acl) }),
      lock: seen(lock),
      parts: fc.record({ source: seen(parts), replica: seen(parts) }),
      combined: fc.record({ source: combined, replica: combined }),
      rules: seen(rules),
      lifecycle: fc.record({ source: seen(lifecycle), destination: seen(lifecycle) }),
    },
    { requiredKeys: ['link', 'replica'] },
  );
}
