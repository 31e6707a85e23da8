import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pairChecks } from '../../../src/checks/pair/index.ts';
import type { ObservedSettings } from '../../../src/model/bucket-settings.ts';
import type { Finding } from '../../../src/model/finding.ts';
import { type Observation, present } from '../../../src/model/observation.ts';
import type { PairFacts } from '../../../src/model/pair-facts.ts';
import {
  ABSENT,
  aKey,
  aLifecycleRule,
  aNotification,
  anOrdersLink,
  aReplicationRule,
  aRole,
  CLOSED,
  DENIED,
  DESTINATION,
  LOOKED_AT,
  REPLICA_KEY,
  ROLE,
  SOURCE,
  SOURCE_KEY,
} from '../../support/pair-facts.ts';
import { wordsOf } from '../../cli/run-printed-command.ts';

/** A few characters that break quoting, encoding or ordering. */
const hostile = fc.string({
  unit: fc.constantFrom('a', '+', '%', ' ', '/', 'é', '～', '😀', "'", '\n', '"'),
  maxLength: 5,
});

function observed<T>(value: fc.Arbitrary<T>): fc.Arbitrary<Observation<T> | undefined> {
  return fc.oneof(
    { weight: 4, arbitrary: value.map((each) => present(each)) },
    fc.constantFrom(ABSENT, DENIED, { state: 'unreadable', reason: 'throttled' } as const, undefined),
  );
}

const tags = fc.dictionary(hostile, hostile, { maxKeys: 2 });

const rule = fc
  .record({
    id: hostile,
    enabled: fc.boolean(),
    priority: fc.nat(5),
    prefix: hostile,
    tags,
    deleteMarkers: fc.boolean(),
    kmsObjects: fc.boolean(),
    replicaModifications: fc.boolean(),
    destinationBucket: fc.constantFrom(SOURCE.bucket, DESTINATION.bucket, 'elsewhere'),
    metrics: fc.boolean(),
    timeControl: fc.boolean(),
    ownerOverride: fc.boolean(),
  })
  .map((changes) => aReplicationRule(changes));

const lifecycleRule = fc
  .record({
    id: hostile,
    enabled: fc.boolean(),
    prefix: fc.constantFrom('', 'logs/', 'holdfast-canary/'),
    tags,
    expiredDeleteMarker: fc.boolean(),
    expiration: fc.constantFrom({ days: 3 }, { days: 30 }, { at: new Date(0) }),
    abortUploadsAfterDays: fc.nat(9),
  })
  .map((changes) => aLifecycleRule(changes));

const settings: fc.Arbitrary<ObservedSettings> = fc
  .record({
    versioning: observed(
      fc.record({ status: fc.constantFrom('Enabled', 'Suspended', 'Off'), mfaDelete: fc.boolean() }),
    ),
    replication: observed(fc.array(rule, { maxLength: 3 }).map((rules) => ({ role: ROLE, rules }))),
    lifecycle: observed(fc.array(lifecycleRule, { maxLength: 3 })),
    encryption: observed(
      fc.record({
        algorithm: fc.constantFrom('AES256', 'aws:kms'),
        bucketKey: fc.boolean(),
        kmsKeyId: fc.constantFrom(SOURCE_KEY, 'alias/mine'),
      }),
    ),
    notifications: observed(
      fc.record({
        entries: fc.constantFrom([], [aNotification()], [aNotification({ kind: 'topic' })]),
        eventBridge: fc.boolean(),
      }),
    ),
    objectLock: observed(fc.record({ enabled: fc.boolean() })),
    publicAccessBlock: observed(fc.boolean().map((blockPublicAcls) => ({ ...CLOSED, blockPublicAcls }))),
    policy: observed(
      fc.record({
        json: fc.constantFrom(
          '{}',
          '{',
          '{"Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}',
        ),
        isPublic: fc.boolean(),
      }),
    ),
    uploads: observed(
      fc.array(
        hostile.map((key) => ({ key, uploadId: 'u', initiatedAt: new Date(0) })),
        { maxLength: 3 },
      ),
    ),
  })
  .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)));

