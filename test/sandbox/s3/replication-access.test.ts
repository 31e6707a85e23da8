import { CreateRoleCommand, DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, DisableKeyCommand, KMSClient, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  GetObjectAclCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  S3Client,
  type Destination,
  type PutObjectCommandInput,
  type ReplicationRule,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createCloud, type Cloud } from '../../../src/sandbox/cloud.ts';

const SOURCE = 'orders-use1';
const REPLICA = 'orders-euw1';
const OTHER_ACCOUNT = '444455556666';

let cloud: Cloud;
let role: string;
let source: S3Client;
let destination: S3Client;
let iam: IAMClient;
let kms: KMSClient;
const open: { destroy(): void }[] = [];

beforeEach(async () => {
  cloud = await createCloud();
  role = `arn:aws:iam::${cloud.account}:role/crr`;
  source = s3('us-east-1');
  iam = keep(new IAMClient(config('us-east-1')));
  kms = keep(new KMSClient(config('eu-west-1')));
  await createBucket(source, SOURCE);
});

afterEach(async () => {
  for (const client of open.splice(0)) client.destroy();
  await cloud.close();
});

const config = (region: string, credentials = cloud.credentials) => ({
  region,
  credentials,
  endpoint: cloud.url,
  maxAttempts: 1,
});

function keep<T extends { destroy(): void }>(client: T): T {
  open.push(client);
  return client;
}

function s3(region: string, credentials = cloud.credentials): S3Client {
  return keep(new S3Client({ ...config(region, credentials), forcePathStyle: true }));
}

async function createBucket(client: S3Client, Bucket: string, more: object = {}): Promise<void> {
  const region = await client.config.region();
  const place =
    region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region as 'eu-west-1' } };
  await client.send(new CreateBucketCommand({ Bucket, ...place, ...more }));
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
}

/** The destination, by default in the same account. */
async function createDestination(more: object = {}, account = cloud.account): Promise<void> {
  destination = s3('eu-west-1', account === cloud.account ? cloud.credentials : cloud.credentialsOf(account));
  await createBucket(destination, REPLICA, more);
}

async function replicate(more: Partial<ReplicationRule> = {}, to: Partial<Destination> = {}): Promise<void> {
  const rule = {
    ID: 'all',
    Status: 'Enabled',
    Priority: 1,
    Filter: {},
    DeleteMarkerReplication: { Status: 'Disabled' },
    ...more,
    Destination: { Bucket: `arn:aws:s3:::${REPLICA}`, ...to },
  } as const;
  const ReplicationConfiguration = { Role: role, Rules: [rule] };
  await source.send(new PutBucketReplicationCommand({ Bucket: SOURCE, ReplicationConfiguration }));
}

async function createRole(actions: readonly string[], service = 's3.amazonaws.com'): Promise<void> {
  const trust = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Statement: [trust] });
  await iam.send(new CreateRoleCommand({ RoleName: 'crr', AssumeRolePolicyDocument }));
  await allow(actions);
}

async function allow(actions: readonly string[]): Promise<void> {
  const PolicyDocument = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] });
  await iam.send(new PutRolePolicyCommand({ RoleName: 'crr', PolicyName: 'p', PolicyDocument }));
}

async function put(more: Partial<PutObjectCommandInput> = {}, Key = 'k') {
  const output = await source.send(new PutObjectCommand({ Bucket: SOURCE, Key, Body: 'content', ...more }));
  await settle();
  return output;
}

async function settle(): Promise<void> {
  await cloud.clock.advance(1000);
  await cloud.idle();
}

const headReplica = async (Key = 'k') => await destination.send(new HeadObjectCommand({ Bucket: REPLICA, Key }));

const statusOf = async (Key = 'k') =>
  (await source.send(new HeadObjectCommand({ Bucket: SOURCE, Key }))).ReplicationStatus;

