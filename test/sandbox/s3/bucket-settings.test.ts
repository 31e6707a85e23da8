import {
  CreateBucketCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  DeletePublicAccessBlockCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetBucketReplicationCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  ListMultipartUploadsCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { beforeAll, afterAll, describe, expect, it } from 'vitest';
import { startS3, type LocalS3 } from './local-s3.ts';

const Bucket = 'fresh-euw1';
const MFA = 'arn:aws:iam::111122223333:mfa/admin 123456';

let s3: LocalS3;
let client: S3Client;

beforeAll(async () => {
  s3 = await startS3();
  client = s3.client();
  await create(Bucket);
});

afterAll(async () => {
  await s3.close();
});

async function create(name: string): Promise<void> {
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
  await client.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration }));
}

describe('a new bucket', () => {
  it.each([
    [
      'replication',
      () => client.send(new GetBucketReplicationCommand({ Bucket })),
      'ReplicationConfigurationNotFoundError',
    ],
    [
      'lifecycle rules',
      () => client.send(new GetBucketLifecycleConfigurationCommand({ Bucket })),
      'NoSuchLifecycleConfiguration',
    ],
    ['policy', () => client.send(new GetBucketPolicyCommand({ Bucket })), 'NoSuchBucketPolicy'],
    ['policy to judge', () => client.send(new GetBucketPolicyStatusCommand({ Bucket })), 'NoSuchBucketPolicy'],
    [
      'Object Lock',
      () => client.send(new GetObjectLockConfigurationCommand({ Bucket })),
      'ObjectLockConfigurationNotFoundError',
    ],
    ['tags', () => client.send(new GetBucketTaggingCommand({ Bucket })), 'NoSuchTagSet'],
  ] as const)('has no %s, and says so by name', async (_, ask, name) => {
    await expect(ask()).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 404 } });
  });

  it('is encrypted, closed to the public and owned by its owner, and has no versions', async () => {
    const { ServerSideEncryptionConfiguration } = await client.send(new GetBucketEncryptionCommand({ Bucket }));
    expect(ServerSideEncryptionConfiguration?.Rules).toMatchObject([
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false },
    ]);
    const { PublicAccessBlockConfiguration } = await client.send(new GetPublicAccessBlockCommand({ Bucket }));
    expect(PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    });
    const { OwnershipControls } = await client.send(new GetBucketOwnershipControlsCommand({ Bucket }));
    expect(OwnershipControls?.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
    const { Status, MFADelete } = await client.send(new GetBucketVersioningCommand({ Bucket }));
    expect([Status, MFADelete]).toEqual([undefined, undefined]);
    const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
    expect(Uploads).toBeUndefined();
    const { $metadata: _, ...notifications } = await client.send(
      new GetBucketNotificationConfigurationCommand({ Bucket }),
    );
    expect(notifications).toEqual({});
  });
});

it('the public access block can be taken away', async () => {
  const name = 'open-euw1';
  await create(name);
  await client.send(new DeletePublicAccessBlockCommand({ Bucket: name }));
  await expect(client.send(new GetPublicAccessBlockCommand({ Bucket: name }))).rejects.toMatchObject({
    name: 'NoSuchPublicAccessBlockConfiguration',
  });
});

it('ownership controls can be set, and taken away', async () => {
  const Rules = [{ ObjectOwnership: 'BucketOwnerPreferred' as const }];
  const name = 'shared-euw1';
  await create(name);
  await client.send(new PutBucketOwnershipControlsCommand({ Bucket: name, OwnershipControls: { Rules } }));
  const { OwnershipControls } = await client.send(new GetBucketOwnershipControlsCommand({ Bucket: name }));
  expect(OwnershipControls?.Rules).toEqual(Rules);
  await client.send(new DeleteBucketOwnershipControlsCommand({ Bucket: name }));
  await expect(client.send(new GetBucketOwnershipControlsCommand({ Bucket: name }))).rejects.toMatchObject({
    name: 'OwnershipControlsNotFoundError',
  });
});

describe('MFA delete', () => {
  const name = 'careful-euw1';
  const set = async (MFADelete: 'Enabled' | 'Disabled', code?: string) =>
    await client.send(
      new PutBucketVersioningCommand({
        Bucket: name,
        VersioningConfiguration: { Status: 'Enabled', MFADelete },
        ...(code === undefined ? {} : { MFA: code }),
      }),
    );

  it('needs a code to be switched, and to delete a version', async () => {
    await create(name);
    await expect(set('Enabled')).rejects.toMatchObject({ name: 'AccessDenied' });
    await set('Enabled', MFA);
    expect(await client.send(new GetBucketVersioningCommand({ Bucket: name }))).toMatchObject({
      Status: 'Enabled',
      MFADelete: 'Enabled',
    });
    const { VersionId } = await client.send(new PutObjectCommand({ Bucket: name, Key: 'k', Body: 'x' }));
    const version = { Bucket: name, Key: 'k', VersionId };
    await expect(client.send(new DeleteObjectCommand(version))).rejects.toMatchObject({ name: 'AccessDenied' });
    // A delete marker removes nothing.
    await client.send(new DeleteObjectCommand({ Bucket: name, Key: 'k' }));
    await client.send(new DeleteObjectCommand({ ...version, MFA }));
    await expect(set('Disabled')).rejects.toMatchObject({ name: 'AccessDenied' });
    await set('Disabled', MFA);
    expect((await client.send(new GetBucketVersioningCommand({ Bucket: name }))).MFADelete).toBe('Disabled');
  });
});

describe('a bucket policy', () => {
  const statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` };
  const set = async (...Statement: object[]) =>
    await client.send(
      new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }),
    );

  it.each([
    ['lets everybody in', [statement], true],
    ['lets everybody in over TLS', [{ ...statement, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }], true],
    ['names an account', [{ ...statement, Principal: { AWS: '444455556666' } }], false],
    [
      'names the account of everybody',
      [{ ...statement, Condition: { StringEquals: { 'aws:PrincipalAccount': '444455556666' } } }],
      false,
    ],
    [
      'lets any account of everybody in',
      [{ ...statement, Condition: { StringLike: { 'aws:PrincipalAccount': '*' } } }],
      true,
    ],
    ['refuses everybody', [{ ...statement, Effect: 'Deny' }], false],
  ])('is public or not where it %s', async (_, statements, expected) => {
    await set(...statements);
    const { PolicyStatus } = await client.send(new GetBucketPolicyStatusCommand({ Bucket }));
    expect(PolicyStatus?.IsPublic).toBe(expected);
  });

  it('comes back word for word, and goes', async () => {
    await set(statement);
    const { Policy = '' } = await client.send(new GetBucketPolicyCommand({ Bucket }));
    expect(JSON.parse(Policy)).toEqual({ Version: '2012-10-17', Statement: [statement] });
    await client.send(new DeleteBucketPolicyCommand({ Bucket }));
    await expect(client.send(new GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject({
      name: 'NoSuchBucketPolicy',
    });
  });

  it.each([
    ['no JSON', '{', 'MalformedPolicy'],
    [
      'a condition that is not evaluated',
      JSON.stringify({ Statement: [{ ...statement, Condition: { IpAddress: {} } }] }),
      'NotImplemented',
    ],
    ['exceptions', JSON.stringify({ Statement: [{ ...statement, NotAction: 's3:*' }] }), 'NotImplemented'],
  ])('is refused for %s', async (_, Policy, name) => {
    await expect(client.send(new PutBucketPolicyCommand({ Bucket, Policy }))).rejects.toMatchObject({ name });
  });
});
