import { GetRolePolicyCommand } from '@aws-sdk/client-iam';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SOURCE } from '../../demo/places.ts';
import { setStage, type Stage } from '../../demo/stage.ts';
import { subscribe } from '../../demo/subscriber.ts';
import type { AlertEvent } from '../../src/model/alert.ts';
import { demoStacks } from '../demo/show.ts';
import { compareAccess, type RoleStatement } from '../infrastructure/compare-access.ts';
import { eventually } from '../support/eventually.ts';

const HOUR_MS = 3_600_000;
const { bucket: Bucket, region } = SOURCE;

let stage: Stage;
const curtain = new AbortController();
const heard: AlertEvent[] = [];
let listening: Promise<void> | undefined;

beforeAll(async () => {
  stage = await setStage({ port: 0, seed: 1, stacks: await demoStacks(), progress: () => undefined });
  const topicArn = stage.topicArns.get(region) ?? '';
  const hear = (event: AlertEvent): void => void heard.push(event);
  listening = (await subscribe(stage, { region, topicArn, signal: curtain.signal, hear })).done;
}, 600_000);

afterAll(async () => {
  curtain.abort();
  await listening?.catch(() => undefined);
  await stage.close();
});

async function hour(): Promise<void> {
  await stage.cloud.idle();
  await stage.cloud.clock.advance(HOUR_MS);
  await stage.cloud.idle();
}

const codesOf = (key: string): readonly string[] =>
  heard.filter(({ data }) => JSON.stringify(data).includes(key)).map(({ data }) => data.code);

it('an object whose event is lost is told of by the deployed watch, read and followed all the same', async () => {
  await hour(); // the watch begins
  stage.cloud.faults.plant({ kind: 'lose-event', bucket: Bucket, key: 'in/unheard', times: 1 });
  await stage.s3(region).send(new PutObjectCommand({ Bucket, Key: 'in/unheard', Body: 'nobody tells of me' }));
  await stage.s3(region).send(new PutObjectCommand({ Bucket, Key: 'in/heard', Body: 'somebody tells of me' }));
  await hour();
  expect(codesOf('in/unheard')).not.toContain('content-verified');
  for (let hours = 0; hours < 2; hours += 1) await hour();
  await eventually(async () => (codesOf('in/unheard').includes('content-verified') ? true : undefined));
  expect(codesOf('in/unheard')).toContain('event-lost');
  // At least once: an hour passes between two steps of a sender, who is taken for dead, and the same notice leaves again.
  const opened = heard.filter(({ data }) => data.code === 'event-lost' && data.state === 'opened');
  const lost = new Map(opened.map(({ id, data }) => [id, data]));
  expect([...lost.values()].map(({ evidence }) => evidence['versions'])).toEqual([1]);
}, 600_000);

it('the role of the watch is asked for all that it may do, and for nothing else', async () => {
  const role = `holdfast-${stage.name}-watch-events-${region}`;
  const answer = await stage.iam.send(new GetRolePolicyCommand({ RoleName: role, PolicyName: 'own' }));
  const { Statement } = JSON.parse(decodeURIComponent(answer.PolicyDocument ?? '')) as {
    readonly Statement: readonly RoleStatement[];
  };
  const { missing, unused } = compareAccess(new Map([[role, Statement]]), stage.cloud.access());
  // The sandbox takes what a function prints without asking.
  expect({ missing, unused: unused.filter((one) => !one.includes(': OwnLog ')) }).toEqual({ missing: [], unused: [] });
});