const COMPLETE = [
  's3:GetObjectVersionForReplication',
  's3:GetObjectVersionAcl',
  's3:GetObjectVersionTagging',
  's3:ReplicateObject',
  's3:ReplicateTags',
  's3:ReplicateDelete',
] as const;

const without = (action: string): readonly string[] => COMPLETE.filter((one) => one !== action);

describe('the replication role', () => {
  beforeEach(async () => createDestination());

  it('that nobody registered may do everything', async () => {
    await replicate();
    await put({ Tagging: 'a=1' });
    expect([await statusOf(), (await headReplica()).ReplicationStatus]).toEqual(['COMPLETED', 'REPLICA']);
  });

  it('with the documented permissions is enough', async () => {
    await createRole(COMPLETE);
    await replicate();
    await put({ Tagging: 'a=1' });
    expect(await statusOf()).toBe('COMPLETED');
  });

  it.each([
    's3:GetObjectVersionForReplication',
    's3:GetObjectVersionAcl',
    's3:GetObjectVersionTagging',
    's3:ReplicateObject',
    's3:ReplicateTags',
  ])('fails a version where it lacks %s', async (action) => {
    await createRole(without(action));
    await replicate();
    await put({ Tagging: 'a=1' });
    expect(await statusOf()).toBe('FAILED');
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'crr', PolicyName: 'p' }));
    await allow(COMPLETE);
    await put({ Tagging: 'a=1' }, 'later');
    expect(await statusOf('later')).toBe('COMPLETED');
  });

  it('reads plain objects by s3:GetObjectVersion as well, and needs tag permissions for tags only', async () => {
    await createRole(['s3:GetObjectVersion', 's3:GetObjectVersionAcl', 's3:ReplicateObject']);
    await replicate();
    await put();
    expect(await statusOf()).toBe('COMPLETED');
  });

  it('cannot be assumed where it trusts somebody else', async () => {
    await createRole(COMPLETE, 'lambda.amazonaws.com');
    await replicate();
    await put();
    expect(await statusOf()).toBe('FAILED');
  });

  it.each([
    ['may', ['s3:GetObjectLegalHold'], 'COMPLETED'],
    ['may not', [], 'FAILED'],
  ] as const)('%s read the locks that it brings over', async (_, more, expected) => {
    const [Locked, Target] = ['locked-use1', 'locked-euw1'];
    await createBucket(source, Locked, { ObjectLockEnabledForBucket: true });
    await createBucket(destination, Target, { ObjectLockEnabledForBucket: true });
    await createRole([...COMPLETE, ...more]);
    const Destination = { Bucket: `arn:aws:s3:::${Target}` };
    const rule = {
      ID: 'all',
      Status: 'Enabled',
      Priority: 1,
      Filter: {},
      DeleteMarkerReplication: { Status: 'Disabled' },
      Destination,
    } as const;
    const ReplicationConfiguration = { Role: role, Rules: [rule] };
    await source.send(new PutBucketReplicationCommand({ Bucket: Locked, ReplicationConfiguration }));
    const at = { Bucket: Locked, Key: 'k' };
    await source.send(new PutObjectCommand({ ...at, Body: 'x', ObjectLockLegalHoldStatus: 'ON' }));
    await settle();
    expect((await source.send(new HeadObjectCommand(at))).ReplicationStatus).toBe(expected);
    if (expected === 'FAILED') return;
    const there = { Bucket: Target, Key: 'k' };
    expect(await destination.send(new HeadObjectCommand(there))).toMatchObject({ ObjectLockLegalHoldStatus: 'ON' });
    await source.send(new PutObjectLegalHoldCommand({ ...at, LegalHold: { Status: 'OFF' } }));
    await settle();
    expect(await destination.send(new HeadObjectCommand(there))).not.toHaveProperty('ObjectLockLegalHoldStatus');
  });
});

