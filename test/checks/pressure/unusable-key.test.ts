import { describe, expect, it } from 'vitest';
import { unusableKey } from '../../../src/checks/pressure/unusable-key.ts';
import type { UsedKey } from '../../../src/model/pressure-facts.ts';
import { aUsedKey, KEY_ARN, somePressure } from '../../support/pressure.ts';

function judge(...keys: readonly UsedKey[]) {
  return unusableKey.run(somePressure({ keys }));
}

const elsewhere = KEY_ARN.replace('eu-west-1', 'us-east-1');

describe('the state of a key', () => {
  it.each([
    ['says nothing of a key that is enabled', aUsedKey(), []],
    ['says nothing of a state that is none', aUsedKey({ state: 'Updating' }), []],
    ['finds a disabled key', aUsedKey({ state: 'Disabled' }), ['violated disabled']],
    ['finds a key that waits for its deletion', aUsedKey({ state: 'PendingDeletion' }), ['violated pending-deletion']],
    ['finds the same of a replica key', aUsedKey({ state: 'PendingReplicaDeletion' }), ['violated pending-deletion']],
    ['finds a key without material', aUsedKey({ state: 'PendingImport' }), ['violated pending-import']],
    ['finds a key store that is out', aUsedKey({ state: 'Unavailable' }), ['violated unavailable']],
    ['says nothing of an alias whose key is enabled', aUsedKey({ ref: { id: 'alias/x', region: 'eu-west-1' } }), []],
    ['finds a missing key', { ...aUsedKey(), key: { state: 'absent' } } as const, ['violated not-found']],
    [
      'finds a key of another Region',
      aUsedKey({ ref: { id: elsewhere, region: 'eu-west-1' } }),
      ['violated wrong-region'],
    ],
    [
      'cannot judge what it may not read',
      { ...aUsedKey(), key: { state: 'unreadable', reason: 'access-denied' } } as const,
      ['unverifiable access-denied'],
    ],
  ])('%s', (_title, key, expected) => {
    expect(judge(key).map(({ verdict, evidence }) => `${verdict} ${evidence['reason']}`)).toEqual(expected);
  });

  it('does not apply where nobody asked', () => {
    expect(unusableKey.run(somePressure())).toEqual([]);
  });

  it('says when a key is going to be deleted, and how to stop it', () => {
    const [finding] = judge(aUsedKey({ state: 'PendingDeletion', deletionAt: new Date('2026-11-08T00:00:00Z') }));
    expect(finding?.evidence).toEqual({
      reason: 'pending-deletion',
      deletionAt: '2026-11-08T00:00:00.000Z',
      bucket: 'photos',
    });
    expect(finding?.remedy?.commands.slice(0, 2)).toEqual([
      `aws kms cancel-key-deletion --key-id ${KEY_ARN} --region eu-west-1`,
      `aws kms enable-key --key-id ${KEY_ARN} --region eu-west-1`,
    ]);
  });
});

const USE = ['kms:GenerateDataKey', 'kms:Decrypt'];
const CONTEXT = 'kms:EncryptionContext:aws:s3:arn';
const OBJECTS = { StringLike: { [CONTEXT]: 'arn:aws:s3:::photos/*' } };

function policyOf(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

function allow(changes: object = {}): object {
  return { Effect: 'Allow', Principal: { AWS: '*' }, Action: USE, Resource: '*', ...changes };
}

describe('the encryption context of a bucket key', () => {
  it.each([
    ['finds a policy that names objects only', policyOf(allow({ Condition: OBJECTS })), true],
    [
      'finds it under several statements',
      policyOf(allow({ Condition: OBJECTS }), allow({ Action: 'kms:DescribeKey' })),
      true,
    ],
    [
      'finds it beside another condition',
      policyOf(allow({ Condition: { ...OBJECTS, Bool: { 'aws:SecureTransport': 'true' } } })),
      true,
    ],
    ['finds it in a statement for every action', policyOf(allow({ Action: 'KMS:*', Condition: OBJECTS })), true],
    [
      'finds it in a statement for all data keys',
      policyOf(allow({ Action: 'kms:GenerateDataKey*', Condition: OBJECTS })),
      true,
    ],
    [
      'says nothing where the bucket is named too',
      policyOf(allow({ Condition: { StringLike: { [CONTEXT]: 'arn:aws:s3:::photos*' } } })),
      false,
    ],
    [
      'says nothing where both are listed',
      policyOf(allow({ Condition: { StringLike: { [CONTEXT]: ['arn:aws:s3:::photos', 'arn:aws:s3:::photos/*'] } } })),
      false,
    ],
    ['says nothing where another statement is open', policyOf(allow({ Condition: OBJECTS }), allow()), false],
    [
      'says nothing of another bucket',
      policyOf(allow({ Condition: { StringLike: { [CONTEXT]: 'arn:aws:s3:::other/*' } } })),
      false,
    ],
    ['says nothing without conditions', policyOf(allow()), false],
    ['says nothing of what is denied', policyOf(allow({ Effect: 'Deny', Condition: OBJECTS })), false],
    ['says nothing of a text that is no policy', 'x', false],
  ])('%s', (_title, policy, found) => {
    const findings = judge(aUsedKey({ bucketKey: true, policy }));
    expect(findings.map(({ evidence }) => evidence['reason'])).toEqual(found ? ['bucket-key-context'] : []);
  });

  it('says nothing without a bucket key, or where the policy cannot be read', () => {
    expect(judge(aUsedKey({ policy: policyOf(allow({ Condition: OBJECTS })) }))).toEqual([]);
    expect(judge(aUsedKey({ bucketKey: true }))).toEqual([]);
  });

  it('gives the whole policy, with the bucket in it, which then is silent', () => {
    const trapped = policyOf(allow({ Condition: OBJECTS, Sid: 'S3' }), allow({ Action: 'kms:DescribeKey' }));
    const [finding] = judge(aUsedKey({ bucketKey: true, policy: trapped }));
    const [, policy = ''] = /--policy '(.*)' --region/.exec(finding?.remedy?.commands[0] ?? '') ?? [];
    expect(JSON.parse(policy)).toMatchObject({
      Version: '2012-10-17',
      Statement: [
        { Sid: 'S3', Condition: { StringLike: { [CONTEXT]: ['arn:aws:s3:::photos/*', 'arn:aws:s3:::photos'] } } },
        { Action: 'kms:DescribeKey' },
      ],
    });
    expect(judge(aUsedKey({ bucketKey: true, policy }))).toEqual([]);
  });
});
