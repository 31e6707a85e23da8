import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createClients } from '../../src/adapters/aws/clients.ts';
import { createS3ObjectStore } from '../../src/adapters/aws/s3-object-store.ts';
import type { ObjectState } from '../../src/model/facts.ts';
import type { ObjectRef } from '../../src/model/object.ts';
import { present } from '../../src/model/observation.ts';
import type { ObjectStore } from '../../src/ports.ts';
import { type Cloud, createCloud } from '../../src/sandbox/cloud.ts';
import { startScriptedServer } from '../support/scripted-server.ts';
import { createSdkClients, type SdkClients } from '../support/sdk-clients.ts';

const call = { signal: AbortSignal.timeout(60_000) };
const region = 'eu-west-1';
const KEY = 'a b+%/é～😀';

let cloud: Cloud;
let sdk: SdkClients;
let s3: S3Client;
let objects: ObjectStore;

beforeAll(async () => {
  cloud = await createCloud();
  vi.stubEnv('AWS_ACCESS_KEY_ID', cloud.credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', cloud.credentials.secretAccessKey);
  sdk = createSdkClients({ endpoint: cloud.url, credentials: cloud.credentials });
  s3 = sdk.s3(region);
  objects = createS3ObjectStore(createClients({ customEndpoint: true, endpoint: cloud.url, maxAttempts: 1 }));
  const CreateBucketConfiguration = { LocationConstraint: region } as const;
  const ObjectOwnership = 'ObjectWriter';
  await s3.send(new CreateBucketCommand({ Bucket: 'plain', CreateBucketConfiguration, ObjectOwnership }));
  await s3.send(new PutBucketVersioningCommand({ Bucket: 'plain', VersioningConfiguration: { Status: 'Enabled' } }));
  await s3.send(
    new CreateBucketCommand({ Bucket: 'locked', CreateBucketConfiguration, ObjectLockEnabledForBucket: true }),
  );
});

afterAll(async () => {
  vi.unstubAllEnvs();
  sdk.destroy();
  await cloud.close();
});

type Headers = Partial<ConstructorParameters<typeof PutObjectCommand>[0]>;

async function put(bucket: string, headers: Headers = {}, key = KEY): Promise<ObjectRef & { versionId: string }> {
  const input = { Bucket: bucket, Key: key, Body: 'x', ...headers };
  const { VersionId: versionId = '' } = await s3.send(new PutObjectCommand(input));
  return { bucket, region, key, versionId };
}

async function stateOf(object: ObjectRef): Promise<ObjectState | undefined> {
  const head = await objects.head(object, { ...call, checksums: false });
  return head.state === 'present' ? head.value : undefined;
}

const at = ({ bucket, key, versionId }: ObjectRef) => ({ Bucket: bucket, Key: key, VersionId: versionId });

describe('tags', () => {
  it('are those of the version, and counted by a HEAD', async () => {
    const tagged = await put('plain', { Tagging: 'a=1&%C3%A9=%F0%9F%98%80' });
    const plain = await put('plain');
    expect(await objects.tags(tagged, call)).toEqual(present({ a: '1', é: '😀' }));
    expect(await objects.tags(plain, call)).toEqual(present({}));
    expect([(await stateOf(tagged))?.tagCount, (await stateOf(plain))?.tagCount]).toEqual([2, undefined]);
  });

  it('can be changed after the version was made', async () => {
    const object = await put('plain');
    const TagSet = [{ Key: 'later', Value: '' }];
    await s3.send(new PutObjectTaggingCommand({ ...at(object), Tagging: { TagSet } }));
    expect(await objects.tags(object, call)).toEqual(present({ later: '' }));
  });
});

describe('an ACL', () => {
  it('names its owner and, in order, who may do what', async () => {
    const object = await put('plain');
    const own = await objects.acl(object, call);
    expect(own).toMatchObject({ state: 'present', value: { grants: [expect.stringMatching(/^\w+ FULL_CONTROL$/)] } });
    await s3.send(new PutObjectAclCommand({ ...at(object), ACL: 'public-read' }));
    const open = await objects.acl(object, call);
    expect(open).toMatchObject({
      value: { grants: [expect.stringMatching('FULL_CONTROL'), expect.stringMatching(/AllUsers READ$/)] },
    });
  });
});

describe('Object Lock', () => {
  const retainUntilAt = new Date('2030-01-01T00:00:00Z');
  const Retention = { Mode: 'GOVERNANCE', RetainUntilDate: retainUntilAt } as const;

  it.each([
    ['a retention', { mode: 'GOVERNANCE', retainUntilAt }, true, false],
    ['a legal hold', { legalHold: true }, false, true],
    ['both', { mode: 'GOVERNANCE', retainUntilAt, legalHold: true }, true, true],
  ])('says %s, in headers and when it is asked for by name', async (_title, lock, retained, held) => {
    const object = await put('locked');
    if (retained) await s3.send(new PutObjectRetentionCommand({ ...at(object), Retention }));
    if (held) await s3.send(new PutObjectLegalHoldCommand({ ...at(object), LegalHold: { Status: 'ON' } }));
    expect((await stateOf(object))?.lock).toEqual(lock);
    expect(await objects.lock(object, call)).toEqual(present(lock));
  });

  it.each(['locked', 'plain'])('says nothing of a version in the bucket %s that is under none', async (bucket) => {
    const object = await put(bucket);
    expect((await stateOf(object))?.lock).toBeUndefined();
    expect(await objects.lock(object, call)).toEqual({ state: 'absent' });
  });

  it('is lifted with the legal hold', async () => {
    const object = await put('locked');
    await s3.send(new PutObjectLegalHoldCommand({ ...at(object), LegalHold: { Status: 'ON' } }));
    await s3.send(new PutObjectLegalHoldCommand({ ...at(object), LegalHold: { Status: 'OFF' } }));
    expect(await objects.lock(object, call)).toEqual({ state: 'absent' });
  });
});

describe('a delete marker', () => {
  it('is said to be one under its own version ID, and is nothing under its key alone', async () => {
    const object = await put('plain', {}, 'deleted');
    const { VersionId: versionId = '' } = await s3.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'deleted' }));
    const marker = { ...object, versionId };
    const current = { bucket: 'plain', region, key: 'deleted' };
    const head = async (asked: ObjectRef) => objects.head(asked, { ...call, checksums: false });
    expect(await head(marker)).toEqual({ state: 'absent', deleteMarker: true });
    expect(await head(current)).toEqual({ state: 'absent' });
    expect(await head({ ...object, versionId: 'never' })).not.toMatchObject({ deleteMarker: true });
    expect((await head(object)).state).toBe('present');
  });
});

