import assert from 'node:assert/strict';
import {
  CreateMultiRegionAccessPointCommand,
  DeleteMultiRegionAccessPointCommand,
  DescribeMultiRegionAccessPointOperationCommand,
  GetMultiRegionAccessPointCommand,
  ListMultiRegionAccessPointsCommand,
  type MultiRegionAccessPointReport,
} from '@aws-sdk/client-s3-control';
import { createMrapReader } from '../../../src/adapters/aws/mrap-reader.ts';
import { createS3ControlRoutes } from '../../../src/adapters/aws/s3-control-routes.ts';
import { systemClock } from '../../../src/adapters/aws/system-clock.ts';
import { createWatchClients } from '../../../src/adapters/aws/watch-clients.ts';
import type { MrapRoutes } from '../../../src/ports.ts';
import { eventually } from '../../support/eventually.ts';
import { uniqueName } from '../../support/unique-name.ts';
import { createBucket, put } from '../arrange.ts';
import type { Cases, Cloud } from '../contract.ts';

/** Where access points are made, whatever their Regions. */
const HOME = 'us-west-2';

interface MadePoint {
  readonly name: string;
  readonly arn: string;
  /** The one at home first. */
  readonly buckets: readonly [string, string];
}

async function makePoint(cloud: Cloud): Promise<MadePoint> {
  const buckets = [await createBucket(cloud), await createBucket(cloud, { region: cloud.abroad })] as const;
  const name = uniqueName('contract');
  const { RequestTokenARN } = await cloud.s3control(HOME).send(
    new CreateMultiRegionAccessPointCommand({
      AccountId: cloud.account,
      ClientToken: name,
      Details: { Name: name, Regions: buckets.map((Bucket) => ({ Bucket })) },
    }),
  );
  await eventually(async () => {
    const { AsyncOperation: operation } = await cloud
      .s3control(HOME)
      .send(new DescribeMultiRegionAccessPointOperationCommand({ AccountId: cloud.account, RequestTokenARN }));
    return operation?.RequestStatus === 'SUCCEEDED' ? true : undefined;
  });
  const { Alias = '' } = await reportOf(cloud, name);
  return { name, arn: `arn:aws:s3::${cloud.account}:accesspoint/${Alias}`, buckets };
}

async function reportOf(cloud: Cloud, Name: string): Promise<MultiRegionAccessPointReport> {
  const command = new GetMultiRegionAccessPointCommand({ AccountId: cloud.account, Name });
  const { AccessPoint: report } = await cloud.s3control(HOME).send(command);
  assert.ok(report);
  return report;
}

const aCall = (): { readonly signal: AbortSignal } => ({ signal: AbortSignal.timeout(20_000) });

/** Holdfast's own, which finds its server in the environment. */
function ourRoutes(): MrapRoutes {
  return createS3ControlRoutes(createWatchClients({ customEndpoint: true, maxAttempts: 1 }), systemClock);
}

/** Dials, the one of the bucket at home first. */
async function dialsOf({ arn, buckets }: MadePoint): Promise<readonly (number | undefined)[]> {
  const seen = await ourRoutes().read(arn, aCall());
  assert.equal(seen.state, 'present');
  return buckets.map((bucket) => seen.value.routes.find((route) => route.bucket === bucket)?.dial);
}

/** Multi-Region Access Points, and what Holdfast asks of them. */
export const accessPointCases: Cases = {
  'an access point is made, told of with its buckets, and taken away': async (cloud) => {
    const { name, buckets } = await makePoint(cloud);
    const report = await reportOf(cloud, name);
    assert.match(report.Alias ?? '', /.\.mrap$/);
    assert.equal(report.Status, 'READY');
    assert.deepEqual(new Set(report.Regions?.map(({ Bucket }) => Bucket)), new Set(buckets));
    const all = async (): Promise<readonly (string | undefined)[]> => {
      const listed = await cloud
        .s3control(HOME)
        .send(new ListMultiRegionAccessPointsCommand({ AccountId: cloud.account }));
      return listed.AccessPoints?.map(({ Name }) => Name) ?? [];
    };
    assert.ok((await all()).includes(name));
    await cloud.s3control(HOME).send(
      new DeleteMultiRegionAccessPointCommand({
        AccountId: cloud.account,
        ClientToken: 'x',
        Details: { Name: name },
      }),
    );
    await eventually(async () => ((await all()).includes(name) ? undefined : true));
  },
  'the routes of an access point are read and changed; a Region that is left out stays as it is': async (cloud) => {
    const point = await makePoint(cloud);
    assert.deepEqual(await dialsOf(point), [100, 100]);
    const [bucket] = point.buckets;
    const taken = await ourRoutes().submit(point.arn, [{ bucket, region: cloud.home, dial: 0 }], aCall());
    assert.equal(taken.kind, 'accepted');
    assert.deepEqual(await dialsOf(point), [0, 100]);
  },
  'a change of routes that would leave no bucket active is refused': async (cloud) => {
    const point = await makePoint(cloud);
    const [bucket, other] = point.buckets;
    const none = [
      { bucket, region: cloud.home, dial: 0 },
      { bucket: other, region: cloud.abroad, dial: 0 },
    ];
    assert.equal((await ourRoutes().submit(point.arn, none, aCall())).kind, 'refused');
    assert.deepEqual(await dialsOf(point), [100, 100]);
  },
  'an object is read through an access point, from whichever bucket answers': async (cloud) => {
    const { arn, buckets } = await makePoint(cloud);
    const [bucket, other] = buckets;
    await put(cloud, { bucket, key: 'a b/+é', body: 'hello' });
    await put(cloud, { bucket: other, region: cloud.abroad, key: 'a b/+é', body: 'hello' });
    const clients = createWatchClients({ customEndpoint: true, maxAttempts: 1 });
    const reader = createMrapReader(clients, cloud.home);
    const answer = await reader.read(arn, 'a b/+é', aCall());
    assert.deepEqual(answer, {
      state: 'present',
      value: { etag: '5d41402abc4b2a76b9719d911017c592', text: 'hello' },
    });
    assert.deepEqual(await reader.read(arn, 'missing', aCall()), { state: 'absent' });
  },
};
