import { expect, it } from 'vitest';
import { PRICES_AS_OF, pricesOf } from '../../src/model/prices.ts';
import { HOUR_MS } from '../support/pairs.ts';
import { type Counted, DAY_MS, OutageWorld } from './outage-world.ts';

const VERSIONS = 1_000_000;

/**
 * What Holdfast may cost, in dollars, while a link with a million versions is out for a day, the looks at each source and replica
 * included and without reading their bytes: docs/replication.md says so.
 */
const CEILING = 15;

/** What one invocation takes at most: half a GB for 50 ms for each message, and for 20 s for each run of the watch. */
const GB_SECONDS: Readonly<Partial<Record<Counted, number>>> = { messages: 0.5 * 0.05, watches: 0.5 * 20 };

it('costs less than the ceiling while a million versions are pending for a day, and loses none', async () => {
  const world = new OutageWorld({ versions: VERSIONS, outageMs: DAY_MS, recoveryMs: 2 * HOUR_MS });
  await world.play(HOUR_MS);
  const of = (what: Counted): number => world.counts.get(what) ?? 0;

  // Each version is on the list, and off it again; none was late for longer than its last look waits, so nobody is alarmed.
  expect(world.mostListed).toBeGreaterThan(VERSIONS * 0.99);
  expect(world.listed).toBe(0);
  expect([...world.alerts]).toEqual([]);
  expect(world.checkpoint).toMatchObject({ pendingVersions: 0, bulk: false });

  const prices = pricesOf('us-east-1');
  const gbSeconds = Object.entries(GB_SECONDS).reduce((sum, [what, each]) => sum + each * of(what as Counted), 0);
  const costs = {
    'S3 HEAD': of('s3Heads') * prices.s3Get,
    // Sent, received and deleted one by one: batches make it less.
    'SQS requests': 3 * of('sqsSends') * prices.sqsRequest,
    'ledger writes': of('ledgerWrites') * prices.dynamodbWrite,
    'ledger reads': of('ledgerReads') * prices.dynamodbRead,
    invocations: (of('messages') + of('watches')) * prices.lambdaInvocation + gbSeconds * prices.lambdaGBSecond,
  };
  const total = Object.values(costs).reduce((sum, cost) => sum + cost, 0);
  const figures = Object.entries(costs).map(([what, cost]) => `${what} $${cost.toFixed(2)}`);
  console.info(
    `a day's outage with ${VERSIONS} pending versions, at prices of ${PRICES_AS_OF}: $${total.toFixed(2)}`,
    Object.fromEntries(world.counts),
    figures.join(', '),
  );
  expect(of('s3Heads') / VERSIONS).toBeLessThan(3);
  expect(of('ledgerWrites') / VERSIONS).toBeLessThan(8);
  expect(of('sqsSends') / VERSIONS).toBeLessThan(3);
  expect(total).toBeLessThan(CEILING);
}, 180_000);
