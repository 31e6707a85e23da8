import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  KMSClient,
  ListAliasesCommand,
  ListKeysCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createCloud, type Cloud } from '../../src/sandbox/cloud.ts';
import { createAccessControl } from '../../src/sandbox/iam/access.ts';
import { parsePolicy } from '../../src/sandbox/iam/policy.ts';
import { mayUseKey } from '../../src/sandbox/kms/key-access.ts';
import { createKeyRegister } from '../../src/sandbox/kms/key-register.ts';
import { assume } from './assumed-role.ts';

const REGION = 'eu-west-1';
const DAY_MS = 86_400_000;

let cloud: Cloud;
let kms: KMSClient;
let s3: S3Client;

const config = (region = REGION) => ({ region, endpoint: cloud.url, credentials: cloud.credentials, maxAttempts: 1 });

async function createKey(policy?: object, region = REGION): Promise<string> {
  const Policy = policy === undefined ? {} : { Policy: JSON.stringify(policy) };
  const { KeyMetadata } = await new KMSClient(config(region)).send(new CreateKeyCommand(Policy));
  return KeyMetadata?.Arn ?? '';
}

/** Stores an object under a key of KMS. */
async function store(Key: string, SSEKMSKeyId: string, BucketKeyEnabled = false): Promise<void> {
  await s3.send(
    new PutObjectCommand({
      Bucket: 'orders',
      Key,
      Body: 'x',
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId,
      BucketKeyEnabled,
    }),
  );
}

beforeAll(async () => {
  cloud = await createCloud();
  kms = new KMSClient(config());
  s3 = new S3Client({ ...config(), forcePathStyle: true });
  await s3.send(
    new CreateBucketCommand({ Bucket: 'orders', CreateBucketConfiguration: { LocationConstraint: REGION } }),
  );
});
afterAll(() => cloud.close());

describe('a key', () => {
  it('is described by its ID, its ARN and its alias', async () => {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: 'of orders' }));
    const { KeyId, Arn } = KeyMetadata ?? {};
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/orders', TargetKeyId: KeyId }));
    for (const name of [KeyId, Arn, 'alias/orders', `arn:aws:kms:${REGION}:${cloud.account}:alias/orders`]) {
      const described = await kms.send(new DescribeKeyCommand({ KeyId: name }));
      expect(described.KeyMetadata).toMatchObject({ Arn, KeyState: 'Enabled', KeyManager: 'CUSTOMER', Enabled: true });
    }
    expect(KeyMetadata?.CreationDate?.getTime()).toBeCloseTo(cloud.clock.now(), -5);
    const { Aliases } = await kms.send(new ListAliasesCommand({ KeyId }));
    expect(Aliases).toMatchObject([{ AliasName: 'alias/orders', TargetKeyId: KeyId }]);
    await kms.send(new DeleteAliasCommand({ AliasName: 'alias/orders' }));
    await expect(kms.send(new DescribeKeyCommand({ KeyId: 'alias/orders' }))).rejects.toThrow('alias/orders');
    expect((await kms.send(new ListKeysCommand())).Keys).toContainEqual({ KeyId, KeyArn: Arn });
  });

  it('has no alias of AWS’s own', async () => {
    const TargetKeyId = await createKey();
    const refused = { name: 'InvalidAliasNameException' };
    const create = new CreateAliasCommand({ AliasName: 'alias/aws/mine', TargetKeyId });
    await expect(kms.send(create)).rejects.toMatchObject(refused);
    await expect(kms.send(new DeleteAliasCommand({ AliasName: 'alias/aws/s3' }))).rejects.toThrow('alias/aws/s3');
  });

  it('is another one in another Region', async () => {
    const arn = await createKey();
    const elsewhere = new KMSClient(config('us-east-1'));
    await expect(elsewhere.send(new DescribeKeyCommand({ KeyId: arn }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
  });

  it('of S3 is there from the beginning, and nobody changes it', async () => {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: 'alias/aws/s3' }));
    expect(KeyMetadata).toMatchObject({ KeyManager: 'AWS', KeyState: 'Enabled' });
    await expect(kms.send(new DisableKeyCommand({ KeyId: KeyMetadata?.Arn }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    await s3.send(new PutObjectCommand({ Bucket: 'orders', Key: 'own', Body: 'x', ServerSideEncryption: 'aws:kms' }));
    const head = await s3.send(new HeadObjectCommand({ Bucket: 'orders', Key: 'own' }));
    expect(head.SSEKMSKeyId).toBe(KeyMetadata?.Arn);
  });

  it('goes through its states', async () => {
    const KeyId = await createKey();
    const state = async () => (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState;
    await kms.send(new DisableKeyCommand({ KeyId }));
    expect(await state()).toBe('Disabled');
    await kms.send(new EnableKeyCommand({ KeyId }));
    expect(await state()).toBe('Enabled');
    const scheduled = await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    expect(scheduled.DeletionDate?.getTime()).toBeCloseTo(cloud.clock.now() + 7 * DAY_MS, -5);
    await expect(kms.send(new EnableKeyCommand({ KeyId }))).rejects.toMatchObject({ name: 'KMSInvalidStateException' });
    await kms.send(new CancelKeyDeletionCommand({ KeyId }));
    expect(await state()).toBe('Disabled');
  });

  it('is gone after its waiting period, unless that was cancelled', async () => {
    const later = await createCloud();
    const client = new KMSClient({ ...config(), endpoint: later.url, credentials: later.credentials });
    const create = async () => (await client.send(new CreateKeyCommand())).KeyMetadata?.KeyId;
    const [gone, kept] = [await create(), await create()];
    await client.send(new ScheduleKeyDeletionCommand({ KeyId: gone, PendingWindowInDays: 7 }));
    await client.send(new ScheduleKeyDeletionCommand({ KeyId: kept, PendingWindowInDays: 7 }));
    await client.send(new CancelKeyDeletionCommand({ KeyId: kept }));
    await later.clock.advance(7 * DAY_MS);
    client.config.systemClockOffset = 7 * DAY_MS;
    await expect(client.send(new DescribeKeyCommand({ KeyId: gone }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: kept }));
    expect(KeyMetadata?.KeyState).toBe('Disabled');
    await later.close();
  });

  it('keeps its policy word for word', async () => {
    const KeyId = await createKey();
    const read = async () => (await kms.send(new GetKeyPolicyCommand({ KeyId }))).Policy;
    expect(await read()).toContain(`arn:aws:iam::${cloud.account}:root`);
    const Policy = ' {"Statement": {"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*"}}';
    await kms.send(new PutKeyPolicyCommand({ KeyId, Policy }));
    expect(await read()).toBe(Policy);
  });

  it.each([
    ['no JSON', '{', 'MalformedPolicyDocumentException'],
    ['what the sandbox does not evaluate', '{"Statement":{"NotAction":"x","Effect":"Allow"}}', 'NotImplemented'],
  ])('takes no policy with %s', async (_, Policy, name) => {
    const KeyId = await createKey();
    await expect(kms.send(new PutKeyPolicyCommand({ KeyId, Policy }))).rejects.toMatchObject({ name });
  });

  it('is refused an operation or a parameter that the sandbox does not have, by name', async () => {
    const KeyId = await createKey();
    await expect(kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }))).rejects.toThrow('Encrypt');
    await expect(kms.send(new CreateKeyCommand({ MultiRegion: true }))).rejects.toThrow('MultiRegion');
  });
});

