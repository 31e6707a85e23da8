import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetRolePolicyCommand } from '@aws-sdk/client-iam';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sceneryOf } from '../../demo/scenery.ts';
import { setStage, type Stage } from '../../demo/stage.ts';
import { createDynamoDbAlertHistory } from '../../src/adapters/aws/dynamodb-alert-history.ts';
import { createDynamoDbManifests } from '../../src/adapters/aws/dynamodb-manifests.ts';
import { createDynamoDbProbes } from '../../src/adapters/aws/dynamodb-probes.ts';
import { createDynamoDbRouteHistory } from '../../src/adapters/aws/dynamodb-route-history.ts';
import { PROBE_EVERY_MS } from '../../src/model/probe-canary.ts';
import type { KeptChange } from '../../src/ports.ts';
import { compareAccess, type RoleStatement } from '../infrastructure/compare-access.ts';
import { packaged } from '../infrastructure/packaged.ts';
import { createSdkClients, type SdkClients } from '../support/sdk-clients.ts';

const CONFIG = 'test/infrastructure/witness.yml';
const HOME = { region: 'us-east-1', bucket: 'orders-use1' } as const;
const AWAY = { region: 'eu-west-1', bucket: 'orders-euw1' } as const;
const WITNESS = 'eu-central-1';
const MINUTE_MS = 60_000;
const OBSERVERS = [HOME.region, AWAY.region, WITNESS];

let stage: Stage;
let sdk: SdkClients;

beforeAll(async () => {
  const folder = await packaged(CONFIG);
  const scenery = { ...sceneryOf(await readFile(CONFIG, 'utf8')), stage: 'test', isWired: true };
  stage = await setStage({ port: 0, seed: 1, stacks: join(folder, 'stacks'), scenery, progress: () => undefined });
  sdk = createSdkClients({ endpoint: stage.cloud.url, credentials: stage.cloud.credentials });
}, 300_000);

afterAll(async () => {
  sdk.destroy();
  await stage.close();
});

const call = { signal: new AbortController().signal };

function ledger() {
  const clock = { now: () => new Date(stage.cloud.clock.now()) };
  const options = { table: 'holdfast-test-steering', region: WITNESS, clock };
  return {
    probes: createDynamoDbProbes(sdk, options),
    history: createDynamoDbRouteHistory(sdk, options),
    manifests: createDynamoDbManifests(sdk, options),
  };
}

async function changes(): Promise<readonly KeptChange[]> {
  return ledger().history.list('orders', { ...call, since: new Date(0) });
}

/** Codes of the alerts that have left any Region. */
async function heard(): Promise<readonly string[]> {
  const until = new Date(stage.cloud.clock.now());
  const range = { since: new Date(until.getTime() - 2 * 3_600_000), until };
  const histories = OBSERVERS.map(async (region) =>
    createDynamoDbAlertHistory(sdk, { table: 'holdfast-test-ledger', region, clock: { now: () => until } }).recent(
      range,
      call,
    ),
  );
  return (await Promise.all(histories)).flat().map(({ data }) => data.code);
}

/** No function works any more, whatever S3 still holds back. */
async function quiet(): Promise<void> {
  for (let checks = 0; checks < 3;) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    const answer = await fetch(`${stage.cloud.url}/_holdfast/status`);
    const { functions } = (await answer.json()) as { functions: readonly { readonly busy: number }[] };
    checks = stage.cloud.s3.pending().events === 0 && functions.every(({ busy }) => busy === 0) ? checks + 1 : 0;
  }
}

/** Lets time pass again and again, until it is so; answers how often. */
async function steps(
  most: number,
  {
    ms = PROBE_EVERY_MS,
    until = async () => false,
  }: { readonly ms?: number; readonly until?: () => Promise<boolean> } = {},
): Promise<number> {
  for (let step = 0; step < most; step += 1) {
    await quiet();
    if (await until()) return step;
    await stage.cloud.clock.advance(ms);
  }
  await quiet();
  return most;
}

/** What a role may do, without the Region that it is in: no Region does everything. */
function withoutRegion(grant: string): string {
  return grant
    .replaceAll(new RegExp(`(?<=holdfast-test-(?:probe|steer)|:)[-]?(?:${OBSERVERS.join('|')})(?=:)`, 'g'), '')
    .replace(/-[A-Z0-9]{12}$/, '');
}

/** By what the play does not reach, why it is needed all the same. */
const UNEXERCISED: readonly (readonly [grant: RegExp, reason: string])[] = [
  [/: OwnLog /, 'Lambda writes the log under the role of the function, and the sandbox does not ask'],
  [/: KeysThroughS3 kms:EncryptionContext:aws:s3:arn=arn:aws:s3:::orders-\w+$/, 'used with bucket keys'],
  [/steer: KeysThroughS3 /, 'a controller looks for itself only while the steering ledger is out'],
  [/: TellAbsentFromDenied /, 'used before the first canary is written'],
  [/steer: (?:Canaries|LateListings) arn:aws:s3:::orders-use1/, 'late arrivals after a failover the other way'],
  [/steer: Remember dynamodb:DeleteItem$/, 'the desk of alerts is the same in every function'],
];

