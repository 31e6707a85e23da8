import type { Config } from '../model/config.ts';
import { PRICES_AS_OF } from '../model/prices.ts';
import { auditingCost } from '../policy/auditing-cost.ts';
import { observingCost } from '../policy/observing-cost.ts';
import {
  canaryCost,
  cheaperPolicies,
  COST_ITEMS,
  type StandingCost,
  standingCost,
  totalOf,
  type WatchedPair,
  type Workload,
} from '../policy/standing-cost.ts';
import { policyFor } from '../policy/verify-rule.ts';
import type { Call, Clock, WriteMeter } from '../ports.ts';
import { formatBytes, formatCount } from './printable.ts';

/** What a person says about the writes; what is left out is measured or assumed. */
export interface PriceQuestion {
  /** To each pair. */
  readonly versionsPerSecond?: number;
  readonly sizeBytes?: number;
  readonly kmsShare: number;
  /** Ask CloudWatch. */
  readonly measure?: { readonly writes: WriteMeter; readonly clock: Clock } & Call;
}

/** Assumed where nobody says and nothing was measured. */
const USUAL_BYTES = 1_048_576;

/** What one pair is taken to be written, and how that is known. */
export interface PricedPair extends WatchedPair {
  readonly basis: 'given' | 'request-metrics' | 'object-count' | 'unknown';
}

/** A monthly price, beside that of cheaper policies. */
export interface Price {
  readonly pairs: readonly PricedPair[];
  readonly cost: StandingCost;
  readonly cheaper: ReturnType<typeof cheaperPolicies>;
}

/** Prices the standing monitor. A pair whose writes nobody knows is priced as if nothing were written, and says so. */
export async function priceConfig(config: Config, question: PriceQuestion): Promise<Price> {
  const pairs = await Promise.all(
    config.pairs.map(async (pair): Promise<PricedPair> => {
      const { evidence } = policyFor(config, { bucket: pair.source.bucket, key: '' });
      return { pair, evidence, ...(await workloadOf(pair, question)) };
    }),
  );
  const observing = observingCost(config);
  const standing = { ...observing, alarms: observing.alarms + auditingCost(config).alarms };
  const cheaper = cheaperPolicies(pairs).map(({ name, cost }) => ({ name, cost: withMore(cost, standing) }));
  return { pairs, cost: withMore(standingCost(pairs), standing), cheaper };
}

function withMore(cost: StandingCost, more: Readonly<Partial<StandingCost>>): StandingCost {
  const sum = { ...cost };
  for (const item of COST_ITEMS) sum[item] += more[item] ?? 0;
  return sum;
}

async function workloadOf(
  { source, destinations, twoWay }: Config['pairs'][number],
  { versionsPerSecond, sizeBytes, kmsShare, measure }: PriceQuestion,
): Promise<{ readonly workload: Workload; readonly basis: PricedPair['basis'] }> {
  if (versionsPerSecond !== undefined) {
    return { workload: { versionsPerSecond, sizeBytes: sizeBytes ?? USUAL_BYTES, kmsShare }, basis: 'given' };
  }
  if (measure === undefined)
    return { workload: { versionsPerSecond: 0, sizeBytes: USUAL_BYTES, kmsShare }, basis: 'unknown' };
  const { writes, clock, signal } = measure;
  const asked = { until: clock.now(), signal };
  // Growth counts replicas too, requests only what is written there first: both ways, the sum of requests is the rate.
  const measured = await Promise.all(
    [source, ...(twoWay ? destinations : [])].map(async (bucket) => writes.read(bucket, asked)),
  );
  const [first, ...others] = measured.flatMap((one) => one ?? []);
  if (first === undefined) {
    return { workload: { versionsPerSecond: 0, sizeBytes: sizeBytes ?? USUAL_BYTES, kmsShare }, basis: 'unknown' };
  }
  const counted = first.basis === 'request-metrics' ? others.filter(({ basis }) => basis === 'request-metrics') : [];
  const rate = [first, ...counted].reduce((sum, one) => sum + one.versionsPerSecond, 0);
  return {
    workload: { versionsPerSecond: rate, sizeBytes: sizeBytes ?? first.sizeBytes ?? USUAL_BYTES, kmsShare },
    basis: first.basis,
  };
}

const BASES: Readonly<Record<PricedPair['basis'], string>> = {
  given: 'as given',
  'request-metrics': "by S3's request metrics of the last day; parts of uploads count as writes",
  'object-count': 'by the growth of the number of objects; deletions hide writes',
  unknown: 'NOT KNOWN, priced as none: S3 publishes nothing to measure; give --writes-per-second',
};

/** A table of dollars in a month: a row for each item, a column for each policy. */
export function renderPrice({ pairs, cost, cheaper }: Price): string {
  const columns = [{ name: 'as configured', cost }, ...cheaper];
  const canaries = pairs.reduce((sum, pair) => sum + canaryCost(pair), 0);
  const widths = columns.map(({ name }) => Math.max(name.length, 10));
  const row = (name: string, cells: readonly string[]): string =>
    `  ${name.padEnd(26)}${cells.map((cell, index) => cell.padStart((widths[index] ?? 0) + 2)).join('')}`;
  return [
    `Standing monitor, US dollars in a month (list prices of ${PRICES_AS_OF}, without free tiers):`,
    ...pairs.map((each) => `  ${describePair(each)}`),
    '',
    row(
      '',
      columns.map(({ name }) => name),
    ),
    ...COST_ITEMS.map((item) =>
      row(
        item,
        columns.map((column) => dollars(column.cost[item])),
      ),
    ),
    row(
      'total',
      columns.map((column) => dollars(totalOf(column.cost))),
    ),
    '',
    'While nothing is wrong: one HEAD for each version and one GET where its bytes are read, one HEAD for each replica that is',
    'followed, one write of the ledger for each look; one replica in twenty is late. Not in it: what S3 asks for replication,',
    `storage, audits, and canaries: ${dollars(canaries)} where every source has the lifecycle rule that they need.`,
    'evidence: etag and stored-checksum do not read what is stored.',
    '',
  ].join('\n');
}

function describePair({ pair, evidence, workload, basis }: PricedPair): string {
  const { versionsPerSecond: rate, sizeBytes, kmsShare } = workload;
  const writes = `${rate >= 10 ? formatCount(Math.round(rate)) : Number(rate.toPrecision(3))} versions/s of ${formatBytes(sizeBytes)}`;
  const kms = `${Math.round(kmsShare * 100)} % of them SSE-KMS without a bucket key`;
  return `${pair.name}: ${writes}, ${kms} (${BASES[basis]}); evidence: ${evidence}, followUp: ${pair.followUp}`;
}

function dollars(usd: number): string {
  return usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

/** The same as one JSON object. */
export function toPriceRecord({ pairs, cost, cheaper }: Price): object {
  return {
    kind: 'price',
    currency: 'USD',
    per: 'month',
    pricesAsOf: PRICES_AS_OF,
    pairs: pairs.map(({ pair, evidence, workload, basis }) => ({ pair: pair.name, evidence, ...workload, basis })),
    total: totalOf(cost),
    items: cost,
    cheaper: cheaper.map((policy) => ({ policy: policy.name, total: totalOf(policy.cost), items: policy.cost })),
  };
}
