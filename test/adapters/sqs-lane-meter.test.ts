import { CreateQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSqsLaneMeter } from '../../src/adapters/aws/sqs-lane-meter.ts';
import { createWatchClients } from '../../src/adapters/aws/watch-clients.ts';
import type { LaneMeter } from '../../src/ports.ts';
import { type Cloud, createCloud } from '../../src/sandbox/cloud.ts';
import { createSdkClients, type SdkClients } from '../support/sdk-clients.ts';

const region = 'eu-west-1';
const until = new Date('2026-11-21T10:00:00Z');
const call = { until, signal: AbortSignal.timeout(30_000) };

let cloud: Cloud;
let sdk: SdkClients;
let meter: LaneMeter;

beforeAll(async () => {
  cloud = await createCloud({});
  sdk = createSdkClients({ endpoint: cloud.url, credentials: cloud.credentials });
  const ages = new Map([['holdfast-prod-SignalsQueue-1', 90]]);
  const watch = createWatchClients({ customEndpoint: true, endpoint: cloud.url });
  meter = createSqsLaneMeter(
    { sqs: sdk.sqs, cloudwatch: async () => cloudwatch(await watch.cloudwatch(region), ages) },
    {
      stage: 'prod',
    },
  );
});
afterAll(async () => cloud.close());

async function queue(name: string, ...delays: readonly number[]): Promise<void> {
  const { QueueUrl } = await sdk.sqs(region).send(new CreateQueueCommand({ QueueName: name }));
  for (const DelaySeconds of delays) {
    await sdk.sqs(region).send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', DelaySeconds }));
  }
}

describe('the meter of lanes', () => {
  it('says that there is no stack where it has no queue', async () => {
    await queue('holdfast-other-SignalsQueue-1', 0);
    expect(await meter.lanes(region, call)).toEqual({ state: 'absent' });
  });

  it('counts what waits, what is delayed, dead letters and what nobody could read', async () => {
    await queue('holdfast-prod-SignalsQueue-1', 0, 0, 60);
    await queue('holdfast-prod-SignalsDeadLetterQueue-1', 0);
    await queue('holdfast-prod-LooksQueue-1');
    await queue('holdfast-prod-ReadsQueue-1');
    await queue('holdfast-prod-peer', 0);
    await queue('holdfast-prod-PoisonQueue-1', 0, 0);
    const found = await meter.lanes(region, call);
    const idle = { waiting: 0, inFlight: 0, delayed: 0, deadLetters: 0 };
    expect(found).toEqual({
      state: 'present',
      value: [
        { lane: 'signals', waiting: 2, inFlight: 0, delayed: 1, deadLetters: 1, oldestMs: 90_000 },
        { lane: 'looks', ...idle },
        { lane: 'reads', ...idle },
        { lane: 'peer', ...idle, waiting: 1 },
        { lane: 'poison', ...idle, waiting: 2 },
      ],
    });
  });
});

/** The sandbox publishes no metrics of SQS: these are added to what it answers. */
function cloudwatch<T extends object>(client: T, ages: ReadonlyMap<string, number>): T {
  const send = async ({ input }: { readonly input: Question }): Promise<unknown> => ({
    MetricDataResults: input.MetricDataQueries.map(({ Id, MetricStat }) => {
      const age = ages.get(MetricStat.Metric.Dimensions[0]?.Value ?? '');
      return { Id, Timestamps: age === undefined ? [] : [until], Values: age === undefined ? [] : [age] };
    }),
  });
  return { ...client, send };
}

interface Question {
  readonly MetricDataQueries: readonly {
    readonly Id: string;
    readonly MetricStat: { readonly Metric: { readonly Dimensions: readonly { readonly Value: string }[] } };
  }[];
}
