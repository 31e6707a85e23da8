import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { parseConfig } from '../../src/config-schema.ts';
import { pricesOf } from '../../src/model/prices.ts';
import { observingCost } from '../../src/policy/observing-cost.ts';

const text = await readFile('test/infrastructure/witness.yml', 'utf8');
const cents = (cost: object): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(cost).map(([item, usd]) => [item, Math.round(Number(usd) * 100)]));

it('watching an access point costs what its functions, probes and alarms cost', () => {
  expect(cents(observingCost(parseConfig(text)))).toEqual({
    'S3 HEAD and GET': 129,
    KMS: 473,
    DynamoDB: 473,
    alarms: 310,
    dashboard: 300,
    'polling and schedules': 4_587,
  });
});

it('buckets without keys ask KMS for nothing', () => {
  const plain = parseConfig(text.replaceAll(/ +kmsKeys: .*\n/g, ''));
  expect(observingCost(plain).KMS).toBe(0);
  expect(observingCost(plain)['S3 HEAD and GET']).toBeCloseTo(observingCost(parseConfig(text))['S3 HEAD and GET'] / 2);
});

it('an observer with buckets pays for its two functions alone', () => {
  const inside = parseConfig(
    text
      .replaceAll('eu-central-1', 'us-east-1')
      .replace('[us-east-1, eu-west-1, us-east-1]', '[us-east-1, eu-west-1]')
      .replace('mode: automatic', 'mode: advise')
      .replace('witness: us-east-1\n', '\n'),
  );
  expect(observingCost(inside)).toMatchObject({
    dashboard: 0,
    alarms: expect.closeTo(16 * pricesOf('us-east-1').alarmMonth, 5) as number,
  });
});

it('nobody pays for what is off', () => {
  expect(new Set(Object.values(observingCost(parseConfig(text.replace('mode: automatic', 'mode: "off"')))))).toEqual(
    new Set([0]),
  );
});
