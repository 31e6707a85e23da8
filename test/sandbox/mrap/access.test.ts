import { PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import {
  CreateMultiRegionAccessPointCommand,
  DescribeMultiRegionAccessPointOperationCommand,
  GetMultiRegionAccessPointCommand,
  GetMultiRegionAccessPointPolicyCommand,
  GetMultiRegionAccessPointRoutesCommand,
} from '@aws-sdk/client-s3-control';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createMrapReader } from '../../../src/adapters/aws/mrap-reader.ts';
import { createS3ControlRoutes } from '../../../src/adapters/aws/s3-control-routes.ts';
import { systemClock } from '../../../src/adapters/aws/system-clock.ts';
import { createWatchClients, type WatchClients } from '../../../src/adapters/aws/watch-clients.ts';
import { assume } from '../assumed-role.ts';
import { aCall, IRELAND, type MrapStage, startMrapStage, VIRGINIA } from './mrap-stage.ts';

let stage: MrapStage;

beforeAll(async () => {
  stage = await startMrapStage();
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await stage.close();
});

const allow = (Action: string, Resource: string) => ({ Effect: 'Allow', Action, Resource });

/** Clients of a role that may do these things, which is new each time. */
async function clientsOf(name: string, statements: readonly object[]): Promise<WatchClients> {
  const { accessKeyId, secretAccessKey, sessionToken } = await assume(stage.cloud, { name, statements });
  vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', sessionToken);
  return createWatchClients({ customEndpoint: true, maxAttempts: 1, endpoint: stage.cloud.url });
}

const onBucket = allow('s3:GetObject', `arn:aws:s3:::${VIRGINIA.bucket}/*`);

