import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClients } from '../../src/adapters/aws/clients.ts';
import { createS3BucketStore } from '../../src/adapters/aws/s3-bucket-store.ts';
import type { BucketSettingName } from '../../src/model/bucket-settings.ts';
import { present } from '../../src/model/observation.ts';
import type { BucketStore } from '../../src/ports.ts';
import { aBudget } from '../support/deliver.ts';
import {
  type Answer,
  type ReceivedRequest,
  type ScriptedServer,
  startScriptedServer,
} from '../support/scripted-server.ts';

const BUCKET = { bucket: 'photos', region: 'eu-west-1' };
const call = aBudget();

let server: ScriptedServer;
let buckets: BucketStore;
let answer: (request: ReceivedRequest) => Answer;
let now: Date;

beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  now = new Date('2026-11-02T00:00:00Z');
  server = await startScriptedServer((request) => answer(request));
  const clients = createClients({ customEndpoint: true, endpoint: server.endpoint, maxAttempts: 1 });
  buckets = createS3BucketStore(clients, { clock: { now: () => now } });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const refuse = (status: number, code: string) => (): Answer => ({
  status,
  body: `<Error><Code>${code}</Code><Message>because</Message></Error>`,
});

describe('a bucket without such a configuration', () => {
  it.each<readonly [BucketSettingName, string]>([
    ['replication', 'ReplicationConfigurationNotFoundError'],
    ['lifecycle', 'NoSuchLifecycleConfiguration'],
    ['encryption', 'ServerSideEncryptionConfigurationNotFoundError'],
    ['objectLock', 'ObjectLockConfigurationNotFoundError'],
    ['ownership', 'OwnershipControlsNotFoundError'],
    ['publicAccessBlock', 'NoSuchPublicAccessBlockConfiguration'],
    ['policy', 'NoSuchBucketPolicy'],
  ])('has no %s: %s', async (name, code) => {
    answer = refuse(404, code);
    expect(await buckets.setting(BUCKET, name, call)).toEqual({ state: 'absent' });
  });

  it('that is not there has none either', async () => {
    answer = refuse(404, 'NoSuchBucket');
    expect(await buckets.setting(BUCKET, 'versioning', call)).toEqual({ state: 'absent' });
  });

  it('was never versioned, and notifies nobody', async () => {
    answer = () => ({ body: '<VersioningConfiguration/>' });
    const versioning = await buckets.setting(BUCKET, 'versioning', call);
    expect(versioning).toEqual(present({ status: 'Off', mfaDelete: false }));
    answer = () => ({ body: '<NotificationConfiguration/>' });
    const notifications = await buckets.setting(BUCKET, 'notifications', call);
    expect(notifications).toEqual(present({ entries: [], eventBridge: false }));
  });
});

describe('a setting that cannot be read', () => {
  it.each([
    ['is denied', 403, 'AccessDenied', 'access-denied'],
    ['is of another account, whose policy nobody else may read', 405, 'MethodNotAllowed', 'access-denied'],
    ['is throttled', 503, 'SlowDown', 'throttled'],
    ['is in another Region', 301, 'PermanentRedirect', 'wrong-region'],
  ])('%s, and is asked for again', async (_, status, code, reason) => {
    answer = refuse(status, code);
    expect(await buckets.setting(BUCKET, 'policy', call)).toEqual({ state: 'unreadable', reason });
    expect(await buckets.setting(BUCKET, 'policy', call)).toEqual({ state: 'unreadable', reason });
    expect(server.requests).toHaveLength(2);
  });

  it('because of trouble of our own throws, and is asked for again', async () => {
    answer = refuse(500, 'InternalError');
    const asked = buckets.setting(BUCKET, 'lifecycle', call);
    await expect(asked).rejects.toMatchObject({ kind: 'unavailable', operation: 'BucketStore.lifecycle' });
    answer = refuse(404, 'NoSuchLifecycleConfiguration');
    expect(await buckets.setting(BUCKET, 'lifecycle', call)).toEqual({ state: 'absent' });
  });
});

describe('what was read', () => {
  beforeEach(() => {
    answer = () => ({ body: '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>' });
  });

  it('is remembered for five minutes', async () => {
    await buckets.setting(BUCKET, 'versioning', call);
    now = new Date('2026-11-02T00:04:59Z');
    await buckets.setting(BUCKET, 'versioning', call);
    expect(server.requests).toHaveLength(1);
    now = new Date('2026-11-02T00:05:00Z');
    answer = () => ({ body: '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>' });
    const later = await buckets.setting(BUCKET, 'versioning', call);
    expect(later).toEqual(present({ status: 'Suspended', mfaDelete: false }));
  });

  it('is remembered where it is that there is none', async () => {
    answer = refuse(404, 'NoSuchBucketPolicy');
    await buckets.setting(BUCKET, 'policy', call);
    await buckets.setting(BUCKET, 'policy', call);
    expect(server.requests).toHaveLength(1);
  });

  it('is asked for once by all who ask at the same time', async () => {
    await Promise.all([1, 2, 3].map(async () => buckets.setting(BUCKET, 'versioning', call)));
    expect(server.requests).toHaveLength(1);
  });

  it('is remembered for each bucket, Region and setting by itself', async () => {
    await buckets.setting(BUCKET, 'versioning', call);
    await buckets.setting({ ...BUCKET, bucket: 'other' }, 'versioning', call);
    await buckets.setting({ ...BUCKET, region: 'us-east-1' }, 'versioning', call);
    await buckets.setting(BUCKET, 'lifecycle', call);
    expect(server.requests).toHaveLength(4);
  });
});

it('says of a policy what S3 says, and nothing where only one of both may be read', async () => {
  const policy = '{"Version":"2012-10-17","Statement":[]}';
  const status = '<PolicyStatus><IsPublic>true</IsPublic></PolicyStatus>';
  answer = ({ url }) => ({ body: url.includes('policyStatus') ? status : policy });
  expect(await buckets.setting(BUCKET, 'policy', call)).toEqual(present({ json: policy, isPublic: true }));
  now = new Date('2026-11-03T00:00:00Z');
  const denied = refuse(403, 'AccessDenied');
  answer = ({ url }) => (url.includes('policyStatus') ? denied() : { body: policy });
  const hidden = await buckets.setting(BUCKET, 'policy', call);
  expect(hidden).toEqual({ state: 'unreadable', reason: 'access-denied' });
});

it('puts the oldest upload first, whatever its key', async () => {
  const upload = (key: string, day: string): string =>
    `<Upload><Key>${key}</Key><UploadId>${key}</UploadId><Initiated>2026-11-${day}T00:00:00Z</Initiated></Upload>`;
  const body = `<ListMultipartUploadsResult>${upload('a', '02')}${upload('b', '01')}</ListMultipartUploadsResult>`;
  answer = () => ({ body });
  const uploads = await buckets.setting(BUCKET, 'uploads', call);
  expect(uploads).toMatchObject({ value: [{ key: 'b' }, { key: 'a' }] });
});
