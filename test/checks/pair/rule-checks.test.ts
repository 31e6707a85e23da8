import { describe, expect, it } from 'vitest';
import { unreplicatedDeleteMarkers } from '../../../src/checks/pair/unreplicated-delete-markers.ts';
import { unreportedFailures } from '../../../src/checks/pair/unreported-failures.ts';
import { unselectedKmsObjects } from '../../../src/checks/pair/unselected-kms-objects.ts';
import { unsyncedModifications } from '../../../src/checks/pair/unsynced-modifications.ts';
import { untimedReplication } from '../../../src/checks/pair/untimed-replication.ts';
import { present } from '../../../src/model/observation.ts';
import {
  ABSENT,
  anOrdersLink,
  aReplicationRule,
  DENIED,
  DESTINATION,
  OTHER_ACCOUNT,
  REPLICA_KEY,
  rules,
  SOURCE,
  SOURCE_KEY,
  somePair,
} from '../../support/pair-facts.ts';
import { documentIn } from './document-in.ts';

const NO_METRICS = aReplicationRule({ metrics: false, timeControl: false });
const NO_TIME_CONTROL = aReplicationRule({ timeControl: false });
const NO_MARKERS = aReplicationRule({ deleteMarkers: false });
const TWO_WAY = anOrdersLink({ twoWay: true });
const KMS = { encryption: present({ algorithm: 'aws:kms', kmsKeyId: SOURCE_KEY, bucketKey: false }) };
const KMS_LINK = anOrdersLink({ source: { ...SOURCE, kmsKeys: [SOURCE_KEY] } });
const SELECTED = aReplicationRule({ kmsObjects: true, replicaKmsKeyId: REPLICA_KEY });

describe('checks of rules', () => {
  it.each([
    [unreportedFailures, 'metrics', somePair(), true, []],
    [unreportedFailures, 'no metrics', somePair({ source: rules(NO_METRICS) }), true, ['rule-metrics-off']],
    [
      unreportedFailures,
      'no metrics of an idle rule',
      somePair({ source: rules({ ...NO_METRICS, enabled: false }) }),
      false,
      [],
    ],
    [unreportedFailures, 'no rules', somePair({ source: { replication: ABSENT } }), false, []],
    [unreportedFailures, 'rules that may not be read', somePair({ source: { replication: DENIED } }), false, []],
    [untimedReplication, 'time control', somePair(), true, []],
    [untimedReplication, 'no time control', somePair({ source: rules(NO_TIME_CONTROL) }), true, ['rtc-off']],
    [untimedReplication, 'no metrics either', somePair({ source: rules(NO_METRICS) }), true, []],
    [unsyncedModifications, 'one way', somePair(), false, []],
    [unsyncedModifications, 'two ways', somePair({ link: TWO_WAY }), true, ['replica-modification-sync-off']],
    [
      unsyncedModifications,
      'two ways in sync',
      somePair({ link: TWO_WAY, source: rules(aReplicationRule({ replicaModifications: true })) }),
      true,
      [],
    ],
    [unreplicatedDeleteMarkers, 'markers', somePair(), true, []],
    [
      unreplicatedDeleteMarkers,
      'no markers',
      somePair({ source: rules(NO_MARKERS) }),
      true,
      ['delete-marker-replication-off'],
    ],
    [
      unreplicatedDeleteMarkers,
      'no markers, as is meant',
      somePair({ link: anOrdersLink({ expect: { deleteMarkers: 'any' } }), source: rules(NO_MARKERS) }),
      false,
      [],
    ],
    [
      unreplicatedDeleteMarkers,
      'a rule for tags, which cannot',
      somePair({ source: rules({ ...NO_MARKERS, tags: { a: '1' } }) }),
      true,
      [],
    ],
    [unselectedKmsObjects, 'no KMS', somePair(), false, []],
    [
      unselectedKmsObjects,
      'KMS by default',
      somePair({ source: { ...rules(aReplicationRule()), ...KMS } }),
      true,
      ['kms-objects-not-selected'],
    ],
    [unselectedKmsObjects, 'KMS by configuration', somePair({ link: KMS_LINK }), true, ['kms-objects-not-selected']],
    [unselectedKmsObjects, 'KMS that is selected', somePair({ source: { ...rules(SELECTED), ...KMS } }), true, []],
    [
      unselectedKmsObjects,
      'KMS without a key for replicas',
      somePair({ source: { ...rules(aReplicationRule({ kmsObjects: true })), ...KMS } }),
      true,
      ['kms-objects-not-selected'],
    ],
    [
      unselectedKmsObjects,
      'encryption that may not be read',
      somePair({ source: { encryption: DENIED } }),
      false,
      ['kms-objects-not-selected'],
    ],
    [
      unselectedKmsObjects,
      'encryption that may not be read, of what is selected',
      somePair({ source: { ...rules(SELECTED), encryption: DENIED } }),
      false,
      [],
    ],
    [
      unselectedKmsObjects,
      'encryption that may not be read, with keys by configuration',
      somePair({ link: KMS_LINK, source: { ...rules(SELECTED), encryption: DENIED } }),
      true,
      [],
    ],
  ] as const)('$id judges %s', (check, _, facts, applies, expected) => {
    expect(check.run(facts).map(({ code }) => code)).toEqual(expected);
    expect(check.applies(facts)).toBe(applies);
  });

  it('repair every weak rule at once and keep the others', () => {
    const other = aReplicationRule({
      id: 'other',
      priority: 9,
      destinationBucket: 'other',
      metrics: false,
      timeControl: false,
    });
    const second = { ...NO_METRICS, id: 'second', priority: 3 };
    const [finding] = unreportedFailures.run(somePair({ source: rules(NO_METRICS, other, second) }));
    expect(finding?.evidence).toEqual({ rules: 'r1, second' });
    expect(documentIn(finding?.remedy?.commands[0])).toMatchObject({
      Rules: [
        { ID: 'r1', Destination: { Metrics: { Status: 'Enabled' } } },
        { ID: 'other', Destination: { Bucket: 'arn:aws:s3:::other' } },
        { ID: 'second', Destination: { Metrics: { Status: 'Enabled' } } },
      ],
    });
  });

  it('give the role what selecting KMS objects takes, for all rules of the link', () => {
    const source = { ...rules(aReplicationRule({ prefix: 'a/' }), { ...SELECTED, id: 'r2', prefix: 'b/' }), ...KMS };
    const [finding] = unselectedKmsObjects.run(
      somePair({
        source,
        destination: { encryption: present({ algorithm: 'aws:kms', kmsKeyId: REPLICA_KEY, bucketKey: false }) },
      }),
    );
    const [grant = '', put] = finding?.remedy?.commands ?? [];
    for (const needed of [SOURCE_KEY, REPLICA_KEY, 'orders-use1/a/*', 'orders-use1/b/*'])
      expect(grant).toContain(needed);
    expect(documentIn(put)).toMatchObject({
      Rules: [{ Destination: { EncryptionConfiguration: { ReplicaKmsKeyID: REPLICA_KEY } } }, {}],
    });
  });

  it('give no command where a person has to choose a key first', () => {
    const link = anOrdersLink({ destination: { ...DESTINATION, account: OTHER_ACCOUNT } });
    const [finding] = unselectedKmsObjects.run(somePair({ link, source: { ...rules(aReplicationRule()), ...KMS } }));
    expect(finding?.remedy?.commands).toEqual([]);
    expect(finding?.remedy?.what).toContain('`kmsKeys`');
  });
});
