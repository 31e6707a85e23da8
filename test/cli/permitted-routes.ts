import { appendFile } from 'node:fs/promises';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { createDynamoDbProbes } from '../../src/adapters/aws/dynamodb-probes.ts';
import { createDynamoDbReadiness } from '../../src/adapters/aws/dynamodb-readiness.ts';
import { createDynamoDbRouteHistory } from '../../src/adapters/aws/dynamodb-route-history.ts';
import { systemClock } from '../../src/adapters/aws/system-clock.ts';
import { probeCanaryKey } from '../../src/model/probe-canary.ts';
import type { Route } from '../../src/model/routing.ts';
import { DESTINATION, HOME, type PairStage, SOURCE } from './pair-stage.ts';

const HOUR_MS = 3_600_000;
/** Where the steering ledger of a pair is that nobody observes: not where its source is. */
const STEERING = { table: 'holdfast-dev-steering', region: HOME[DESTINATION], clock: systemClock };
const POINT = { name: 'orders', buckets: [SOURCE, DESTINATION], active: [SOURCE], propagationMs: 0 } as const;
const AT_HOME: readonly Route[] = [
  { bucket: SOURCE, region: HOME[SOURCE], dial: 100 },
  { bucket: DESTINATION, region: HOME[DESTINATION], dial: 0 },
];
const AWAY: readonly Route[] = AT_HOME.map((route) => ({ ...route, dial: 100 - route.dial }));

/** An access point over the pair, as the configuration names it. */
export async function makeAccessPoint({ cloud, config, sdk }: PairStage): Promise<void> {
  for (const Bucket of [SOURCE, DESTINATION] as const) {
    const canary = { Key: probeCanaryKey(Bucket, 'plain'), Body: Bucket, ServerSideEncryption: 'AES256' } as const;
    await sdk.s3(HOME[Bucket]).send(new PutObjectCommand({ Bucket, ...canary }));
  }
  const { arn } = cloud.accessPoints.create(POINT);
  const mraps = { orders: { arn, pairs: ['orders'], observers: Object.values(HOME), active: [HOME[SOURCE]] } };
  await appendFile(config, `mraps: ${JSON.stringify(mraps)}\n`);
}

/** Does something with canaries whose context of encryption is the bucket, with such where it is the object, and without them. */
export async function withEveryCanary({ sdk, keys }: PairStage, run: () => Promise<unknown>): Promise<void> {
  for (const BucketKeyEnabled of [true, false, undefined]) {
    for (const Bucket of [SOURCE, DESTINATION] as const) {
      const s3 = sdk.s3(HOME[Bucket]);
      const canary = { Bucket, Key: probeCanaryKey(Bucket, 'kms') };
      if (BucketKeyEnabled === undefined) await s3.send(new DeleteObjectCommand(canary));
      else {
        const under = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keys[HOME[Bucket]], BucketKeyEnabled } as const;
        await s3.send(new PutObjectCommand({ ...canary, ...under, Body: Bucket }));
      }
    }
    await run();
  }
}

/** The traffic left an hour ago, and everything at home answers and is ready again. */
export async function leaveHome(stage: PairStage): Promise<void> {
  const { cloud, sdk } = stage;
  const [{ alias } = { alias: '' }] = cloud.accessPoints.all();
  cloud.accessPoints.remove(POINT.name);
  cloud.accessPoints.create({ ...POINT, alias, active: [DESTINATION] });
  const at = new Date(Date.now() - HOUR_MS);
  const change = {
    mrap: 'orders',
    by: 'person',
    kind: 'failover',
    decidedAt: at,
    submittedAt: at,
    from: AT_HOME,
    to: AWAY,
    reasons: [],
  } as const;
  const call = { signal: AbortSignal.timeout(10_000) };
  await createDynamoDbRouteHistory(sdk, STEERING).claim(change, { after: undefined, holder: 'person', ...call });
  await observe(stage);
}

/** Probes of this minute, by every observer. */
async function observe({ sdk }: PairStage): Promise<void> {
  const signal = AbortSignal.timeout(10_000);
  const [probes, readiness] = [createDynamoDbProbes(sdk, STEERING), createDynamoDbReadiness(sdk, STEERING)];
  const asOf = new Date();
  for (const bucket of [SOURCE, DESTINATION] as const) {
    const region = HOME[bucket];
    const kms = { quotaPerSecond: 1_000, usedPerSecond: 1, peakPerSecond: 1 };
    await readiness.leave({ region, asOf, kms, keysUsable: true, throttled: false }, { signal });
    for (const observer of Object.values(HOME))
      for (let round = 0; round < 5; round += 1) {
        const at = new Date(asOf.getTime() - round * 10_000);
        await probes.leave({ mrap: 'orders', observer, region, bucket, at, plain: 'answered' }, { signal });
      }
  }
}
