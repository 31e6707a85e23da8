import { describe, expect, it } from 'vitest';
import {
  canaryCost,
  cheaperPolicies,
  COST_ITEMS,
  type CostItem,
  type StandingCost,
  standingCost,
  totalOf,
  type WatchedPair,
} from '../../src/policy/standing-cost.ts';

const bucket = (name: string, region: string) => ({ bucket: name, region, account: '111122223333', kmsKeys: [] });
const source = bucket('a', 'us-east-1');
const far = bucket('b', 'eu-west-1');
const near = bucket('c', 'us-east-1');

type PairPlan = Partial<WatchedPair['pair']> &
  Partial<WatchedPair['workload']> & { readonly evidence?: WatchedPair['evidence'] };

function watch({
  evidence = 'computed-checksum',
  versionsPerSecond = 1,
  sizeBytes = 1_048_576,
  kmsShare = 0,
  ...pair
}: PairPlan): WatchedPair {
  return {
    pair: { name: 'p', source, destinations: [far], twoWay: false, followUp: 'every', ...pair },
    evidence,
    workload: { versionsPerSecond, sizeBytes, kmsShare },
  };
}

function cents(cost: StandingCost): Record<CostItem, number> {
  return Object.fromEntries(COST_ITEMS.map((item) => [item, Math.round(cost[item] * 100) / 100])) as never;
}

/** Versions in a month at one a second. */
const VERSIONS = 730 * 3_600;

describe('the cost of the standing monitor', () => {
  it('of one version a second in a pair over two Regions is this', () => {
    expect(cents(standingCost([watch({ kmsShare: 0.5 })]))).toEqual({
      'S3 HEAD and GET': 5.31,
      KMS: 15.97,
      SQS: 16.08,
      Lambda: 33.44,
      DynamoDB: 10.3,
      'log lines': 13.4,
      'transfer between Regions': 0.06,
      metrics: 9.3,
      alarms: 8.7,
      dashboard: 6,
      'polling and schedules': 4.37,
    });
  });

  it('costs per healthy version two requests where it is verified, and one where it is followed', () => {
    const followed = standingCost([watch({ destinations: [near] })]);
    const alone = standingCost([watch({ destinations: [near], followUp: 'failures-only' })]);
    const requests = (cost: StandingCost): number => cost['S3 HEAD and GET'] / 0.0000004 / VERSIONS;
    expect(requests(alone)).toBeCloseTo(4); // two buckets
    expect(requests(followed) - requests(alone)).toBeCloseTo(1.05); // and a second look at what is late
    const writes = (followed.DynamoDB - alone.DynamoDB) / VERSIONS;
    expect(writes).toBeCloseTo(1.05 * 0.75e-6 + 0.05 * (0.75e-6 + 3 * 0.625e-6), 9);
  });

  it('has nothing to follow and no lag in a bucket without destinations', () => {
    const alone = standingCost([watch({ destinations: [] })]);
    expect(alone['transfer between Regions']).toBe(0);
    expect(alone.metrics).toBeCloseTo(3.6);
    expect(alone['S3 HEAD and GET'] / 0.0000004 / VERSIONS).toBeCloseTo(2);
  });

  it('has no transfer inside a Region, and one stack in it', () => {
    const cost = standingCost([watch({ destinations: [near] })]);
    expect(cost['transfer between Regions']).toBe(0);
    expect(cost.dashboard).toBe(3);
  });

  it.each<[string, PairPlan, number]>([
    ['etag', { evidence: 'etag' }, 0],
    ['stored-checksum', { evidence: 'stored-checksum' }, 2 + 1.05],
    ['computed-checksum', { evidence: 'computed-checksum' }, 3 + 1.05],
    ['computed-checksum, two-way', { evidence: 'computed-checksum', twoWay: true }, 4 + 1.05],
    ['computed-checksum, not followed', { evidence: 'computed-checksum', followUp: 'failures-only' }, 2],
    ['computed-checksum, alone', { evidence: 'computed-checksum', destinations: [] }, 1],
  ])('asks KMS for each version with %s', (_, plan, expected) => {
    const { KMS } = standingCost([watch({ ...plan, kmsShare: 1 })]);
    expect(KMS / 0.000003 / VERSIONS).toBeCloseTo(expected);
  });

  it('grows with the rate, more slowly where messages come in batches', () => {
    const [slow, fast] = [10, 1_000].map((versionsPerSecond) => standingCost([watch({ versionsPerSecond })]));
    expect(fast!['S3 HEAD and GET'] / slow!['S3 HEAD and GET']).toBeCloseTo(100);
    expect(fast!.SQS / slow!.SQS).toBeLessThan(90);
  });

  it('takes longer readings for larger objects', () => {
    const lambda = (sizeBytes: number): number => standingCost([watch({ sizeBytes })]).Lambda;
    const perByte = (2 * VERSIONS * (1769 / 1024) * 0.0000133334) / 75e6;
    expect(lambda(2 ** 30) - lambda(2 ** 20)).toBeCloseTo(perByte * (2 ** 30 - 2 ** 20), 4);
  });

  it('has for each link, in the Region where it ends, the metrics of what is on its way and an alarm', () => {
    const [oneWay, twoWay] = [false, true].map((both) => standingCost([watch({ twoWay: both, versionsPerSecond: 0 })]));
    expect(twoWay!.metrics - oneWay!.metrics).toBeCloseTo((3 + 4) * 0.3);
    expect(twoWay!.alarms - oneWay!.alarms).toBeCloseTo(0.1);
    const two = standingCost([watch({ destinations: [far, { ...far, bucket: 'd' }], versionsPerSecond: 0 })]);
    expect(two.metrics - oneWay!.metrics).toBeCloseTo(3 * 0.3); // the lag of a pair is one in a Region
  });

  it('adds pairs, and counts a Region once', () => {
    const one = standingCost([watch({})]);
    const two = standingCost([watch({}), watch({ name: 'q' })]);
    expect(two.KMS).toBeCloseTo(2 * one.KMS);
    expect([two.dashboard, two.alarms - one.alarms]).toEqual([one.dashboard, expect.closeTo(0.1)]);
  });

  it('is that of idle stacks where nothing is written', () => {
    const idle = standingCost([watch({ versionsPerSecond: 0 })]);
    expect(totalOf(idle)).toBeCloseTo(idle.metrics + idle.alarms + idle.dashboard + idle['polling and schedules']);
    expect(totalOf(standingCost([]))).toBe(0);
  });
});

