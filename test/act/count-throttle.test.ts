import { expect, it } from 'vitest';
import { createHiddenThrottleCount, createThrottleCount } from '../../src/act/count-throttle.ts';
import {
  hiddenCounter,
  type Limit,
  parseReachedLimits,
  REACHED_LIMITS,
  throttleCounter,
} from '../../src/model/throttle.ts';
import { createFakeWorld } from '../support/fake-ports.ts';

const call = { signal: new AbortController().signal };
const KMS: Limit = { of: 'kms', region: 'eu-west-1' };

it('counts looks by the minute, and nothing where no limit was reached', async () => {
  const world = createFakeWorld();
  const count = createThrottleCount(world.ports);
  await count(undefined, call);
  await count(KMS, call);
  world.now = new Date('2026-11-02T00:00:59Z');
  await count(KMS, call);
  world.now = new Date('2026-11-02T00:01:00Z');
  await count(KMS, call);
  const history = await world.ports.counters.history(throttleCounter(KMS), 3_600_000, call);
  expect(history.map(({ window, sum }) => [window.toISOString(), sum])).toEqual([
    ['2026-11-02T00:00:00.000Z', 2],
    ['2026-11-02T00:01:00.000Z', 1],
  ]);
});

it('lists what it counts, beside what others list, and forgets what is long ago', async () => {
  const world = createFakeWorld();
  const listed = async () =>
    parseReachedLimits(await world.ports.notes.get(REACHED_LIMITS, call)).map(({ limit }) => limit);
  const prefix = (name: string): Limit => ({ of: 's3', region: 'eu-west-1', bucket: 'photos', prefix: name });
  await createThrottleCount(world.ports)(KMS, call);
  const other = createThrottleCount(world.ports);
  await other(prefix('a/'), call);
  await other(prefix('a/'), call);
  expect(await listed()).toEqual([prefix('a/'), KMS]);
  world.now = new Date(world.now.getTime() + 30 * 60_000);
  await other(prefix('a/'), call);
  world.now = new Date(world.now.getTime() + 30 * 60_000);
  await other(prefix('b/'), call);
  expect(await listed()).toEqual([prefix('b/'), prefix('a/')]);
});

it('lists no more than fifty', async () => {
  const world = createFakeWorld();
  const count = createThrottleCount(world.ports);
  for (let index = 0; index < 60; index += 1) {
    await count({ of: 's3', region: 'eu-west-1', bucket: 'photos', prefix: `${index}/` }, call);
  }
  const listed = parseReachedLimits(await world.ports.notes.get(REACHED_LIMITS, call));
  expect(listed).toHaveLength(50);
  expect(listed[0]?.limit).toMatchObject({ prefix: '59/' });
});

it('counts what the SDK has hidden when there is time for it, once, and apart from looks', async () => {
  const world = createFakeWorld();
  const { note, flush } = createHiddenThrottleCount(world.ports);
  note({ retries: 2, throttles: 2, limit: KMS });
  note({ retries: 2, throttles: 1, limit: KMS });
  note({ retries: 1, throttles: 0, limit: KMS });
  note({ retries: 1, throttles: 1 });
  const sums = async (name: string) =>
    (await world.ports.counters.history(name, 3_600_000, call)).map(({ sum }) => sum);
  expect(await sums(hiddenCounter(KMS))).toEqual([]);
  await flush(call);
  await flush(call);
  expect(await sums(hiddenCounter(KMS))).toEqual([3]);
  expect(await sums(throttleCounter(KMS))).toEqual([]);
  const listed = parseReachedLimits(await world.ports.notes.get(REACHED_LIMITS, call));
  expect(listed.map(({ limit }) => limit)).toEqual([KMS]);
});
