import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { ListTopicsCommand } from '@aws-sdk/client-sns';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FaultPlan } from '../../src/sandbox/faults.ts';
import { createSdkClients, type SdkClients } from '../support/sdk-clients.ts';
import { aCall, IRELAND, type MrapStage, SECOND_MS, startMrapStage, SYDNEY, VIRGINIA } from './mrap/mrap-stage.ts';

/** Long enough for a busy machine, and short where nothing is to come. */
const PATIENCE_MS = 10_000;
const IMPATIENCE_MS = 300;

let stage: MrapStage;
const clients: SdkClients[] = [];

beforeAll(async () => {
  stage = await startMrapStage([VIRGINIA.bucket, IRELAND.bucket]);
});

afterEach(() => {
  for (const { id } of stage.cloud.faults.list()) stage.cloud.faults.remove(id);
  for (const each of clients.splice(0)) each.destroy();
});

afterAll(async () => {
  await stage.close();
});

/** What becomes of a request by somebody who works in a Region: the status, `cut off` without one, `silence` where nothing comes. */
async function statusOf(
  send: (signal: AbortSignal) => Promise<unknown>,
  patienceMs: number,
): Promise<number | 'cut off' | 'silence'> {
  const signal = AbortSignal.timeout(patienceMs);
  try {
    await send(signal);
    return 200;
  } catch (error) {
    if (signal.aborted) return 'silence';
    const { $metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } };
    return $metadata?.httpStatusCode ?? 'cut off';
  }
}

type Asked = 's3' | 'sqs' | 'sns' | 'dynamodb';

/** How each service of Ireland answers somebody. */
async function irelandFor(
  from: string | undefined,
  patienceMs = PATIENCE_MS,
): Promise<Readonly<Record<Asked, number | string>>> {
  const { cloud } = stage;
  const credentials = from === undefined ? cloud.credentials : cloud.credentialsIn(from);
  const sdk = createSdkClients({ endpoint: cloud.url, credentials });
  clients.push(sdk);
  const { region, bucket } = IRELAND;
  const head = new HeadObjectCommand({ Bucket: bucket, Key: 'which' });
  const statuses = await Promise.all([
    statusOf((abortSignal) => sdk.s3(region).send(head, { abortSignal }), patienceMs),
    statusOf((abortSignal) => sdk.sqs(region).send(new ListQueuesCommand(), { abortSignal }), patienceMs),
    statusOf((abortSignal) => sdk.sns(region).send(new ListTopicsCommand(), { abortSignal }), patienceMs),
    statusOf((abortSignal) => sdk.dynamodb(region).send(new ListTablesCommand(), { abortSignal }), patienceMs),
  ]);
  const [s3, sqs, sns, dynamodb] = statuses;
  return { s3, sqs, sns, dynamodb };
}

const all = (status: number | string): Readonly<Record<Asked, number | string>> => ({
  s3: status,
  sqs: status,
  sns: status,
  dynamodb: status,
});

describe('an outage', () => {
  it.each([
    ['of a whole Region', {}, all(503)],
    ['that answers with its own error', { status: 500 }, all(500)],
    ['that ends connections', { drop: true }, all('cut off')],
    ['that says nothing at all', { hang: true }, all('silence')],
    ['of the data plane of S3', { service: 's3' }, { ...all(200), s3: 503 }],
    ['of one bucket', { service: 's3', bucket: IRELAND.bucket }, { ...all(200), s3: 503 }],
    ['of the control plane of S3', { service: 's3-control' }, all(200)],
  ] satisfies readonly (readonly [string, Partial<FaultPlan>, ReturnType<typeof all>])[])(
    '%s is one, and ends',
    async (_, plan, seen) => {
      const { id } = stage.cloud.faults.plant({ kind: 'region-outage', region: IRELAND.region, ...plan });
      expect(await irelandFor('eu-north-1', seen.s3 === 'silence' ? IMPATIENCE_MS : PATIENCE_MS)).toEqual(seen);
      stage.cloud.faults.remove(id);
      expect(await irelandFor('eu-north-1')).toEqual(all(200));
    },
  );

  it('of a whole Region keeps those inside from reaching anybody', async () => {
    stage.cloud.faults.plant({ kind: 'region-outage', region: 'us-east-1' });
    expect(await irelandFor('us-east-1')).toEqual(all('cut off'));
    expect(await irelandFor('us-west-2')).toEqual(all(200));
  });

  it('of the data plane leaves those inside their connections', async () => {
    stage.cloud.faults.plant({ kind: 'region-outage', region: 'us-east-1', service: 's3' });
    expect(await irelandFor('us-east-1')).toEqual(all(200));
  });

  it('of a control plane sends whoever asks for routes to the next', async () => {
    for (const region of ['us-west-2', 'eu-west-1'])
      stage.cloud.faults.plant({ kind: 'region-outage', region, service: 's3-control' });
    const seen = await stage.routes.read(stage.arn, aCall());
    expect(seen).toMatchObject({ value: { readFrom: 'ap-northeast-1' } });
  });

  it('of all control planes is an error that names the last one asked', async () => {
    stage.cloud.faults.plant({ kind: 'region-outage', service: 's3-control' });
    const asked = stage.routes.read(stage.arn, { ...aCall(), avoid: 'us-west-2' });
    await expect(asked).rejects.toThrow(/MrapRoutes.read in us-west-2/);
  });
});

