import { describe, expect, it } from 'vitest';
import { replicationQuestions, type ReplicationWork } from '../../src/model/replication-access.ts';
import { toStatements, withStatements } from '../../src/model/policy-document.ts';
import { anOrdersLink, aReplicationRule, REPLICA_KEY, ROLE, SOURCE_KEY } from '../support/pair-facts.ts';

const WORK: ReplicationWork = {
  link: anOrdersLink(),
  roleArn: ROLE,
  rules: [aReplicationRule()],
  objectLock: false,
  bucketKey: false,
  sourceKeys: [SOURCE_KEY],
  replicaKeys: [REPLICA_KEY],
};

function asked(changes: Partial<ReplicationWork>): readonly string[] {
  return replicationQuestions({ ...WORK, ...changes }).map(
    ({ action, resource }) => `${action} ${resource.split(':').at(-1)}`,
  );
}

const SOURCE_ACTIONS = [
  's3:GetReplicationConfiguration orders-use1',
  's3:ListBucket orders-use1',
  's3:GetObjectVersion orders-use1/*',
  's3:GetObjectVersionForReplication orders-use1/*',
  's3:GetObjectVersionAcl orders-use1/*',
  's3:GetObjectVersionTagging orders-use1/*',
];

describe('replicationQuestions', () => {
  it('asks for what a plain rule takes', () => {
    expect(asked({})).toEqual([
      ...SOURCE_ACTIONS,
      's3:ReplicateObject orders-euw1/*',
      's3:ReplicateTags orders-euw1/*',
      's3:ReplicateDelete orders-euw1/*',
    ]);
  });

  it.each<[string, Partial<ReplicationWork>, readonly string[]]>([
    [
      'Object Lock',
      { objectLock: true },
      ['s3:GetObjectRetention orders-use1/*', 's3:GetObjectLegalHold orders-use1/*'],
    ],
    [
      'another owner',
      { rules: [aReplicationRule({ ownerOverride: true })] },
      ['s3:ObjectOwnerOverrideToBucketOwner orders-euw1/*'],
    ],
    [
      'KMS',
      { rules: [aReplicationRule({ kmsObjects: true })] },
      ['kms:Decrypt key/source', 'kms:GenerateDataKey key/replica', 'kms:Encrypt key/replica'],
    ],
    ['a bucket key', { rules: [aReplicationRule({ kmsObjects: true })], bucketKey: true }, ['kms:Decrypt key/replica']],
  ])('asks besides for what %s takes', (_, changes, besides) => {
    expect(asked(changes)).toEqual(expect.arrayContaining([...besides]));
    expect(asked({})).not.toEqual(expect.arrayContaining([...besides]));
  });

  it.each([
    ['same', false, true],
    ['any', true, true],
    ['any', false, false],
  ] as const)(
    'asks for deletes where they are expected (%s) or replicated (%s)',
    (deleteMarkers, replicated, expected) => {
      const link = anOrdersLink({ expect: { deleteMarkers } });
      const rules = [aReplicationRule({ deleteMarkers: replicated })];
      expect(asked({ link, rules }).includes('s3:ReplicateDelete orders-euw1/*')).toBe(expected);
    },
  );

  it('asks for the prefixes of the rules, once each, or for everything', () => {
    const rules = ['a/', 'b/', 'a/'].map((prefix) => aReplicationRule({ prefix, deleteMarkers: false }));
    const link = anOrdersLink({ expect: { deleteMarkers: 'any' } });
    const written = asked({ rules, link }).filter((line) => line.startsWith('s3:Replicate'));
    expect(written).toEqual([
      's3:ReplicateObject orders-euw1/a/*',
      's3:ReplicateTags orders-euw1/a/*',
      's3:ReplicateObject orders-euw1/b/*',
      's3:ReplicateTags orders-euw1/b/*',
    ]);
    expect(asked({ rules: [...rules, aReplicationRule()] })).toContain('s3:ReplicateObject orders-euw1/*');
  });

  it.each([
    [false, 'us-east-1', 'arn:aws:s3:::orders-use1/any', 's3.us-east-1.amazonaws.com'],
    [true, 'us-east-1', 'arn:aws:s3:::orders-use1', 's3.us-east-1.amazonaws.com'],
    [true, 'cn-north-1', 'arn:aws-cn:s3:::orders-use1', 's3.cn-north-1.amazonaws.com.cn'],
  ])('knows how S3 uses keys (bucket key %s, in %s)', (bucketKey, region, context, service) => {
    const source = { ...WORK.link.source, region };
    const work = {
      ...WORK,
      link: anOrdersLink({ source }),
      rules: [aReplicationRule({ kmsObjects: true })],
      bucketKey,
    };
    const decrypt = replicationQuestions(work).find(({ action }) => action === 'kms:Decrypt');
    expect(decrypt?.context).toMatchObject({
      'kms:ViaService': service,
      'kms:EncryptionContext:aws:s3:arn': context,
      'aws:PrincipalArn': ROLE,
      'aws:RequestedRegion': region,
    });
  });
});

describe('toStatements', () => {
  const question = { action: 'kms:Decrypt', resource: SOURCE_KEY, example: SOURCE_KEY };

  it('leaves out a condition on a context that is not known', () => {
    const context = { 'kms:ViaService': 's3.us-east-1.amazonaws.com' };
    const [statement] = toStatements([{ ...question, context }]) as readonly { readonly Condition: object }[];
    expect(statement?.Condition).toEqual({ StringEquals: { 'kms:ViaService': ['s3.us-east-1.amazonaws.com'] } });
  });

  it('asks nobody for a substitute', () => {
    expect(toStatements([{ ...question, context: {}, insteadOf: 'kms:Encrypt' }])).toEqual([]);
  });
});

describe('withStatements', () => {
  it.each([
    ['', { Version: '2012-10-17', Statement: [{ Sid: 'new' }] }],
    ['{"Version":"2008-10-17","Id":"own"}', { Version: '2008-10-17', Id: 'own', Statement: [{ Sid: 'new' }] }],
    ['{"Statement":{"Sid":"one"}}', { Version: '2012-10-17', Statement: [{ Sid: 'one' }, { Sid: 'new' }] }],
    ['{"Statement":[{"Sid":"one"}]}', { Version: '2012-10-17', Statement: [{ Sid: 'one' }, { Sid: 'new' }] }],
  ])('keeps what %j says', (json, expected) => {
    expect(withStatements(json, [{ Sid: 'new' }])).toEqual(expected);
  });
});