describe('a role', () => {
  it.each([
    ['the access point and the bucket', true, true, 'present'],
    ['the access point alone', true, false, 'unreadable'],
    ['the bucket alone', false, true, 'unreadable'],
  ])('that may read %s: the object is %s', async (_, point, bucket, state) => {
    const statements = [
      ...(point ? [allow('s3:GetObject', `${stage.arn}/object/*`)] : []),
      ...(bucket ? [onBucket] : []),
    ];
    const clients = await clientsOf(`reader-${point}-${bucket}`, statements);
    expect(await createMrapReader(clients, 'us-east-1').read(stage.arn, 'which', aCall())).toMatchObject({ state });
  });

  it('needs no more of a bucket that leaves it to the access point', async () => {
    const Statement = {
      Effect: 'Allow',
      Principal: { AWS: stage.cloud.account },
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${VIRGINIA.bucket}/*`,
      Condition: { StringEquals: { 's3:DataAccessPointArn': stage.arn } },
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await stage.sdk.s3(VIRGINIA.region).send(new PutBucketPolicyCommand({ Bucket: VIRGINIA.bucket, Policy }));
    const clients = await clientsOf('delegated', [allow('s3:GetObject', `${stage.arn}/object/*`)]);
    const seen = await createMrapReader(clients, 'us-east-1').read(stage.arn, 'which', aCall());
    expect(seen).toMatchObject({ state: 'present' });
  });

  it('that may read routes may not change them', async () => {
    const clients = await clientsOf('watcher', [allow('s3:GetMultiRegionAccessPointRoutes', stage.arn)]);
    const routes = createS3ControlRoutes(clients, systemClock);
    expect(await routes.read(stage.arn, aCall())).toMatchObject({ state: 'present' });
    await expect(routes.submit(stage.arn, [{ ...IRELAND, dial: 100 }], aCall())).rejects.toMatchObject({
      kind: 'access-denied',
    });
  });

  it('that may do nothing does not learn the routes', async () => {
    const routes = createS3ControlRoutes(await clientsOf('stranger', []), systemClock);
    expect(await routes.read(stage.arn, aCall())).toEqual({ state: 'unreadable', reason: 'access-denied' });
  });
});

describe('the control plane', () => {
  const own = () => ({ AccountId: stage.cloud.account });

  it('has routes in five Regions only, and makes access points in one', async () => {
    const { s3control } = stage.sdk;
    const Mrap = stage.arn;
    await expect(
      s3control('eu-central-1').send(new GetMultiRegionAccessPointRoutesCommand({ ...own(), Mrap })),
    ).rejects.toThrow(/not served by eu-central-1/);
    // The SDK takes a command of S3 Control once only.
    const get = () => new GetMultiRegionAccessPointCommand({ ...own(), Name: 'orders' });
    await expect(s3control('us-east-1').send(get())).rejects.toThrow(/us-west-2 only/);
    await expect(s3control('us-west-2').send(get())).resolves.toMatchObject({ AccessPoint: { Alias: stage.alias } });
  });

  it('knows nothing of access points of another account, of none, and of policies', async () => {
    const west = stage.sdk.s3control('us-west-2');
    const foreign = { AccountId: '222233334444', Name: 'orders' };
    await expect(west.send(new GetMultiRegionAccessPointCommand(foreign))).rejects.toThrow('Access Denied');
    const unknown = { ...own(), Name: 'nobody' };
    await expect(west.send(new GetMultiRegionAccessPointCommand(unknown))).rejects.toMatchObject({
      name: 'NoSuchMultiRegionAccessPoint',
    });
    const token = { ...own(), RequestTokenARN: 'arn:aws:s3:us-west-2:111122223333:async-request/mrap/guess/x' };
    await expect(west.send(new DescribeMultiRegionAccessPointOperationCommand(token))).rejects.toMatchObject({
      name: 'NoSuchMultiRegionAccessPoint',
    });
    const policy = new GetMultiRegionAccessPointPolicyCommand({ ...own(), Name: 'orders' });
    await expect(west.send(policy)).rejects.toMatchObject({ name: 'NotImplemented' });
  });

  it.each([
    ['without buckets', 'empty', [], /1 to 17 buckets/],
    ['of a bucket that is not there', 'missing', ['nobody-has-it'], /does not exist/],
    ['of two buckets of one Region', 'twice', [VIRGINIA.bucket, VIRGINIA.bucket], /one bucket per Region/],
    ['with a name that is none', 'No Name', [VIRGINIA.bucket], /is none of a Multi-Region/],
    ['with a name that is taken', 'orders', [VIRGINIA.bucket], /such an access point already/],
  ])('makes none %s', async (_, Name, buckets, why) => {
    const Details = { Name, Regions: buckets.map((Bucket) => ({ Bucket })) };
    const create = new CreateMultiRegionAccessPointCommand({ ...own(), ClientToken: 'x', Details });
    await expect(stage.sdk.s3control('us-west-2').send(create)).rejects.toThrow(why);
  });
});

describe('the control API', () => {
  const control = async (
    method: string,
    path: string,
    body?: object,
  ): Promise<{ readonly status: number; readonly body: unknown }> => {
    const answer = await fetch(`${stage.cloud.url}/_holdfast/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  };
  const plan = { name: 'standby', buckets: [VIRGINIA.bucket, IRELAND.bucket], alias: 'standby.mrap' };

  it('makes an access point with an alias that is known before, changes how fast it is, and takes it away', async () => {
    const made = await control('POST', 'mraps', { ...plan, active: [IRELAND.bucket], propagationMs: 5 });
    const routes = [
      { ...VIRGINIA, dial: 0 },
      { ...IRELAND, dial: 100 },
    ];
    const arn = `arn:aws:s3::${stage.cloud.account}:accesspoint/standby.mrap`;
    expect(made).toMatchObject({ status: 201, body: { mrap: { arn, routes, effective: routes, propagationMs: 5 } } });
    expect(await control('POST', 'mraps', { ...plan, propagationMs: 7 })).toMatchObject({
      body: { mrap: { arn, routes, propagationMs: 7 } },
    });
    expect(await control('GET', 'mraps')).toMatchObject({ body: { mraps: [{ name: 'orders' }, { name: 'standby' }] } });
    expect(await control('GET', 'status')).toMatchObject({ body: { accessPoints: [{}, { alias: 'standby.mrap' }] } });
    expect(await control('DELETE', 'mraps/standby')).toEqual({ status: 200, body: { removed: 'standby' } });
    expect(await control('DELETE', 'mraps/standby')).toMatchObject({ status: 400 });
  });

  it.each([
    [
      'other buckets under the same name',
      { name: 'orders', buckets: [VIRGINIA.bucket] },
      /such an access point already/,
    ],
    [
      'an alias that is taken',
      {
        ...plan,
        get alias() {
          return stage.alias;
        },
      },
      /is taken/,
    ],
    ['an alias that is none', { ...plan, alias: 'standby' }, /is none of a Multi-Region/],
    ['no active bucket', { ...plan, active: [] }, /At least one Region must be active/],
    ['an active bucket that is not behind it', { ...plan, active: ['other'] }, /not behind the access point/],
    ['an unknown name', { ...plan, dials: {} }, /dials is not a known name/],
  ])('refuses %s', async (_, body, why) => {
    expect(await control('POST', 'mraps', body)).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(why) as unknown },
    });
  });
});
