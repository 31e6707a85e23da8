import { describe, expect, it } from 'vitest';
import { missingPermissions } from '../../../src/checks/pair/missing-permissions.ts';
import type { AccessAnswer } from '../../../src/model/access.ts';
import { present } from '../../../src/model/observation.ts';
import type { KeyFacts, PairFacts } from '../../../src/model/pair-facts.ts';
import {
  ABSENT,
  ACCOUNT,
  aKey,
  anOrdersLink,
  aReplicationRule,
  aRole,
  delegating,
  DENIED,
  DESTINATION,
  OTHER_ACCOUNT,
  REPLICA_KEY,
  ROLE,
  type RoleChanges,
  rules,
  SOURCE,
  SOURCE_KEY,
  somePair,
  unknownPair,
} from '../../support/pair-facts.ts';
import { documentIn } from './document-in.ts';

const KMS_RULE = aReplicationRule({ kmsObjects: true, replicaKmsKeyId: REPLICA_KEY });
const ABROAD = anOrdersLink({ destination: { ...DESTINATION, account: OTHER_ACCOUNT } });
const FOREIGN_KEY = `arn:aws:kms:eu-west-1:${OTHER_ACCOUNT}:key/replica`;

const keyOf = (side: KeyFacts['side'], key: KeyFacts['key'], id: string): KeyFacts => ({
  side,
  ref: { id, region: side === 'source' ? 'us-east-1' : 'eu-west-1' },
  key,
});
const KEYS = [
  keyOf('source', present(aKey(SOURCE_KEY)), SOURCE_KEY),
  keyOf('destination', present(aKey(REPLICA_KEY)), REPLICA_KEY),
];

function plain(role: RoleChanges = {}): PairFacts {
  return somePair({ role: aRole(role), keys: [] });
}

function kms(role: RoleChanges = {}, keys: readonly KeyFacts[] = KEYS): PairFacts {
  return somePair({ source: rules(KMS_RULE), role: aRole({ rules: [KMS_RULE], ...role }), keys });
}

function bucketPolicy(statement: object) {
  const json = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  return { policy: present({ json, isPublic: false }) };
}

const GRANT = {
  Effect: 'Allow',
  Principal: { AWS: ROLE },
  Action: 's3:*',
  Resource: `arn:aws:s3:::${DESTINATION.bucket}/*`,
};
const abroad = (destination: object = {}, role: RoleChanges = {}): PairFacts =>
  somePair({ link: ABROAD, destination, role: aRole({ link: ABROAD, ...role }), keys: [] });

const READ = 's3:GetObjectVersionForReplication';

function told(facts: PairFacts): readonly string[] {
  return missingPermissions.run(facts).map(({ verdict, evidence }) => {
    return `${verdict} ${evidence['where']}: ${evidence['lacks'] ?? evidence['undecided'] ?? evidence['permission'] ?? ''}`;
  });
}

const OWN = 'violated policies of the role';

