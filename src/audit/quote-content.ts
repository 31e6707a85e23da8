import { bulkRestorePrice, isArchiveClass, readPricesOf } from '../model/class-prices.ts';
import { CLASS, DELETE_MARKER, KEY, type ListingPage, textAt } from '../model/listing-page.ts';
import { pricesOf } from '../model/prices.ts';
import type { ContentPlan } from '../model/audit-records.ts';
import { shareOf } from './select-content.ts';
import { perGB } from './spend.ts';

/** What of one storage class is to be read; of a choice what is to be expected, so that counts are no whole numbers. */
export interface ClassVolume {
  readonly versions: number;
  readonly bytes: number;
}

/** Counts what of a listing is to be read, by storage class. */
export interface ContentCount {
  add(page: ListingPage): void;
  /** `times`: how much more there is than was counted. */
  volumes(times: number): ReadonlyMap<string, ClassVolume>;
}

export function countContent(plan: ContentPlan, buckets: readonly string[]): ContentCount {
  const counts = new Map<string, { versions: number; bytes: number }>();
  // Only rules of single prefixes need the key.
  const constant = plan.mode === 'age' && plan.rules !== undefined ? undefined : shareOf(plan, '', buckets);
  return {
    add(page) {
      if (constant === 0) return;
      for (let index = 0; index < page.count; index += 1) {
        if (((page.flags[index] ?? 0) & DELETE_MARKER) !== 0) continue;
        const share = constant ?? shareOf(plan, textAt(page, index, KEY), buckets);
        const storageClass = textAt(page, index, CLASS) || 'STANDARD';
        const count = counts.get(storageClass) ?? { versions: 0, bytes: 0 };
        count.versions += share;
        count.bytes += share * (page.sizes[index] ?? 0);
        counts.set(storageClass, count);
      }
    },
    volumes: (times) =>
      new Map(
        [...counts].map(([name, { versions, bytes }]) => [name, { versions: versions * times, bytes: bytes * times }]),
      ),
  };
}

/** The two ways to have bytes read, in dollars, for both sides of all links together. */
export interface ContentPrices {
  /** GET, retrieval, transfer and KMS. */
  readonly byReading: number;
  /** Jobs of S3 Batch Operations, which read archived objects too, and a HEAD of each version afterwards. */
  readonly byComputeChecksum: number;
  /** Of these classes only jobs read anything without a restore. */
  readonly archived: {
    readonly versions: number;
    readonly bytes: number;
    /** All restores, for a day: what `--restore-budget` would have to be. */
    readonly restore: number;
  };
}

export interface PricedSide {
  readonly region: string;
  readonly volumes: ReadonlyMap<string, ClassVolume>;
  /** Whether each reading asks KMS for a key. */
  readonly kms: boolean;
  /** Where we read; absent: outside of AWS. */
  readonly here?: string;
}

/** Prices both ways by storage class, size and Region. */
export function priceContent(sides: readonly PricedSide[]): ContentPrices {
  const sum = { byReading: 0, byComputeChecksum: 0, versions: 0, bytes: 0, restore: 0 };
  for (const { region, volumes, kms, here } of sides) {
    const { batchJob, batchObject, computeChecksumGB, kmsRequest, s3Get } = pricesOf(region);
    const key = kms ? kmsRequest : 0;
    if (volumes.size > 0) sum.byComputeChecksum += batchJob;
    for (const [storageClass, { versions, bytes }] of volumes) {
      const gigabytes = bytes / 1e9;
      // The HEAD afterwards asks KMS as well: it wants the stored checksum.
      sum.byComputeChecksum += gigabytes * computeChecksumGB + versions * (batchObject + s3Get + 2 * key);
      if (isArchiveClass(storageClass)) {
        sum.versions += versions;
        sum.bytes += bytes;
        sum.restore += versions * bulkRestorePrice(storageClass, versions === 0 ? 0 : bytes / versions, 1);
      } else {
        const { get, retrievalGB } = readPricesOf(storageClass, region);
        sum.byReading += versions * (get + key) + gigabytes * (retrievalGB + perGB(region, here));
      }
    }
  }
  const { byReading, byComputeChecksum, ...archived } = sum;
  return { byReading, byComputeChecksum, archived };
}
