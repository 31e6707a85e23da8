import { setMaxListeners } from 'node:events';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetRolePolicyCommand } from '@aws-sdk/client-iam';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SOURCE } from '../../demo/places.ts';
import { setStage, type Stage } from '../../demo/stage.ts';
import { subscribe } from '../../demo/subscriber.ts';
import { createDynamoDbAlertStates } from '../../src/adapters/aws/dynamodb-alert-states.ts';
import type { AlertEvent } from '../../src/model/alert.ts';
import type { AlertStates } from '../../src/ports.ts';
import { demoStacks } from '../demo/show.ts';
import { compareAccess, type RoleStatement } from '../infrastructure/compare-access.ts';
import { eventually } from '../support/eventually.ts';

const MINUTE_MS = 60_000;
const { bucket: Bucket, region } = SOURCE;
const DAMAGE = 'content-differs-from-checksum';

const call = { signal: new AbortController().signal };
setMaxListeners(0, call.signal); // of one call for a whole test

let stage: Stage;
let states: AlertStates;
let dynamodb: DynamoDBClient;
const curtain = new AbortController();
const heard: AlertEvent[] = [];
let listening: Promise<void> | undefined;

beforeAll(async () => {
  stage = await setStage({ port: 0, seed: 1, stacks: await demoStacks(), progress: () => undefined });
  const topicArn = stage.topicArns.get(region) ?? '';
  const hear = (event: AlertEvent): void => void heard.push(event);
  listening = (await subscribe(stage, { region, topicArn, signal: curtain.signal, hear })).done;
  const { url: endpoint, credentials } = stage.cloud;
  dynamodb = new DynamoDBClient({ region, endpoint, credentials });
  const clock = { now: (): Date => new Date(stage.cloud.clock.now()) };
  const table = `holdfast-${stage.name}-ledger`;
  states = createDynamoDbAlertStates({ dynamodb: () => dynamodb }, { table, region, clock });
}, 120_000);

afterAll(async () => {
  curtain.abort();
  await listening?.catch(() => undefined);
  dynamodb.destroy();
  await stage.close();
});

async function damage(Key: string): Promise<void> {
  stage.cloud.faults.plant({ kind: 'flip', bucket: Bucket, key: Key, times: 1 });
  await stage
    .s3(region)
    .send(new PutObjectCommand({ Bucket, Key, Body: `content ${Key}`, ChecksumAlgorithm: 'SHA256' }));
}

async function minute(): Promise<void> {
  await stage.cloud.idle();
  await stage.cloud.clock.advance(MINUTE_MS);
  await stage.cloud.idle();
}

const noticesOf = (code: string): readonly AlertEvent[] => heard.filter(({ data }) => data.code === code);
const names = (events: readonly AlertEvent[]): string => JSON.stringify(events.map(({ data }) => data.examples));

/** Lets minutes pass until it is heard. */
async function until(isHeard: () => boolean): Promise<void> {
  for (let minutes = 0; minutes < 10 && !isHeard(); minutes += 1) {
    await minute();
    await eventually(async () => (isHeard() ? true : undefined), { timeoutMs: 1_000 }).catch(() => undefined);
  }
}

it('sends later what could not leave while KMS throttles, and loses nothing', async () => {
  const fault = stage.cloud.faults.plant({ kind: 'kms-throttle', service: 'sns', operation: 'Publish' });
  await damage('throttled');
  await eventually(
    async () => {
      await minute();
      const known = (await states.list(call)).find(({ finding }) => finding.code === DAMAGE);
      return known !== undefined && JSON.stringify(known.examples).includes('throttled') ? true : undefined;
    },
    { timeoutMs: 40_000 },
  );
  expect(names(noticesOf(DAMAGE))).not.toContain('throttled');
  stage.cloud.faults.remove(fault.id);
  await until(() => names(noticesOf(DAMAGE)).includes('throttled'));
  expect(names(noticesOf(DAMAGE))).toContain('throttled');
}, 90_000);

it('sends what a sender did not come to that was killed', async () => {
  const fault = stage.cloud.faults.plant({ kind: 'deny', service: 'sns', operation: 'Publish' });
  await damage('while-killed');
  await minute();
  stage.cloud.faults.plant({ kind: 'crash-function', functionName: `holdfast-${stage.name}-send-alerts`, times: 2 });
  stage.cloud.faults.remove(fault.id);
  await until(() => names(noticesOf(DAMAGE)).includes('while-killed'));
  const ids = noticesOf(DAMAGE).map(({ id }) => id);
  expect([names(noticesOf(DAMAGE)).includes('while-killed'), new Set(ids).size]).toEqual([true, ids.length]);
}, 60_000);

it('tells that a person has closed a cause, and opens it again for what comes later', async () => {
  const fingerprint = noticesOf(DAMAGE)[0]?.data.fingerprint ?? '';
  const at = new Date(stage.cloud.clock.now());
  expect(await states.close(fingerprint, { at, by: 'me', reason: 'restored', ...call })).toBe(true);
  await until(() => noticesOf(DAMAGE).some(({ data }) => data.state === 'resolved'));
  expect(noticesOf(DAMAGE).at(-1)?.data).toMatchObject({ state: 'resolved', resolution: 'closed', episode: 1 });
  await damage('afterwards');
  await until(() => names(noticesOf(DAMAGE)).includes('afterwards'));
  expect(noticesOf(DAMAGE).at(-1)?.data).toMatchObject({ state: 'opened', episode: 2, notice: 1, count: 1 });
}, 60_000);

it('the role of the sender is asked for all that it may do, and for nothing else', async () => {
  const role = `holdfast-${stage.name}-send-alerts-${region}`;
  const answer = await stage.iam.send(new GetRolePolicyCommand({ RoleName: role, PolicyName: 'own' }));
  const { Statement } = JSON.parse(decodeURIComponent(answer.PolicyDocument ?? '')) as {
    readonly Statement: readonly RoleStatement[];
  };
  const { missing, unused } = compareAccess(new Map([[role, Statement]]), stage.cloud.access());
  // The sandbox takes what a function prints without asking.
  expect({ missing, unused: unused.filter((one) => !one.includes(': OwnLog ')) }).toEqual({ missing: [], unused: [] });
});