describe('missingPermissions', () => {
  it.each<[string, PairFacts, readonly string[]]>([
    ['a role that may do everything', plain(), []],
    [
      'tags that it may not replicate',
      plain({ decisions: { 's3:ReplicateTags': 'silent' } }),
      [`${OWN}: s3:ReplicateTags`],
    ],
    [
      'several things, named together',
      plain({ decisions: { 's3:ReplicateTags': 'silent', 's3:ListBucket': 'silent' } }),
      [`${OWN}: s3:ListBucket, s3:ReplicateTags`],
    ],
    ['a deny', plain({ decisions: { 's3:ReplicateDelete': 'denied' } }), [`${OWN}: s3:ReplicateDelete`]],
    [
      'what depends on something',
      plain({ decisions: { 's3:ReplicateTags': 'unclear' } }),
      [`unverifiable ${ROLE}: s3:ReplicateTags`],
    ],
    ['plain reading instead of reading for replication', plain({ decisions: { [READ]: 'silent' } }), []],
    [
      'neither of the two',
      plain({ decisions: { [READ]: 'silent', 's3:GetObjectVersion': 'silent' } }),
      [`${OWN}: ${READ}`],
    ],
    [
      'plain reading of KMS objects, which is not enough',
      kms({ decisions: { [READ]: 'silent' } }),
      [`${OWN}: ${READ}`],
    ],
    [
      'a bucket policy that gives what the role lacks',
      somePair({ destination: bucketPolicy(GRANT), role: aRole({ decisions: { 's3:ReplicateTags': 'silent' } }) }),
      [],
    ],
    [
      'a bucket policy that denies',
      somePair({
        destination: bucketPolicy({ ...GRANT, Effect: 'Deny', Action: 's3:ReplicateObject' }),
        role: aRole(),
      }),
      ['violated policy of orders-euw1: s3:ReplicateObject'],
    ],
    [
      'a bucket policy that may not be read',
      somePair({ destination: { policy: DENIED }, role: aRole() }),
      ['unverifiable policy of orders-euw1: s3:GetBucketPolicy and s3:GetBucketPolicyStatus'],
    ],
    [
      'another account that says nothing',
      abroad(),
      ['violated policy of orders-euw1: s3:ReplicateObject, s3:ReplicateTags, s3:ReplicateDelete'],
    ],
    ['another account that allows the role', abroad(bucketPolicy(GRANT)), []],
    ['another account that trusts ours', abroad(bucketPolicy({ ...GRANT, Principal: { AWS: ACCOUNT } })), []],
    [
      'another account, and a role that may not either',
      abroad({}, { decisions: { 's3:ReplicateTags': 'silent' } }),
      [
        'violated policy of orders-euw1: s3:ReplicateObject, s3:ReplicateTags, s3:ReplicateDelete',
        `${OWN}: s3:ReplicateTags`,
      ],
    ],
    ['both keys', kms(), []],
    ['a key it may not use', kms({ decisions: { 'kms:Decrypt': 'silent' } }), [`${OWN}: kms:Decrypt`]],
    ['one way to encrypt', kms({ decisions: { 'kms:Encrypt': 'silent' } }), []],
    [
      'no way to encrypt',
      kms({ decisions: { 'kms:Encrypt': 'silent', 'kms:GenerateDataKey': 'silent' } }),
      [`${OWN}: kms:GenerateDataKey, kms:Encrypt`],
    ],
    [
      'a replica key with a bucket key, which is decrypted too',
      kms({ bucketKey: true, decisions: { 'kms:Decrypt': 'silent' } }),
      [`${OWN}: kms:Decrypt`],
    ],
    [
      'a key policy that names somebody else',
      kms({}, [keyOf('source', present(aKey(SOURCE_KEY, { policy: present(delegating(OTHER_ACCOUNT)) })), SOURCE_KEY)]),
      [
        `violated policy of ${SOURCE_KEY}: kms:Decrypt`,
        `unverifiable ${REPLICA_KEY}: kms:DescribeKey and kms:GetKeyPolicy`,
      ],
    ],
    [
      'a key that may not be described',
      kms({}, [keyOf('source', DENIED, SOURCE_KEY), KEYS[1] as KeyFacts]),
      [`unverifiable ${SOURCE_KEY}: kms:DescribeKey and kms:GetKeyPolicy`],
    ],
    [
      'a key policy that may not be read',
      kms({}, [keyOf('source', present(aKey(SOURCE_KEY, { policy: DENIED })), SOURCE_KEY), KEYS[1] as KeyFacts]),
      [`unverifiable ${SOURCE_KEY}: kms:DescribeKey and kms:GetKeyPolicy`],
    ],
    [
      'a key that is not there, which is another finding',
      kms({}, [keyOf('source', ABSENT, SOURCE_KEY), KEYS[1] as KeyFacts]),
      [],
    ],
    [
      'a key without a policy of its own',
      kms({}, [keyOf('source', present(aKey(SOURCE_KEY, { policy: ABSENT })), 'alias/mine'), KEYS[1] as KeyFacts]),
      [`violated policy of ${SOURCE_KEY}: kms:Decrypt`],
    ],
    ['no role of that name', plain({ trust: ABSENT, answers: ABSENT }), ['violated role: the role does not exist']],
    [
      'a role of another account',
      plain({ trust: ABSENT, answers: DENIED }),
      [`unverifiable ${ROLE}: iam:SimulatePrincipalPolicy`],
    ],
    ['a role that can only be read', plain({ answers: ABSENT }), [`unverifiable ${ROLE}: iam:SimulatePrincipalPolicy`]],
  ])('judges %s', (_, facts, expected) => {
    expect(told(facts)).toEqual(expected);
    expect(missingPermissions.applies(facts)).toBe(true);
  });

  it('takes a policy that nobody asked for as one that is not known', () => {
    const { policy: _, ...destination } = plain().destination;
    expect(told({ ...plain(), destination })).toEqual([]); // and says so only where it was refused
  });

  it('is not asked without a role', () => {
    expect(missingPermissions.applies(unknownPair())).toBe(false);
  });

  it('names the smallest statement, and puts all that the link asks for', () => {
    const [finding] = missingPermissions.run(plain({ decisions: { 's3:ReplicateTags': 'silent' }, objectLock: true }));
    expect(JSON.parse(finding?.remedy?.statement ?? '')).toEqual([
      { Effect: 'Allow', Action: ['s3:ReplicateTags'], Resource: 'arn:aws:s3:::orders-euw1/*' },
    ]);
    expect(documentIn(finding?.remedy?.commands[0])).toMatchObject({
      Statement: [
        { Resource: 'arn:aws:s3:::orders-use1', Action: ['s3:GetReplicationConfiguration', 's3:ListBucket'] },
        { Resource: 'arn:aws:s3:::orders-use1/*', Action: expect.arrayContaining([READ, 's3:GetObjectLegalHold']) },
        { Resource: 'arn:aws:s3:::orders-euw1/*' },
      ],
    });
  });

  it('allows keys through S3 only, for the bucket and its objects', () => {
    const [finding] = missingPermissions.run(kms({ decisions: { 'kms:Decrypt': 'silent' } }));
    expect(JSON.parse(finding?.remedy?.statement ?? '')).toEqual([
      {
        Effect: 'Allow',
        Action: ['kms:Decrypt'],
        Resource: SOURCE_KEY,
        Condition: {
          StringEquals: { 'kms:ViaService': ['s3.us-east-1.amazonaws.com'] },
          StringLike: {
            'kms:EncryptionContext:aws:s3:arn': ['arn:aws:s3:::orders-use1', 'arn:aws:s3:::orders-use1/*'],
          },
        },
      },
    ]);
  });

  it('adds to the policies of others, and keeps what they say', () => {
    const other = {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::444455556666:role/reader' },
      Action: 's3:GetObject',
      Resource: '*',
    };
    const [finding] = missingPermissions.run(abroad(bucketPolicy(other)));
    expect(finding?.remedy?.who).toBe('owner of the destination bucket');
    expect(documentIn(finding?.remedy?.commands[0])).toMatchObject({
      Statement: [
        other,
        { Principal: { AWS: ROLE }, Action: ['s3:ReplicateObject', 's3:ReplicateTags', 's3:ReplicateDelete'] },
      ],
    });
    const [first] = missingPermissions.run(abroad());
    expect(documentIn(first?.remedy?.commands[0])).toMatchObject({ Version: '2012-10-17', Statement: [{}] });
    const refused = keyOf(
      'source',
      present(aKey(SOURCE_KEY, { policy: present(delegating(OTHER_ACCOUNT)) })),
      SOURCE_KEY,
    );
    const [ofKey] = missingPermissions.run(kms({}, [refused, KEYS[1] as KeyFacts]));
    expect(ofKey?.remedy?.commands[0]).toContain(`kms put-key-policy --region us-east-1 --key-id ${SOURCE_KEY}`);
    expect(documentIn(ofKey?.remedy?.commands[0])).toMatchObject({
      Id: 'own',
      Statement: [{}, { Resource: '*', Principal: { AWS: ROLE }, Action: ['kms:Decrypt'] }],
    });
  });

  it('lets the source bucket allow what only it can', () => {
    const link = anOrdersLink({ source: { ...SOURCE, account: OTHER_ACCOUNT } });
    const [finding] = missingPermissions.run(somePair({ link, role: aRole({ link }), keys: [] }));
    expect(finding?.remedy?.who).toBe('owner of the source bucket');
  });

  it.each([
    ['a deny of the role', plain({ decisions: { 's3:ReplicateTags': 'denied' } })],
    [
      'a deny of the bucket',
      somePair({ destination: bucketPolicy({ ...GRANT, Effect: 'Deny' }), role: aRole(), keys: [] }),
    ],
    [
      "a key of AWS's own in another account",
      somePair({
        link: ABROAD,
        destination: bucketPolicy(GRANT),
        role: {
          ...aRole(),
          answers: present([answerOn('kms:GenerateDataKey', FOREIGN_KEY)]),
        },
        keys: [keyOf('destination', present(aKey(FOREIGN_KEY, { manager: 'aws' })), FOREIGN_KEY)],
      }),
    ],
  ])('has no command against %s', (_, facts) => {
    const [finding] = missingPermissions.run(facts);
    expect(finding?.verdict).toBe('violated');
    expect(finding?.remedy?.commands).toEqual([]);
  });

  it('creates the role that the rules name, with its path', () => {
    const arn = `arn:aws:iam::${ACCOUNT}:role/service/replicates`;
    const [finding] = missingPermissions.run(plain({ arn, trust: ABSENT, answers: ABSENT }));
    const [create = '', grant = ''] = finding?.remedy?.commands ?? [];
    expect(create).toContain('iam create-role --role-name replicates --path /service/');
    expect(grant).toContain('iam put-role-policy --role-name replicates');
  });
});

function answerOn(action: string, resource: string): AccessAnswer {
  return { action, resource, example: resource, context: {}, decision: 'allowed' };
}