describe('traffic through an access point', () => {
  const read = async (from: string) => stage.reader(from).read(stage.arn, 'which', aCall());

  it('goes to another active bucket where no connection comes about', async () => {
    stage.cloud.faults.plant({ kind: 'region-outage', region: IRELAND.region, drop: true });
    expect(await read('eu-north-1')).toMatchObject({ value: { text: VIRGINIA.bucket } });
  });

  it('stays with a Region that answers with errors', async () => {
    stage.cloud.faults.plant({ kind: 'region-outage', region: IRELAND.region });
    await expect(read('eu-north-1')).rejects.toMatchObject({ kind: 'unavailable', operation: 'MrapReader.read' });
  });

  it('is throttled as any other', async () => {
    stage.cloud.faults.plant({ kind: 'throttle', service: 's3', bucket: IRELAND.bucket });
    expect(await read('eu-north-1')).toEqual({ state: 'unreadable', reason: 'throttled' });
  });
});

describe('a partition', () => {
  it.each([
    ['from either side', { from: 'us-east-1', region: IRELAND.region }, 'cut off'],
    ['whichever is named first', { from: IRELAND.region, region: 'us-east-1' }, 'cut off'],
    ['without a word', { from: 'us-east-1', region: IRELAND.region, hang: true }, 'silence'],
  ] satisfies readonly (readonly [string, Partial<FaultPlan>, string])[])(
    'keeps two Regions apart, %s, and nobody else',
    async (_, plan, seen) => {
      stage.cloud.faults.plant({ kind: 'partition', ...plan });
      expect(await irelandFor('us-east-1', seen === 'silence' ? IMPATIENCE_MS : PATIENCE_MS)).toEqual(all(seen));
      expect(await irelandFor('eu-west-1')).toEqual(all(200));
      expect(await irelandFor('eu-north-1')).toEqual(all(200));
      expect(await irelandFor(undefined)).toEqual(all(200));
    },
  );

  it('that names one Region alone leaves it to itself', async () => {
    stage.cloud.faults.plant({ kind: 'partition', region: IRELAND.region });
    expect(await irelandFor('eu-north-1')).toEqual(all('cut off'));
    expect(await irelandFor(IRELAND.region)).toEqual(all(200));
  });

  it('moves the traffic of the one side to a bucket that it reaches', async () => {
    stage.cloud.faults.plant({ kind: 'partition', from: 'eu-north-1', region: IRELAND.region });
    const north = await stage.reader('eu-north-1').read(stage.arn, 'which', aCall());
    expect(north).toMatchObject({ value: { text: VIRGINIA.bucket } });
    const ireland = await stage.reader(IRELAND.region).read(stage.arn, 'which', aCall());
    expect(ireland).toMatchObject({ value: { text: IRELAND.bucket } });
  });
});

describe('a slow Region', () => {
  it('answers later, and so too late for the impatient', async () => {
    const { faults } = stage.cloud;
    const { id } = faults.plant({ kind: 'slow', region: IRELAND.region, service: 'sqs', delayMs: 200 });
    const startedAt = performance.now();
    expect(await irelandFor(undefined)).toEqual(all(200));
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(200);
    faults.remove(id);
    faults.plant({ kind: 'slow', region: IRELAND.region, delayMs: PATIENCE_MS });
    expect(await irelandFor(undefined, IMPATIENCE_MS)).toEqual(all('silence'));
  });
});

describe('an answer that is lost', () => {
  it('does not undo what was done: the change of routes is found made, or refused as concurrent', async () => {
    const { cloud, routes, arn } = stage;
    cloud.faults.plant({
      kind: 'lose-answer',
      service: 's3-control',
      operation: 'SubmitMultiRegionAccessPointRoutes',
      times: 1,
    });
    const change = [{ ...SYDNEY, dial: 100 }];
    expect(await routes.submit(arn, change, aCall())).toEqual({ kind: 'conflict' });
    expect(await stage.dials()).toMatchObject({ [SYDNEY.bucket]: 100 });
    await cloud.clock.advance(SECOND_MS);
    expect(await routes.submit(arn, [{ ...SYDNEY, dial: 0 }], aCall())).toMatchObject({ kind: 'accepted' });
  });
});
