import type { ReplicationConfiguration } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { ruleAbsence } from '../../../src/checks/pair/rule-absence.ts';
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

const ELSEWHERE = aReplicationRule({ id: 'elsewhere', destinationBucket: 'other', priority: 5 });
const IDLE = aReplicationRule({ id: 'idle', enabled: false, prefix: 'logs/', priority: 2 });

describe('ruleAbsence', () => {
  it.each([
    ['a rule', somePair(), []],
    ['no configuration', somePair({ source: { replication: ABSENT } }), ['violated rule-missing']],
    ['no rule to this destination', somePair({ source: rules(ELSEWHERE) }), ['violated rule-missing']],
    [
      'no rule back',
      somePair({ link: anOrdersLink({ twoWay: true, back: true }), source: { replication: ABSENT } }),
      ['violated two-way-rule-missing'],
    ],
    ['rules that may not be read', somePair({ source: { replication: DENIED } }), ['unverifiable rule-missing']],
    [
      'rules back that may not be read',
      somePair({ link: anOrdersLink({ back: true }), source: { replication: DENIED } }),
      ['unverifiable two-way-rule-missing'],
    ],
    ['only an idle rule', somePair({ source: rules(IDLE) }), ['violated rule-disabled']],
    ['an idle rule beside one that covers it', somePair({ source: rules(aReplicationRule(), IDLE) }), []],
    [
      'an idle rule beside one for other keys',
      somePair({ source: rules(aReplicationRule({ prefix: 'images/' }), IDLE) }),
      ['violated rule-disabled'],
    ],
    [
      'an idle rule beside one for some of its objects',
      somePair({ source: rules(aReplicationRule({ tags: { class: 'order' } }), IDLE) }),
      ['violated rule-disabled'],
    ],
    [
      'an idle rule for tags beside one that covers it',
      somePair({
        source: rules(aReplicationRule({ tags: { a: '1' } }), { ...IDLE, tags: { a: '1', b: '2' } }),
      }),
      [],
    ],
  ])('judges %s', (_, facts, expected) => {
    expect(ruleAbsence.run(facts).map(({ verdict, code }) => `${verdict} ${code}`)).toEqual(expected);
  });

  it('creates a role and a rule where there is nothing', () => {
    const [finding] = ruleAbsence.run(somePair({ source: { replication: ABSENT } }));
    const commands = finding?.remedy?.commands ?? [];
    expect(commands.map((command) => command.split(' ').slice(1, 3).join(' '))).toEqual([
      'iam create-role',
      'iam put-role-policy',
      's3api put-bucket-replication',
    ]);
    expect(documentIn(commands[2])).toMatchObject({
      Role: `arn:aws:iam::${SOURCE.account}:role/replicate-orders-use1`,
      Rules: [{ ID: 'to-orders-euw1', Priority: 1, DeleteMarkerReplication: { Status: 'Enabled' } }],
    });
    expect(commands[1]).toContain('--policy-name orders-use1-to-orders-euw1');
    expect(commands[1]).not.toContain('"s3:GetObjectVersion"'); // only a substitute
  });

  it('adds a rule to those that are there, with their role', () => {
    const [finding] = ruleAbsence.run(somePair({ source: rules(ELSEWHERE) }));
    const commands = finding?.remedy?.commands ?? [];
    expect(commands).toHaveLength(2);
    expect(documentIn(commands[1])).toMatchObject({ Rules: [{ ID: 'elsewhere' }, { Priority: 6 }] });
  });

  it('switches on what is idle, and keeps what is not', () => {
    const [finding] = ruleAbsence.run(somePair({ source: rules(IDLE, ELSEWHERE) }));
    expect(finding?.evidence).toEqual({ rules: 'idle' });
    expect(documentIn(finding?.remedy?.commands[0])).toMatchObject({
      Rules: [{ ID: 'idle', Status: 'Enabled' }, { ID: 'elsewhere' }],
    });
    const [nameless] = ruleAbsence.run(somePair({ source: rules({ ...IDLE, id: '' }) }));
    expect(nameless?.evidence).toEqual({ rules: '(prefix "logs/")' });
  });

  const encrypted = (kmsKeyId?: string, algorithm = 'aws:kms') =>
    ({ encryption: present({ algorithm, bucketKey: true, ...(kmsKeyId === undefined ? {} : { kmsKeyId }) }) }) as const;
  const abroad = { ...DESTINATION, account: OTHER_ACCOUNT };

  it.each([
    ['the key of the destination', { destination: encrypted(REPLICA_KEY) }, REPLICA_KEY],
    ['its ID as an ARN', { destination: encrypted('replica') }, REPLICA_KEY],
    [
      'its alias as an ARN',
      { destination: encrypted('alias/mine') },
      `arn:aws:kms:eu-west-1:${DESTINATION.account}:alias/mine`,
    ],
    [
      'a configured key',
      { link: anOrdersLink({ destination: { ...DESTINATION, kmsKeys: [REPLICA_KEY] } }) },
      REPLICA_KEY,
    ],
    ["AWS's own within one account", {}, `arn:aws:kms:eu-west-1:${DESTINATION.account}:alias/aws/s3`],
    ['none across accounts', { link: anOrdersLink({ destination: abroad }) }, undefined],
  ])('encrypts replicas with %s', (_, change, key) => {
    const source = { replication: ABSENT, ...encrypted(SOURCE_KEY), objectLock: present({ enabled: true }) };
    const [finding] = ruleAbsence.run(somePair({ ...change, source }));
    const document = documentIn(finding?.remedy?.commands.at(-1)) as ReplicationConfiguration;
    const [rule] = document.Rules ?? [];
    expect(rule?.SourceSelectionCriteria?.SseKmsEncryptedObjects !== undefined).toBe(key !== undefined);
    expect(rule?.Destination?.EncryptionConfiguration?.ReplicaKmsKeyID).toBe(key);
    expect(finding?.remedy?.commands[1]).toContain('s3:GetObjectLegalHold');
    expect(ruleAbsence.applies(somePair())).toBe(true);
  });

  it('does what the configuration says of the pair', () => {
    const link = anOrdersLink({
      destination: { ...abroad },
      twoWay: true,
      expect: { deleteMarkers: 'any', storageClass: 'STANDARD_IA' },
    });
    const [finding] = ruleAbsence.run(somePair({ link, source: { replication: ABSENT } }));
    expect(documentIn(finding?.remedy?.commands.at(-1))).toMatchObject({
      Rules: [
        {
          DeleteMarkerReplication: { Status: 'Disabled' },
          SourceSelectionCriteria: { ReplicaModifications: { Status: 'Enabled' } },
          Destination: { Account: OTHER_ACCOUNT, StorageClass: 'STANDARD_IA' },
        },
      ],
    });
    const any = anOrdersLink({ expect: { storageClass: 'any' } });
    const [other] = ruleAbsence.run(somePair({ link: any, source: { replication: ABSENT } }));
    expect(other?.remedy?.commands.at(-1)).not.toContain('StorageClass');
  });
});