describe('the cheaper policies', () => {
  it('are those that cost less, one option at a time', () => {
    const named = (plan: PairPlan): readonly string[] => cheaperPolicies([watch(plan)]).map(({ name }) => name);
    expect(named({})).toEqual([
      'followUp: sampled',
      'followUp: failures-only',
      'evidence: stored-checksum',
      'evidence: etag',
    ]);
    expect(named({ followUp: 'sampled', evidence: 'stored-checksum', kmsShare: 1 })).toEqual([
      'followUp: failures-only',
      'evidence: etag',
    ]);
    expect(named({ followUp: 'failures-only', evidence: 'etag' })).toEqual([]);
    expect(cheaperPolicies([])).toEqual([]);
  });

  it('cost what they cost when they are written down', () => {
    const sampled = cheaperPolicies([watch({})]).find(({ name }) => name === 'followUp: sampled');
    expect(sampled?.cost).toEqual(standingCost([watch({ followUp: 'sampled' })]));
  });
});

describe('the cost of canaries', () => {
  it('of one link over two Regions is this, in dollars a month', () => {
    expect(canaryCost(watch({}))).toBeCloseTo(0.801, 3);
  });

  it('does not depend on what others write, and counts every link', () => {
    const one = canaryCost(watch({ versionsPerSecond: 5, sizeBytes: 9, kmsShare: 1 }));
    expect(one).toBe(canaryCost(watch({})));
    expect(canaryCost(watch({ twoWay: true }))).toBeCloseTo(2 * one, 2);
    expect(canaryCost(watch({ destinations: [far, far] }))).toBeCloseTo(2 * one);
    expect(canaryCost(watch({ destinations: [] }))).toBe(0);
  });

  it('is less where their bytes are not read, and none of the standing monitor', () => {
    expect(canaryCost(watch({ evidence: 'etag' }))).toBeLessThan(canaryCost(watch({})));
    expect(COST_ITEMS).not.toContain('canaries');
  });

  it('is mostly requests: two objects every five minutes, written twice each', () => {
    const puts = (2 * VERSIONS) / 300;
    expect(canaryCost(watch({ evidence: 'etag' }))).toBeGreaterThan(2 * puts * 0.000005);
  });
});