describe('a destination in another account', () => {
  const policy = (...actions: readonly string[]) => ({
    Effect: 'Allow',
    Principal: { AWS: role },
    Action: actions,
    Resource: `arn:aws:s3:::${REPLICA}/*`,
  });

  async function setPolicy(...Statement: object[]): Promise<void> {
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await destination.send(new PutBucketPolicyCommand({ Bucket: REPLICA, Policy }));
  }

  it('takes replicas only where its policy says so', async () => {
    await createDestination({}, OTHER_ACCOUNT);
    await replicate({}, { Account: OTHER_ACCOUNT });
    await put();
    expect(await statusOf()).toBe('FAILED');
    await setPolicy(policy('s3:ReplicateObject'));
    await put({}, 'allowed');
    expect(await statusOf('allowed')).toBe('COMPLETED');
    await setPolicy(policy('s3:ReplicateObject'), { ...policy('s3:Replicate*'), Effect: 'Deny' });
    await put({}, 'denied');
    expect(await statusOf('denied')).toBe('FAILED');
  });

  it('leaves replicas to the owner of the source, or takes them over where both sides say so', async () => {
    await createDestination({ ObjectOwnership: 'ObjectWriter' }, OTHER_ACCOUNT);
    const ownerOf = async (Key: string) => {
      const { Owner } = await destination.send(new GetObjectAclCommand({ Bucket: REPLICA, Key }));
      return Owner?.ID;
    };
    await setPolicy(policy('s3:ReplicateObject'));
    await replicate({}, { Account: OTHER_ACCOUNT });
    await put({}, 'kept');
    const override = { Account: OTHER_ACCOUNT, AccessControlTranslation: { Owner: 'Destination' } } as const;
    await replicate({}, override);
    await put({}, 'refused');
    expect(await statusOf('refused')).toBe('FAILED');
    await setPolicy(policy('s3:ReplicateObject', 's3:ObjectOwnerOverrideToBucketOwner'));
    await put({}, 'taken');
    const [kept, taken] = [await ownerOf('kept'), await ownerOf('taken')];
    const { Owner } = await source.send(new GetObjectAclCommand({ Bucket: SOURCE, Key: 'kept' }));
    expect(kept).toBe(Owner?.ID);
    expect(taken).not.toBe(kept);
  });

  it('is closed to the administrator of another account, unless its policy opens it', async () => {
    await createDestination({}, OTHER_ACCOUNT);
    const foreign = s3('eu-west-1');
    const request = () => foreign.send(new PutObjectCommand({ Bucket: REPLICA, Key: 'k', Body: 'x' }));
    await expect(request()).rejects.toMatchObject({ name: 'AccessDenied' });
    await setPolicy({ ...policy('s3:PutObject'), Principal: { AWS: cloud.account } });
    await request();
  });
});

it("a bucket's policy can refuse a role of its own account", async () => {
  await createDestination();
  await replicate();
  const statement = {
    Effect: 'Deny',
    Principal: { AWS: role },
    Action: 's3:ReplicateObject',
    Resource: `arn:aws:s3:::${REPLICA}/*`,
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await destination.send(new PutBucketPolicyCommand({ Bucket: REPLICA, Policy }));
  await put();
  expect(await statusOf()).toBe('FAILED');
});

describe('access control lists', () => {
  it.each([
    ['goes over', 'ObjectWriter', 2],
    ['means nothing where the bucket owner is enforced', 'BucketOwnerEnforced', 1],
  ] as const)('a changed one %s', async (_, ObjectOwnership, grants) => {
    const Bucket = 'writers-use1';
    await createDestination({ ObjectOwnership });
    await createBucket(source, Bucket, { ObjectOwnership: 'ObjectWriter' });
    const Destination = { Bucket: `arn:aws:s3:::${REPLICA}` };
    const rule = {
      ID: 'all',
      Status: 'Enabled',
      Priority: 1,
      Filter: {},
      DeleteMarkerReplication: { Status: 'Disabled' },
      Destination,
    } as const;
    const ReplicationConfiguration = { Role: role, Rules: [rule] };
    await source.send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration }));
    await source.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    await settle();
    await source.send(new PutObjectAclCommand({ Bucket, Key: 'k', ACL: 'public-read' }));
    await settle();
    const { Grants } = await destination.send(new GetObjectAclCommand({ Bucket: REPLICA, Key: 'k' }));
    expect(Grants).toHaveLength(grants);
  });
});

