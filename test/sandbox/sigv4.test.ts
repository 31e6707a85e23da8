import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createCloud, type Cloud } from '../../src/sandbox/cloud.ts';
import { createCredentials, type Credentials, type Identity } from '../../src/sandbox/credentials.ts';
import { parseClaim } from '../../src/sandbox/sigv4-claim.ts';
import { verifySignature, type UnverifiedRequest } from '../../src/sandbox/sigv4.ts';

const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

function identity(accessKeyId: string, secretAccessKey: string): Identity {
  const { admin } = createCredentials('111122223333', () => 0.5);
  return { ...admin, credentials: { accessKeyId, secretAccessKey } };
}

interface Example {
  readonly who: Identity;
  readonly at: number;
  readonly request: UnverifiedRequest;
}

const S3_USER = identity('AKIAIOSFODNN7EXAMPLE', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY');

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
function s3GetExample(): Example {
  const headers = {
    host: 'examplebucket.s3.amazonaws.com',
    range: 'bytes=0-9',
    'x-amz-content-sha256': EMPTY,
    'x-amz-date': '20130524T000000Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  };
  const claim = parseClaim(headers, []);
  return {
    who: S3_USER,
    at: Date.UTC(2013, 4, 24),
    request: { claim, method: 'GET', rawPath: '/test.txt', query: [], headers, payloadHash: EMPTY },
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
function presignedExample(): Example {
  const headers = { host: 'examplebucket.s3.amazonaws.com' };
  const query: readonly (readonly [string, string])[] = [
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request'],
    ['X-Amz-Date', '20130524T000000Z'],
    ['X-Amz-Expires', '86400'],
    ['X-Amz-SignedHeaders', 'host'],
  ];
  const signature = 'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404';
  const claim = parseClaim(headers, [...query, ['X-Amz-Signature', signature]]);
  return {
    who: S3_USER,
    at: Date.UTC(2013, 4, 24, 12),
    request: { claim, method: 'GET', rawPath: '/test.txt', query, headers, payloadHash: 'UNSIGNED-PAYLOAD' },
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function iamExample(): Example {
  const headers = {
    host: 'iam.amazonaws.com',
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    'x-amz-date': '20150830T123600Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
  };
  const query = [
    ['Version', '2010-05-08'],
    ['Action', 'ListUsers'],
  ] as const;
  return {
    who: identity('AKIDEXAMPLE', 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'),
    at: Date.UTC(2015, 7, 30, 12, 36),
    request: { claim: parseClaim(headers, query), method: 'GET', rawPath: '/', query, headers, payloadHash: EMPTY },
  };
}

const MINUTE = 60_000;

describe('the examples that AWS publishes', () => {
  it.each([
    ['a header-signed GET of S3', s3GetExample()],
    ['a presigned GET of S3', presignedExample()],
    ['a GET of another service', iamExample()],
  ])('accepts %s', (_, { who, at, request }) => {
    expect(verifySignature(request, who, { now: at })).toBe(who);
  });

  it.each([
    ['another method', { method: 'PUT' }],
    ['another path', { rawPath: '/test.txt/' }],
    ['another query', { query: [['versionId', '1']] as const }],
    ['another payload', { payloadHash: 'UNSIGNED-PAYLOAD' }],
    ['another signed header', { headers: { ...s3GetExample().request.headers, range: 'bytes=0-8' } }],
  ])('refuses %s under the same signature', (_, change) => {
    const { who, at, request } = s3GetExample();
    expect(() => verifySignature({ ...request, ...change }, who, { now: at })).toThrow(
      expect.objectContaining({ code: 'SignatureDoesNotMatch', status: 403 }),
    );
  });

  it('refuses an x-amz header that was added after signing', () => {
    const { who, at, request } = s3GetExample();
    const headers = { ...request.headers, 'x-amz-bypass-governance-retention': 'true' };
    expect(() => verifySignature({ ...request, headers }, who, { now: at })).toThrow(
      /x-amz-bypass-governance-retention/,
    );
  });

  it('bears with a clock that is 15 minutes late', () => {
    const { who, at, request } = s3GetExample();
    expect(verifySignature(request, who, { now: at + 15 * MINUTE })).toBe(who);
  });

  it.each([16, -16])('refuses a request that is %s minutes late', (minutes) => {
    const { who, at, request } = s3GetExample();
    expect(() => verifySignature(request, who, { now: at + minutes * MINUTE })).toThrow(
      expect.objectContaining({ code: 'RequestTimeTooSkewed', status: 403 }),
    );
  });

  it('bears with clients that live in the time of the machine while the sandbox is ahead', () => {
    const { who, at, request } = s3GetExample();
    expect(verifySignature(request, who, { now: at + 25 * MINUTE, machineNow: at })).toBe(who);
  });

  it('refuses a presigned URL after its time', () => {
    const { who, at, request } = presignedExample();
    expect(() => verifySignature(request, who, { now: at + 13 * 60 * MINUTE })).toThrow('Request has expired');
  });

  it('refuses the signature without the session token of a role', () => {
    const { who, at, request } = s3GetExample();
    const session = { ...who, credentials: { ...who.credentials, sessionToken: 'token' } };
    expect(() => verifySignature(request, session, { now: at })).toThrow(
      expect.objectContaining({ code: 'InvalidToken' }),
    );
  });
});

describe('the real SDK', () => {
  let cloud: Cloud;
  beforeAll(async () => {
    cloud = await createCloud();
  });
  afterAll(() => cloud.close());

  interface Config {
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: Credentials;
    readonly maxAttempts: number;
  }
  const config = (change: object = {}): Config => ({
    region: 'eu-west-1',
    endpoint: cloud.url,
    credentials: cloud.credentials,
    maxAttempts: 1,
    ...change,
  });
  const calls = {
    s3: (change?: object) => new S3Client(config(change)).send(new ListBucketsCommand()),
    sqs: (change?: object) => new SQSClient(config(change)).send(new ListQueuesCommand()),
    sns: (change?: object) => new SNSClient(config(change)).send(new ListTopicsCommand()),
    dynamodb: (change?: object) => new DynamoDBClient(config(change)).send(new ListTablesCommand()),
  } as const;

  it.each(Object.entries(calls))('is believed by %s', async (_, call) => {
    expect((await call()).$metadata.httpStatusCode).toBe(200);
  });

  it.each([
    ['s3', 'SignatureDoesNotMatch', 403],
    ['sqs', 'SignatureDoesNotMatch', 403],
    ['sns', 'SignatureDoesNotMatch', 403],
    ['dynamodb', 'InvalidSignatureException', 400],
  ] as const)('is refused by %s with a wrong secret', async (service, name, httpStatusCode) => {
    const credentials = { ...cloud.credentials, secretAccessKey: 'wrong' };
    await expect(calls[service]({ credentials })).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
  });

  it.each([
    ['s3', 'InvalidAccessKeyId'],
    ['sqs', 'InvalidClientTokenId'],
    ['sns', 'InvalidClientTokenId'],
    ['dynamodb', 'UnrecognizedClientException'],
  ] as const)('is refused by %s with an unknown key', async (service, name) => {
    const credentials = { ...cloud.credentials, accessKeyId: 'AKIAUNKNOWN' };
    await expect(calls[service]({ credentials })).rejects.toMatchObject({ name });
  });

  it.each([
    ['s3', 'RequestTimeTooSkewed'],
    ['sns', 'SignatureDoesNotMatch'],
    ['dynamodb', 'InvalidSignatureException'],
  ] as const)('is refused by %s with a date of 16 minutes ago', async (service, name) => {
    await expect(calls[service]({ systemClockOffset: -16 * MINUTE })).rejects.toMatchObject({ name });
    await expect(calls[service]({ systemClockOffset: -14 * MINUTE })).resolves.toBeDefined();
  });

  it('is refused by a queue of another Region than it signs for', async () => {
    const { QueueUrl } = await new SQSClient(config()).send(new CreateQueueCommand({ QueueName: 'abroad' }));
    const elsewhere = new SQSClient(config({ region: 'us-east-1' }));
    await expect(elsewhere.send(new GetQueueAttributesCommand({ QueueUrl }))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('is refused for what is no Region at all', async () => {
    await expect(calls.s3({ region: 'nowhere' })).rejects.toMatchObject({ name: 'AuthorizationHeaderMalformed' });
  });

  it('goes on after the clock of the sandbox was moved, because answers carry its time', async () => {
    await cloud.clock.advance(60 * MINUTE);
    await expect(calls.s3({ maxAttempts: 2 })).resolves.toBeDefined();
  });

  it('is needed: an unsigned request is refused', async () => {
    const response = await fetch(`${cloud.url}/bucket/key`);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('<Code>AccessDenied</Code>');
  });
});