describe('the headers of a version', () => {
  it('say everything that its writer did', async () => {
    const object = await put('plain', {
      ContentType: 'text/plain',
      CacheControl: 'no-store',
      ContentDisposition: 'inline',
      ContentLanguage: 'de',
      ContentEncoding: 'gzip',
      Expires: new Date('2027-01-01T00:00:00Z'),
      Metadata: { color: 'red' },
    });
    expect(await stateOf(object)).toMatchObject({
      system: {
        'content-type': 'text/plain',
        'cache-control': 'no-store',
        'content-disposition': 'inline',
        'content-language': 'de',
        expires: 'Fri, 01 Jan 2027 00:00:00 GMT',
      },
      contentEncoding: 'gzip',
      metadata: { color: 'red' },
    });
  });

  it('say which lifecycle rule is going to take the current version away, and when', async () => {
    const Bucket = 'plain';
    const Rules = [{ ID: 'old é', Status: 'Enabled', Filter: { Prefix: 'log/' }, Expiration: { Days: 3 } } as const];
    await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
    const state = await stateOf({ ...(await put('plain', {}, 'log/a')) });
    expect(state?.expiration?.ruleId).toBe('old é');
    expect(state?.expiration?.expiresAt.toISOString()).toMatch(/T00:00:00\.000Z$/);
    expect((await stateOf(await put('plain', {}, 'other')))?.expiration).toBeUndefined();
  });
});

describe('what our role may not see', () => {
  it.each([
    [403, 'AccessDenied', { state: 'unreadable', reason: 'access-denied' }],
    [404, 'NoSuchVersion', { state: 'absent' }],
    [503, 'SlowDown', { state: 'unreadable', reason: 'throttled' }],
  ])('is no statement about the version: %i %s', async (status, code, expected) => {
    const body = `<Error><Code>${code}</Code><Message>because</Message></Error>`;
    const server = await startScriptedServer(() => ({ status, body }));
    const store = createS3ObjectStore(
      createClients({ customEndpoint: true, endpoint: server.endpoint, maxAttempts: 1 }),
    );
    const object = { bucket: 'plain', region, key: KEY, versionId: 'v1' };
    const seen = await Promise.all([store.tags(object, call), store.acl(object, call), store.lock(object, call)]);
    await server.close();
    expect(seen).toEqual([expected, expected, expected]);
  });
});