describe('S3', () => {
  it.each([
    ['a disabled key', (KeyId: string) => kms.send(new DisableKeyCommand({ KeyId })), 'KMS.DisabledException'],
    [
      'a key that is pending deletion',
      (KeyId: string) => kms.send(new ScheduleKeyDeletionCommand({ KeyId })),
      'KMS.KMSInvalidStateException',
    ],
  ])('refuses reads and writes with %s', async (_, change, name) => {
    const keyArn = await createKey();
    await store('locked', keyArn);
    await change(keyArn);
    const refused = { name, $metadata: { httpStatusCode: 400 } };
    await expect(s3.send(new GetObjectCommand({ Bucket: 'orders', Key: 'locked' }))).rejects.toMatchObject(refused);
    await expect(store('locked', keyArn)).rejects.toMatchObject(refused);
    const checked = new HeadObjectCommand({ Bucket: 'orders', Key: 'locked', ChecksumMode: 'ENABLED' });
    await expect(s3.send(checked)).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
    await expect(s3.send(new HeadObjectCommand({ Bucket: 'orders', Key: 'locked' }))).resolves.toBeDefined();
  });

  it('knows no key that is not registered, in a Region that registers keys', async () => {
    await createKey();
    const unknown = `arn:aws:kms:${REGION}:${cloud.account}:key/0f0f0f0f-1111-2222-3333-444455556666`;
    await expect(store('k', unknown)).rejects.toMatchObject({ name: 'KMS.NotFoundException' });
  });

  it('takes a key by its alias', async () => {
    const key = await createKey();
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/by-name', TargetKeyId: key }));
    await store('aliased', 'alias/by-name');
    await kms.send(new DisableKeyCommand({ KeyId: key }));
    await expect(store('aliased', 'alias/by-name')).rejects.toMatchObject({ name: 'KMS.DisabledException' });
  });
});

