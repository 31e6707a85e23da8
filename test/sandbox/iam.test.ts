import { describe, expect, it } from 'vitest';

import { createAccessControl } from '../../src/sandbox/iam/access.ts';
import { matchesAction, matchesPattern } from '../../src/sandbox/iam/pattern.ts';
import { decide, parsePolicy, type AccessQuestion } from '../../src/sandbox/iam/policy.ts';
import { neededForS3 } from '../../src/sandbox/iam/s3-access.ts';

const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:signals';
const FROM_S3: AccessQuestion = {
  action: 'sqs:SendMessage',
  resource: QUEUE,
  context: {
    'aws:SourceArn': 'arn:aws:s3:::orders',
    'aws:SourceAccount': '111122223333',
    'aws:SecureTransport': 'true',
  },
  caller: { kind: 'Service', name: 's3.amazonaws.com' },
};

const allow = (change: object = {}): object => ({
  Effect: 'Allow',
  Principal: { Service: 's3.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: QUEUE,
  ...change,
});

describe('a pattern', () => {
  it.each([
    ['arn:aws:s3:::orders/*', 'arn:aws:s3:::orders/a/b', true],
    ['arn:aws:s3:::orders/*', 'arn:aws:s3:::orders', false],
    ['arn:aws:s3:::orders', 'arn:aws:s3:::orders2', false],
    ['arn:aws:s3:::order?', 'arn:aws:s3:::orders', true],
    ['arn:aws:s3:::o.ders', 'arn:aws:s3:::orders', false],
    ['*', 'anything\nat all', true],
    ['a+(b)[c]', 'a+(b)[c]', true],
  ])('%s against %j: %s', (pattern, text, matches) => {
    expect(matchesPattern(pattern, text)).toBe(matches);
  });

  it('ignores case in actions only', () => {
    expect(matchesAction('SQS:send*', 'sqs:SendMessage')).toBe(true);
    expect(matchesPattern('ORDERS', 'orders')).toBe(false);
  });
});

describe('a policy', () => {
  it.each([
    ['allows what it says', [allow()], 'allow'],
    ['is silent about another action', [allow({ Action: 'sqs:ReceiveMessage' })], 'silent'],
    ['is silent about another resource', [allow({ Resource: `${QUEUE}2` })], 'silent'],
    ['is silent about another service', [allow({ Principal: { Service: 'sns.amazonaws.com' } })], 'silent'],
    ['is silent about an account', [allow({ Principal: { AWS: '111122223333' } })], 'silent'],
    ['speaks to everybody with a star', [allow({ Principal: '*' })], 'allow'],
    [
      'takes one of several actions and resources',
      [allow({ Action: ['x:y', 'sqs:*'], Resource: ['z', '*'] })],
      'allow',
    ],
    ['lets a deny win', [allow(), allow({ Effect: 'Deny', Action: 'sqs:*' })], 'deny'],
    ['demands the source', [allow({ Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:*:*:orders' } } })], 'allow'],
    [
      'refuses another source',
      [allow({ Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::other' } } })],
      'silent',
    ],
    [
      'refuses another account',
      [allow({ Condition: { StringEquals: { 'aws:SourceAccount': '444455556666' } } })],
      'silent',
    ],
    [
      'demands every condition',
      [allow({ Condition: { ArnLike: { 'aws:SourceArn': '*' }, StringEquals: { 'aws:SourceAccount': 'x' } } })],
      'silent',
    ],
    [
      'takes any value of a condition',
      [allow({ Condition: { StringEquals: { 'aws:SourceAccount': ['x', '111122223333'] } } })],
      'allow',
    ],
    ['does not hold for a key that is missing', [allow({ Condition: { StringLike: { 's3:prefix': '*' } } })], 'silent'],
    [
      'holds for a missing key with IfExists',
      [allow({ Condition: { StringLikeIfExists: { 's3:prefix': 'a' } } })],
      'allow',
    ],
    [
      'holds for a missing key when negated',
      [allow({ Condition: { StringNotEquals: { 's3:prefix': 'a' } } })],
      'allow',
    ],
    ['knows TLS', [allow(), allow({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': false } } })], 'allow'],
  ])('%s', (_, statements, decision) => {
    expect(decide(parsePolicy({ Version: '2012-10-17', Statement: statements }, 'policy'), FROM_S3)).toBe(decision);
  });

  it.each([
    ['NotAction', { NotAction: 'x' }],
    ['NotResource', { NotResource: 'x' }],
    ['NotPrincipal', { NotPrincipal: '*' }],
    ['condition operator IpAddress', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }],
    ['condition operator ForAllValues:StringEquals', { Condition: { 'ForAllValues:StringEquals': {} } }],
    ['condition key aws:CurrentTime', { Condition: { StringEquals: { 'aws:CurrentTime': 'x' } } }],
    ['policy variable', { Resource: 'arn:aws:s3:::b/${aws:username}/*' }],
    ['Principal Federated', { Principal: { Federated: 'x' } }],
    ['Effect Maybe', { Effect: 'Maybe' }],
  ])('is refused for %s, by name', (name, change) => {
    expect(() => parsePolicy({ Statement: [allow(change)] }, 'role x')).toThrow(name);
  });
});

describe('access of a role', () => {
  const access = createAccessControl('111122223333');
  const principal = { accessKeyId: 'ASIA', account: '111122223333', arn: 'arn:aws:iam::111122223333:role/look' };
  const question = { principal, region: 'eu-west-1', action: 'sqs:SendMessage', resource: QUEUE };
  access.setRole(principal.arn, parsePolicy({ Statement: allow({ Principal: undefined }) }, 'role'));

  it('is what its policies allow', () => {
    expect(access.isAllowed(question)).toBe(true);
    expect(access.isAllowed({ ...question, action: 'sqs:PurgeQueue' })).toBe(false);
    expect(access.isAllowed({ ...question, principal: { ...principal, arn: `${principal.arn}2` } })).toBe(false);
  });

  it('can be taken away and given by the resource', () => {
    const speaking = (Effect: string, Action: string) =>
      parsePolicy({ Statement: allow({ Effect, Action, Principal: { AWS: principal.arn } }) }, 'queue');
    expect(access.isAllowed({ ...question, resourcePolicy: speaking('Deny', 'sqs:*') })).toBe(false);
    expect(
      access.isAllowed({ ...question, action: 'sqs:PurgeQueue', resourcePolicy: speaking('Allow', 'sqs:PurgeQueue') }),
    ).toBe(true);
  });

  it('is refused with the names of action and resource', () => {
    const denied = { ...question, action: 'sns:Publish', resource: 'arn:aws:sns:eu-west-1:111122223333:alerts' };
    expect(() => access.require(denied)).toThrow(
      expect.objectContaining({
        code: 'AuthorizationError',
        status: 403,
        message: expect.stringContaining('sns:Publish on resource: arn:aws:sns'),
      }),
    );
  });
});

describe('the permissions of S3', () => {
  const request = (rawPath: string, query = '', headers = {}) => ({
    service: 's3',
    region: 'eu-west-1',
    principal: { accessKeyId: '', account: '', arn: '' },
    method: 'GET',
    rawPath,
    query: new URLSearchParams(query),
    headers,
    host: '127.0.0.1',
    requestId: '',
  });

  it.each([
    ['HeadObject', '/b/k', '', ['s3:GetObject arn:aws:s3:::b/k']],
    ['HeadObject', '/b/a%20b%2B', 'versionId=1', ['s3:GetObjectVersion arn:aws:s3:::b/a b+']],
    ['GetObjectAttributes', '/b/k', '', ['s3:GetObject arn:aws:s3:::b/k', 's3:GetObjectAttributes arn:aws:s3:::b/k']],
    [
      'GetObjectAttributes',
      '/b/k',
      'versionId=1',
      ['s3:GetObjectVersion arn:aws:s3:::b/k', 's3:GetObjectVersionAttributes arn:aws:s3:::b/k'],
    ],
    ['ListObjectsV2', '/b', 'list-type=2', ['s3:ListBucket arn:aws:s3:::b']],
    ['ListObjectVersions', '/b', 'versions', ['s3:ListBucketVersions arn:aws:s3:::b']],
    ['GetBucketReplication', '/b', 'replication', ['s3:GetReplicationConfiguration arn:aws:s3:::b']],
    ['GetBucketVersioning', '/b', 'versioning', ['s3:GetBucketVersioning arn:aws:s3:::b']],
    ['ListBuckets', '/', '', ['s3:ListAllMyBuckets *']],
  ])('of %s on %s?%s', (operation, path, query, needed) => {
    expect(neededForS3(operation, request(path, query)).map(({ action, resource }) => `${action} ${resource}`)).toEqual(
      needed,
    );
  });

  it('of a copy are those of its source as well', () => {
    const copy = request('/b/k', '', { 'x-amz-copy-source': '/a/x%20y?versionId=1' });
    expect(neededForS3('CopyObject', copy)).toEqual([
      { action: 's3:PutObject', resource: 'arn:aws:s3:::b/k' },
      { action: 's3:GetObjectVersion', resource: 'arn:aws:s3:::a/x y' },
    ]);
  });
});
