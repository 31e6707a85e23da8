import type { CapacityReport, KmsCapacity } from '../../model/capacity.ts';
import type { ReadinessBook } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { createTable, type Item, keyOf, type TableOptions } from './dynamodb-table.ts';

/** How long a report is kept, in milliseconds. */
const KEPT_FOR_MS = 30 * 24 * 3_600_000;

/** What the stacks say of their Regions: it can be read when the Region that it is about cannot. */
export function createDynamoDbReadiness(clients: Pick<Clients, 'dynamodb'>, options: TableOptions): ReadinessBook {
  const table = createTable(clients, options, 'ReadinessBook');
  return {
    async leave(report, { signal }) {
      const asOf = { S: report.asOf.toISOString() };
      const condition = { expression: 'attribute_not_exists(pk) OR asOf < :asOf', values: { ':asOf': asOf } };
      await table.put(
        { ...keyFor(report.region), asOf, ...toItem(report), ...table.expiry(KEPT_FOR_MS) },
        { condition, signal },
      );
    },
    async read(region, call) {
      const item = await table.get(keyFor(region), call);
      return item === undefined ? undefined : toReport(region, item);
    },
  };
}

function keyFor(region: string): Item {
  return keyOf(`readiness#${region}`, 'latest');
}

function toItem({ kms, keysUsable, throttled }: CapacityReport): Item {
  return {
    ...(keysUsable === undefined ? {} : { keysUsable: { BOOL: keysUsable } }),
    ...(throttled === undefined ? {} : { throttled: { BOOL: throttled } }),
    ...(kms === undefined
      ? {}
      : {
          quotaPerSecond: { N: String(kms.quotaPerSecond) },
          usedPerSecond: { N: String(kms.usedPerSecond) },
          peakPerSecond: { N: String(kms.peakPerSecond) },
        }),
  };
}

function toReport(region: string, item: Item): CapacityReport {
  const keysUsable = item['keysUsable']?.BOOL;
  const throttled = item['throttled']?.BOOL;
  const kms = toKms(item);
  return {
    region,
    asOf: new Date(item['asOf']?.S ?? 0),
    ...(kms === undefined ? {} : { kms }),
    ...(keysUsable === undefined ? {} : { keysUsable }),
    ...(throttled === undefined ? {} : { throttled }),
  };
}

function toKms(item: Item): KmsCapacity | undefined {
  const [quota, used, peak] = ['quotaPerSecond', 'usedPerSecond', 'peakPerSecond'].map((name) => item[name]?.N);
  if (quota === undefined) return undefined;
  return { quotaPerSecond: Number(quota), usedPerSecond: Number(used), peakPerSecond: Number(peak) };
}