describe('three deployed stacks, one of them without buckets', () => {
  it('look at the buckets behind the access point from every Region', async () => {
    const isSeen = async (): Promise<boolean> => {
      const since = new Date(stage.cloud.clock.now() - 30_000);
      const seen = await Promise.all(
        [HOME, AWAY].map(async ({ region }) => ledger().probes.recent({ mrap: 'orders', region }, { ...call, since })),
      );
      const answered = seen.flat().filter(({ plain, kms }) => plain === 'answered' && kms === 'answered');
      return new Set(answered.map(({ observer, region }) => `${observer}>${region}`)).size === 6;
    };
    expect(await steps(24, { until: isSeen })).toBeLessThan(24);
    expect(await changes()).toEqual([]);
  }, 120_000);

  it('leave a Region in which nothing answers, once, and list what was on its way', async () => {
    await sdk.s3(HOME.region).send(new PutObjectCommand({ Bucket: HOME.bucket, Key: 'early', Body: 'there in time' }));
    await steps(4, { ms: MINUTE_MS }); // the lists are complete up to some minutes ago
    stage.cloud.faults.plant({
      kind: 'delay-replication',
      bucket: HOME.bucket,
      key: 'late',
      times: 1,
      delayMs: 8 * MINUTE_MS,
    });
    await sdk.s3(HOME.region).send(new PutObjectCommand({ Bucket: HOME.bucket, Key: 'late', Body: 'not there' }));
    await steps(2, { ms: MINUTE_MS }); // its first look has missed it
    await steps(3);
    const outage = stage.cloud.faults.plant({ kind: 'region-outage', region: HOME.region });
    const isEffective = async (): Promise<boolean> =>
      (await changes()).some(({ effectiveAt }) => effectiveAt !== undefined);
    expect(await steps(30, { until: isEffective })).toBeLessThan(30);
    expect(await changes()).toMatchObject([{ by: 'automatic', kind: 'failover', away: HOME.region }]);
    const [change] = await changes();
    expect(new Set(change?.proofs?.map(({ observer }) => observer))).toEqual(new Set([AWAY.region, WITNESS]));
    const manifest = await ledger().manifests.get({ mrap: 'orders', id: change?.id ?? '' }, call);
    expect(manifest?.versions.map(({ object }) => object.key)).toEqual(['late']);
    await sdk.s3(AWAY.region).send(new PutObjectCommand({ Bucket: AWAY.bucket, Key: 'late', Body: 'newer' }));
    stage.cloud.faults.remove(outage.id);
    const isBack = async (): Promise<boolean> => (await changes()).some(({ recoveredAt }) => recoveredAt !== undefined);
    expect(await steps(30, { until: isBack })).toBeLessThan(30);
    const isLate = async (): Promise<boolean> => (await heard()).includes('late-arrival-took-over');
    expect(await steps(15, { ms: MINUTE_MS, until: isLate })).toBeLessThan(15);
    expect(await changes()).toHaveLength(1);
    expect(await heard()).toEqual(
      expect.arrayContaining(['region-unhealthy', 'failover-effective', 'region-recovered']),
    );
  }, 240_000);

  it('were asked for nothing that they may not do, and may do nothing that they were not asked for', async () => {
    const names = OBSERVERS.flatMap((region) => ['probe', 'steer'].map((name) => `holdfast-test-${name}-${region}`));
    const roles = new Map(
      await Promise.all(
        names.map(async (RoleName): Promise<[string, readonly RoleStatement[]]> => {
          const { PolicyDocument = '' } = await stage.iam.send(
            new GetRolePolicyCommand({ RoleName, PolicyName: 'own' }),
          );
          const { Statement } = JSON.parse(decodeURIComponent(PolicyDocument)) as {
            Statement: readonly RoleStatement[];
          };
          return [RoleName, Statement];
        }),
      ),
    );
    const { missing, unused } = compareAccess(roles, stage.cloud.access());
    expect(missing).toEqual([]);
    const times = new Map<string, number>();
    for (const grant of unused) times.set(withoutRegion(grant), (times.get(withoutRegion(grant)) ?? 0) + 1);
    const nowhere = [...times].filter(([, count]) => count === OBSERVERS.length).map(([grant]) => grant);
    expect(nowhere.filter((grant) => !UNEXERCISED.some(([row]) => row.test(grant)))).toEqual([]);
    expect(UNEXERCISED.filter(([row]) => !nowhere.some((grant) => row.test(grant)))).toEqual([]);
  });
});
