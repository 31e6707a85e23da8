import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketInventoryConfigurationCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  GetPublicAccessBlockCommand,
  HeadObjectCommand,
  ListBucketInventoryConfigurationsCommand,
  PutBucketInventoryConfigurationCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  PutPublicAccessBlockCommand,
  RestoreObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startS3, type LocalS3 } from './local-s3.ts';

const Bucket = 'settings-euw1';
const LOCKED = 'locked-euw1';
const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
const DAY_MS = 24 * 60 * 60_000;

let s3: LocalS3;
let client: S3Client;

beforeAll(async () => {
  s3 = await startS3();
  client = s3.client();
  await client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration, ObjectOwnership: 'ObjectWriter' }));
  await client.send(
    new CreateBucketCommand({ Bucket: LOCKED, CreateBucketConfiguration, ObjectLockEnabledForBucket: true }),
  );
});

afterAll(async () => {
  await s3.close();
});

describe('Object Lock', () => {
  const at = { Bucket: LOCKED, Key: 'k' };

  it('keeps a version under legal hold, and says so', async () => {
    const { VersionId } = await client.send(
      new PutObjectCommand({ ...at, Body: 'x', ObjectLockLegalHoldStatus: 'ON' }),
    );
    const version = { ...at, VersionId };
    await expect(client.send(new DeleteObjectCommand(version))).rejects.toMatchObject({ name: 'AccessDenied' });
    const { Errors } = await client.send(
      new DeleteObjectsCommand({ Bucket: LOCKED, Delete: { Objects: [{ Key: 'k', VersionId }] } }),
    );
    expect(Errors).toMatchObject([{ Key: 'k', VersionId, Code: 'AccessDenied' }]);
    expect(await client.send(new HeadObjectCommand(at))).toMatchObject({ ObjectLockLegalHoldStatus: 'ON' });
    expect((await client.send(new GetObjectLegalHoldCommand(at))).LegalHold).toEqual({ Status: 'ON' });
    await client.send(new PutObjectLegalHoldCommand({ ...version, LegalHold: { Status: 'OFF' } }));
    await client.send(new DeleteObjectCommand(version));
  });

  it('retains until the date, or until governance is bypassed', async () => {
    const until = new Date(s3.clock.now() + DAY_MS);
    const retained = { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: until } as const;
    const { VersionId } = await client.send(new PutObjectCommand({ ...at, Body: 'x', ...retained }));
    const version = { ...at, VersionId };
    const bypassing = new DeleteObjectCommand({ ...version, BypassGovernanceRetention: true });
    await expect(client.send(bypassing)).rejects.toMatchObject({ name: 'AccessDenied' });
    expect((await client.send(new GetObjectRetentionCommand(at))).Retention).toEqual({
      Mode: 'COMPLIANCE',
      RetainUntilDate: until,
    });
    await s3.clock.advance(DAY_MS);
    await client.send(new DeleteObjectCommand(version));
  });

  it('retains by the default of the bucket', async () => {
    const Rule = { DefaultRetention: { Mode: 'GOVERNANCE', Days: 3 } } as const;
    await client.send(
      new PutObjectLockConfigurationCommand({
        Bucket: LOCKED,
        ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule },
      }),
    );
    const { VersionId } = await client.send(new PutObjectCommand({ ...at, Body: 'x' }));
    const version = { ...at, VersionId };
    expect(await client.send(new HeadObjectCommand(version))).toMatchObject({ ObjectLockMode: 'GOVERNANCE' });
    const shorter = { Mode: 'GOVERNANCE', RetainUntilDate: new Date(s3.clock.now() + DAY_MS) } as const;
    await expect(client.send(new PutObjectRetentionCommand({ ...version, Retention: shorter }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    await client.send(new DeleteObjectCommand({ ...version, BypassGovernanceRetention: true }));
  });

  it('is refused where the bucket has none', async () => {
    await expect(
      client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ObjectLockLegalHoldStatus: 'ON' })),
    ).rejects.toMatchObject({ name: 'InvalidRequest' });
  });
});

describe('access control lists', () => {
  it('grant what the canned ACL says', async () => {
    const at = { Bucket, Key: 'public' };
    await client.send(new PutObjectCommand({ ...at, Body: 'x' }));
    await client.send(new PutObjectAclCommand({ ...at, ACL: 'public-read' }));
    const { Grants } = await client.send(new GetObjectAclCommand(at));
    expect(Grants).toMatchObject([
      { Permission: 'FULL_CONTROL', Grantee: { Type: 'CanonicalUser' } },
      { Permission: 'READ', Grantee: { Type: 'Group', URI: 'http://acs.amazonaws.com/groups/global/AllUsers' } },
    ]);
  });

  it('are off where the bucket owner is enforced', async () => {
    await expect(
      client.send(new PutObjectCommand({ Bucket: LOCKED, Key: 'k', Body: 'x', ACL: 'public-read' })),
    ).rejects.toMatchObject({ name: 'AccessControlListNotSupported' });
  });
});

describe('documents that are only recorded', () => {
  it('come back as they were put, and are marked as not acted on', async () => {
    const PublicAccessBlockConfiguration = { BlockPublicAcls: true, IgnorePublicAcls: true };
    await client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
    expect((await client.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration).toEqual(
      PublicAccessBlockConfiguration,
    );
  });

  it('hold several inventories', async () => {
    for (const Id of ['a', 'b']) {
      const S3BucketDestination = { Bucket: `arn:aws:s3:::${Bucket}`, Format: 'CSV' } as const;
      const common = { IsEnabled: true, IncludedObjectVersions: 'All', Schedule: { Frequency: 'Daily' } } as const;
      const InventoryConfiguration = { Id, Destination: { S3BucketDestination }, ...common };
      await client.send(new PutBucketInventoryConfigurationCommand({ Bucket, Id, InventoryConfiguration }));
    }
    const one = await client.send(new GetBucketInventoryConfigurationCommand({ Bucket, Id: 'b' }));
    expect(one.InventoryConfiguration?.Id).toBe('b');
    const { InventoryConfigurationList } = await client.send(new ListBucketInventoryConfigurationsCommand({ Bucket }));
    expect(InventoryConfigurationList?.map(({ Id }) => Id)).toEqual(['a', 'b']);
  });
});

it('a restored object can be read for the days asked for', async () => {
  const at = { Bucket, Key: 'cold' };
  await client.send(new PutObjectCommand({ ...at, Body: 'ice', StorageClass: 'DEEP_ARCHIVE' }));
  await client.send(new RestoreObjectCommand({ ...at, RestoreRequest: { Days: 1 } }));
  expect((await client.send(new HeadObjectCommand(at))).Restore).toBe('ongoing-request="true"');
  await expect(client.send(new GetObjectCommand(at))).rejects.toMatchObject({ name: 'InvalidObjectState' });
  await s3.clock.advance(6 * 60 * 60_000);
  expect((await client.send(new HeadObjectCommand(at))).Restore).toMatch(/^ongoing-request="false", expiry-date="/);
  expect(await (await client.send(new GetObjectCommand(at))).Body?.transformToString()).toBe('ice');
  await s3.clock.advance(3 * DAY_MS);
  expect((await client.send(new HeadObjectCommand(at))).Restore).toBeUndefined();
  await expect(client.send(new GetObjectCommand(at))).rejects.toMatchObject({ name: 'InvalidObjectState' });
});
