import { describe, expect, it } from 'vitest';
import { judgePolicy, type PolicyQuestion } from '../../src/model/resource-policy.ts';

const ROLE = 'arn:aws:iam::111122223333:role/replicates';
const QUESTION: PolicyQuestion = {
  caller: { roleArn: ROLE },
  action: 's3:ReplicateObject',
  resource: 'arn:aws:s3:::b/any',
  context: { 'aws:SecureTransport': 'true', 'kms:ViaService': 's3.eu-west-1.amazonaws.com' },
};
const ALLOW = { Effect: 'Allow', Principal: { AWS: ROLE }, Action: 's3:*', Resource: 'arn:aws:s3:::b/*' };

function judge(...statements: readonly object[]): readonly string[] {
  const { denied, allowed, delegated } = judgePolicy(JSON.stringify({ Statement: statements }), QUESTION);
  return [denied, allowed, delegated];
}

describe('judgePolicy', () => {
  it.each([
    ['nothing', [], ['no', 'no', 'no']],
    ['the role by name', [ALLOW], ['no', 'yes', 'no']],
    ['everybody', [{ ...ALLOW, Principal: '*' }], ['no', 'yes', 'no']],
    ['everybody, as a list', [{ ...ALLOW, Principal: { AWS: ['*'] } }], ['no', 'yes', 'no']],
    [
      'the account by its root',
      [{ ...ALLOW, Principal: { AWS: 'arn:aws:iam::111122223333:root' } }],
      ['no', 'no', 'yes'],
    ],
    ['the account by its number', [{ ...ALLOW, Principal: { AWS: '111122223333' } }], ['no', 'no', 'yes']],
    ['another account', [{ ...ALLOW, Principal: { AWS: 'arn:aws:iam::444455556666:root' } }], ['no', 'no', 'no']],
    ['another role', [{ ...ALLOW, Principal: { AWS: `${ROLE}2` } }], ['no', 'no', 'no']],
    ['a service', [{ ...ALLOW, Principal: { Service: 's3.amazonaws.com' } }], ['no', 'no', 'no']],
    ['every service', [{ ...ALLOW, Principal: { Service: '*' } }], ['no', 'no', 'no']],
    ['another action', [{ ...ALLOW, Action: 's3:Get*' }], ['no', 'no', 'no']],
    ['an action in other case', [{ ...ALLOW, Action: 'S3:replicateobject' }], ['no', 'yes', 'no']],
    ['all actions but this', [{ ...ALLOW, Action: undefined, NotAction: 's3:Replicate*' }], ['no', 'no', 'no']],
    ['all actions but another', [{ ...ALLOW, Action: undefined, NotAction: 's3:Get*' }], ['no', 'yes', 'no']],
    ['no action at all', [{ ...ALLOW, Action: undefined }], ['no', 'no', 'no']],
    ['another resource', [{ ...ALLOW, Resource: 'arn:aws:s3:::b' }], ['no', 'no', 'no']],
    [
      'all resources but another',
      [{ ...ALLOW, Resource: undefined, NotResource: 'arn:aws:s3:::c/*' }],
      ['no', 'yes', 'no'],
    ],
    ['everybody but this role', [{ ...ALLOW, Principal: undefined, NotPrincipal: { AWS: ROLE } }], ['no', 'no', 'yes']],
    ['a deny of everything', [ALLOW, { ...ALLOW, Effect: 'Deny', Principal: '*' }], ['yes', 'yes', 'no']],
    ['a deny of the account', [{ ...ALLOW, Effect: 'Deny', Principal: { AWS: '111122223333' } }], ['yes', 'no', 'no']],
    [
      'a deny of what is not encrypted on its way',
      [ALLOW, { ...ALLOW, Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': false } } }],
      ['no', 'yes', 'no'],
    ],
    [
      'a deny under a condition that nobody knows',
      [{ ...ALLOW, Effect: 'Deny', Principal: '*', Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } } }],
      ['maybe', 'no', 'no'],
    ],
    [
      'only through S3',
      [{ ...ALLOW, Condition: { StringLike: { 'kms:viaservice': ['ec2.*', 's3.*'] } } }],
      ['no', 'yes', 'no'],
    ],
    [
      'only through EC2',
      [{ ...ALLOW, Condition: { StringEquals: { 'kms:ViaService': 'ec2.eu-west-1.amazonaws.com' } } }],
      ['no', 'no', 'no'],
    ],
    [
      'not through EC2',
      [{ ...ALLOW, Condition: { StringNotLike: { 'kms:ViaService': 'ec2.*' } } }],
      ['no', 'yes', 'no'],
    ],
    [
      'under an operator that is not judged',
      [{ ...ALLOW, Condition: { DateLessThan: { 'aws:SecureTransport': '2026' } } }],
      ['no', 'maybe', 'no'],
    ],
    [
      'in other case',
      [{ ...ALLOW, Condition: { StringEqualsIgnoreCaseIfExists: { 'aws:SecureTransport': 'TRUE' } } }],
      ['no', 'yes', 'no'],
    ],
    ['no statement at all', [null as unknown as object], ['no', 'no', 'no']],
  ])('hears %s', (_, statements, expected) => {
    expect(judge(...statements)).toEqual(expected);
  });

  it('leaves open what is no policy', () => {
    expect(judgePolicy('{', QUESTION)).toEqual({ denied: 'maybe', allowed: 'maybe', delegated: 'maybe' });
    expect(judgePolicy('7', QUESTION)).toEqual({ denied: 'no', allowed: 'no', delegated: 'no' });
  });

  it.each([
    ['S3', { Service: ['ec2.amazonaws.com', 's3.amazonaws.com'] }, 'yes'],
    ['another service', { Service: 'ec2.amazonaws.com' }, 'no'],
    ['an account', { AWS: '111122223333' }, 'no'],
  ])('says whether a trust policy trusts S3 where it names %s', (_, Principal, allowed) => {
    const json = JSON.stringify({ Statement: { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' } });
    const question = { caller: { service: 's3.amazonaws.com' }, action: 'sts:AssumeRole', context: {} };
    expect(judgePolicy(json, question)).toEqual({ denied: 'no', allowed, delegated: 'no' });
  });
});
