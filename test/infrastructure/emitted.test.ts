import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCloud, type Cloud } from '../../src/sandbox/cloud.ts';
import { isKnown, type NamedMetric } from './metrics.ts';
import { packaged } from './packaged.ts';

const REGIONS = ['eu-west-1', 'us-east-1'];
const MINUTE_MS = 60_000;

let cloud: Cloud;

beforeAll(async () => {
  const folder = await packaged('test/infrastructure/two-regions.yml');
  cloud = await createCloud();
  for (const region of REGIONS) await cloud.deploy({ folder: join(folder, 'stacks', region), region });
}, 120_000);

afterAll(async () => cloud.close());

/** What CloudWatch of a Region knows of Holdfast. */
async function metricsOf(region: string): Promise<readonly (NamedMetric & { readonly values: string })[]> {
  const client = new CloudWatchClient({ region, endpoint: cloud.url, credentials: cloud.credentials });
  const { Metrics = [] } = await client.send(new ListMetricsCommand({ Namespace: 'Holdfast' }));
  client.destroy();
  return Metrics.map(({ Namespace = '', MetricName = '', Dimensions = [] }) => ({
    namespace: Namespace,
    name: MetricName,
    dimensions: Dimensions.map(({ Name = '' }) => Name),
    values: Dimensions.map(({ Value = '' }) => Value).join(),
  }));
}

describe('the deployed watchers', () => {
  it('say where a link ends what is on its way, under the name and dimensions that the alarm looks for', async () => {
    await cloud.clock.advance(MINUTE_MS);
    await cloud.idle();
    const [there = [], here = []] = await Promise.all(REGIONS.map(metricsOf));
    const link = 'orders/orders-use1/orders-euw1';
    expect(there.map(({ name, values }) => `${name} ${values}`).toSorted()).toEqual([
      `OldestPendingAge holdfast-test,${link}`,
      'OldestUndelivered holdfast-test',
      `PendingBytes holdfast-test,${link}`,
      `PendingVersions holdfast-test,${link}`,
    ]);
    expect([...there, ...here].filter((metric) => !isKnown(metric))).toEqual([]);
  });
});