describe('the policy of a key', () => {
  const through = (condition: object) => ({
    Effect: 'Allow',
    Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
    Resource: '*',
    Condition: condition,
  });
  const viaS3 = { StringEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com` } };
  const context = (arn: string) => ({ StringLike: { 'kms:EncryptionContext:aws:s3:arn': arn } });
  const all = { Effect: 'Allow', Action: 'kms:*', Resource: '*' };
  const root = { AWS: 'arn:aws:iam::111122223333:root' };
  const reader = { AWS: 'arn:aws:iam::111122223333:role/reader' };
  const objects = { Effect: 'Allow', Action: 's3:*', Resource: '*' };

  it.each([
    ['leaves it to the role, which may', [{ ...all, Principal: root }], [through(viaS3)], false, true],
    ['leaves it to the role, which may not', [{ ...all, Principal: root }], [], false, false],
    [
      'leaves it to the role, which names another context',
      [{ ...all, Principal: root }],
      [through(context('arn:aws:s3:::other/*'))],
      false,
      false,
    ],
    ['names the role itself', [{ ...all, Principal: reader }], [], false, true],
    [
      'names nobody of the account, whatever the role may',
      [{ ...all, Principal: { AWS: 'arn:aws:iam::111122223333:role/writer' } }],
      [all],
      false,
      false,
    ],
    [
      'denies what the role may',
      [
        { ...all, Principal: root },
        { ...all, Effect: 'Deny', Principal: '*' },
      ],
      [all],
      false,
      false,
    ],
    [
      'names the objects, without a bucket key',
      [{ ...through(context('arn:aws:s3:::orders/*')), Principal: reader }],
      [],
      false,
      true,
    ],
    [
      'names the objects, which with a bucket key is a trap',
      [{ ...through(context('arn:aws:s3:::orders/*')), Principal: reader }],
      [],
      true,
      false,
    ],
    [
      'names the bucket, with a bucket key',
      [{ ...through(context('arn:aws:s3:::orders')), Principal: reader }],
      [],
      true,
      true,
    ],
  ])('%s', async (title, keyStatements, roleStatements, bucketKey, allowed) => {
    const keyArn = await createKey({ Statement: keyStatements });
    const credentials = await assume(cloud, { name: 'reader', statements: [objects, ...roleStatements] });
    await store(title, keyArn, bucketKey);
    const asReader = new S3Client({ ...config(), credentials, forcePathStyle: true });
    const read = asReader.send(new GetObjectCommand({ Bucket: 'orders', Key: title }));
    const outcome = await read.then(
      () => 'read',
      (error: unknown) => (error instanceof Error ? error.name : error),
    );
    expect(outcome).toBe(allowed ? 'read' : 'AccessDenied');
  });

  it('opens the account’s own key of S3 to everybody who may use S3', async () => {
    await s3.send(new PutObjectCommand({ Bucket: 'orders', Key: 'mine', Body: 'x', ServerSideEncryption: 'aws:kms' }));
    const credentials = await assume(cloud, { name: 'plain', statements: [objects] });
    const asReader = new S3Client({ ...config(), credentials, forcePathStyle: true });
    await expect(asReader.send(new GetObjectCommand({ Bucket: 'orders', Key: 'mine' }))).resolves.toBeDefined();
  });

  it.each([
    ['names it, and its role may', '444455556666', [all], true],
    ['names it, but its role may not', '444455556666', [], false],
    ['names another account', '777788889999', [all], false],
  ])('of another account %s', (_, account, statements, may) => {
    const access = createAccessControl('444455556666');
    const arn = 'arn:aws:iam::444455556666:role/reader';
    access.setRole(arn, parsePolicy({ Statement: statements }, 'role'));
    const policy = { Statement: { ...all, Principal: { AWS: `arn:aws:iam::${account}:root` } } };
    const keys = createKeyRegister({ clock: cloud.clock, random: () => 0.5 });
    const key = keys.create({ region: REGION, account: '111122223333', policy: JSON.stringify(policy) });
    const principal = { accessKeyId: '', account: '444455556666', arn };
    expect(mayUseKey(access, { principal, action: 'kms:Decrypt', key })).toBe(may);
  });

  it('decides who may ask KMS about it', async () => {
    const keyArn = await createKey({ Statement: [{ ...all, Principal: root }] });
    const credentials = await assume(cloud, { name: 'watcher', statements: [{ ...all, Action: 'kms:DescribeKey' }] });
    const asWatcher = new KMSClient({ ...config(), credentials });
    await expect(asWatcher.send(new DescribeKeyCommand({ KeyId: keyArn }))).resolves.toBeDefined();
    await expect(asWatcher.send(new GetKeyPolicyCommand({ KeyId: keyArn }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});

describe('keys that are there from the beginning', () => {
  const arn = 'arn:aws:kms:eu-west-1:111122223333:key/0b0b0b0b-1111-2222-3333-444455556666';

  it('have the ARN that a configuration names', async () => {
    const prepared = await createCloud({ kmsKeys: [arn] });
    try {
      const client = new KMSClient({ region: REGION, endpoint: prepared.url, credentials: prepared.credentials });
      const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: arn }));
      expect(KeyMetadata).toMatchObject({ Arn: arn, KeyState: 'Enabled', KeyManager: 'CUSTOMER' });
    } finally {
      await prepared.close();
    }
  });

  it.each(['alias/orders', 'arn:aws:kms:eu-west-1:111122223333:alias/orders'])('are not named %s', async (name) => {
    await expect(createCloud({ kmsKeys: [name] })).rejects.toThrow(`expected the ARN of a KMS key, got ${name}`);
  });
});