describe('encryption', () => {
  beforeEach(async () => createDestination());

  const SourceSelectionCriteria = { SseKmsEncryptedObjects: { Status: 'Enabled' } } as const;
  const KMS = { ServerSideEncryption: 'aws:kms' } as const;

  async function createKey(): Promise<string> {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    return KeyMetadata?.Arn ?? '';
  }

  async function replicateKms(ReplicaKmsKeyID: string): Promise<void> {
    await replicate({ SourceSelectionCriteria }, { EncryptionConfiguration: { ReplicaKmsKeyID } });
  }

  it('of a replica is under the key of the rule, and keeps the bucket key of its source', async () => {
    const key = await createKey();
    await replicateKms(key);
    const { ETag } = await put({ ...KMS, BucketKeyEnabled: true });
    const replica = await headReplica();
    expect(replica).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key, BucketKeyEnabled: true });
    expect(replica.ETag).not.toBe(ETag);
  });

  it('of SSE-S3 stays, whatever the destination does by default', async () => {
    await encryptByDefault();
    await replicate();
    const { ETag } = await put();
    expect(await headReplica()).toMatchObject({ ServerSideEncryption: 'AES256', ETag });
  });

  it('of what was never encrypted is that of the destination, and then the ETag differs', async () => {
    await encryptByDefault();
    await replicate();
    cloud.faults.plant({ kind: 'delay-replication', delayMs: 30_000 });
    const object = { Bucket: SOURCE, Key: 'k', Body: 'content' };
    const { ETag, VersionId: versionId = '' } = await source.send(new PutObjectCommand(object));
    await cloud.s3.corrupt({ bucket: SOURCE, key: 'k', versionId }, { kind: 'drift', change: { encryption: 'none' } });
    const original = await source.send(new HeadObjectCommand({ Bucket: SOURCE, Key: 'k' }));
    expect([original.ServerSideEncryption, original.ETag]).toEqual([undefined, ETag]);
    await cloud.clock.advance(40_000);
    await cloud.idle();
    const replica = await headReplica();
    expect(replica.ServerSideEncryption).toBe('aws:kms');
    expect(replica.ETag).not.toBe(ETag);
  });

  async function encryptByDefault(): Promise<void> {
    const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }] as const;
    const ServerSideEncryptionConfiguration = { Rules: [...Rules] };
    await destination.send(new PutBucketEncryptionCommand({ Bucket: REPLICA, ServerSideEncryptionConfiguration }));
  }

  it.each([
    ['is disabled', async (KeyId: string) => void (await kms.send(new DisableKeyCommand({ KeyId })))],
    [
      'does not let the role in',
      async (KeyId: string) => {
        const Statement = [
          {
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${cloud.account}:user/admin` },
            Action: 'kms:*',
            Resource: '*',
          },
        ];
        await kms.send(new PutKeyPolicyCommand({ KeyId, Policy: JSON.stringify({ Statement }) }));
      },
    ],
  ])('fails where the key of the rule %s', async (_, spoil) => {
    const key = await createKey();
    await createRole([...COMPLETE, 'kms:Decrypt', 'kms:Encrypt']);
    await replicateKms(key);
    await put(KMS);
    expect(await statusOf()).toBe('COMPLETED');
    await spoil(key);
    await put(KMS, 'later');
    expect(await statusOf('later')).toBe('FAILED');
  });

  it('fails where the rule names a key that is not there', async () => {
    const key = await createKey();
    await replicateKms(`${key.slice(0, -4)}0000`);
    await put(KMS);
    expect(await statusOf()).toBe('FAILED');
  });
});