const link = fc
  .record({
    twoWay: fc.boolean(),
    back: fc.boolean(),
    expect: fc.record({ lifecycle: fc.constantFrom('same', 'any'), deleteMarkers: fc.constantFrom('same', 'any') }),
  })
  .map((changes) => anOrdersLink(changes));

const role = fc
  .record({
    trust: fc.constantFrom(aRole().trust, ABSENT, DENIED, present('{')),
    answers: fc.constantFrom(
      aRole().answers,
      ABSENT,
      DENIED,
      aRole({ decisions: { 's3:ReplicateTags': 'silent' } }).answers,
    ),
  })
  .map((changes) => ({ arn: ROLE, ...changes }));

const facts: fc.Arbitrary<PairFacts> = fc
  .record({
    link,
    source: settings,
    destination: settings,
    role: fc.option(role, { nil: undefined }),
    keys: fc.constantFrom(
      undefined,
      [{ side: 'source', ref: { id: SOURCE_KEY, region: 'us-east-1' }, key: present(aKey(SOURCE_KEY)) } as const],
      [{ side: 'destination', ref: { id: REPLICA_KEY, region: 'eu-west-1' }, key: DENIED } as const],
    ),
    signals: fc.constantFrom({}, { source: present('arn:queue') }, { destination: ABSENT, source: DENIED }),
  })
  .map(({ role: found, keys, ...rest }) => ({
    ...rest,
    lookedAt: LOOKED_AT,
    intended: { source: [DESTINATION], destination: [] },
    ...(found === undefined ? {} : { role: found }),
    ...(keys === undefined ? {} : { keys }),
  }));

function findingsOf(given: PairFacts): readonly Finding[] {
  return pairChecks.flatMap((check) => check.run(given));
}

it('answers for any facts, without a throw and twice the same', () => {
  fc.assert(
    fc.property(facts, (given) => {
      expect(findingsOf(given)).toEqual(findingsOf(given));
    }),
    { numRuns: 1_000 },
  );
});

it('prints only commands that a shell takes as they are, of which every document is JSON', () => {
  let printed = 0;
  fc.assert(
    fc.property(facts, (given) => {
      for (const command of findingsOf(given).flatMap(({ remedy }) => remedy?.commands ?? [])) {
        printed += 1;
        expect(command).not.toContain('\n');
        const words = wordsOf(command);
        expect(words[0]).toBe('aws');
        const documents = words.filter((word) => /^[{[]/.test(word));
        expect(documents.map((text) => typeof JSON.parse(text))).toEqual(documents.map(() => 'object'));
      }
    }),
    { numRuns: 500 },
  );
  expect(printed).toBeGreaterThan(1_000);
});

it('accuses no bucket of what may not be read', () => {
  const denied = Object.fromEntries(
    [
      'versioning',
      'replication',
      'lifecycle',
      'encryption',
      'notifications',
      'objectLock',
      'publicAccessBlock',
      'policy',
      'uploads',
    ].map((name) => [name, DENIED]),
  );
  fc.assert(
    fc.property(facts, (given) => {
      const found = findingsOf({ ...given, source: denied, destination: denied });
      const accused = found.filter(({ verdict, code }) => verdict === 'violated' && code !== 'replication-role-lacks');
      expect(accused).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

it('names the permission wherever access was denied', () => {
  let denied = 0;
  fc.assert(
    fc.property(facts, (given) => {
      for (const { evidence } of findingsOf(given).filter(({ evidence: e }) => e['reason'] === 'access-denied')) {
        denied += 1;
        expect(evidence['permission']).toMatch(/^[a-z0-9]+:[A-Z]/);
      }
    }),
    { numRuns: 500 },
  );
  expect(denied).toBeGreaterThan(500);
});
