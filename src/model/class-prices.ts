import { pricesOf } from './prices.ts';

/** What reading an object of a storage class costs besides its transfer, in US dollars. */
export interface ReadPrices {
  /** One GET. */
  readonly get: number;
  /** One GB of 10⁹ bytes. */
  readonly retrievalGB: number;
}

/** As they were last known in us-east-1, in dollars for 1,000 GETs and for one GB. @see https://aws.amazon.com/s3/pricing/ */
const COLD: Readonly<Record<string, { readonly gets: number; readonly retrievalGB: number }>> = {
  STANDARD_IA: { gets: 0.001, retrievalGB: 0.01 },
  ONEZONE_IA: { gets: 0.001, retrievalGB: 0.01 },
  GLACIER_IR: { gets: 0.01, retrievalGB: 0.03 },
};

/** Likewise, of a restore in the tier `Bulk`; from GLACIER it is free. */
const BULK_RESTORE: Readonly<Record<string, { readonly requests: number; readonly gb: number }>> = {
  GLACIER: { requests: 0, gb: 0 },
  DEEP_ARCHIVE: { requests: 0.025, gb: 0.0025 },
};

/** One GB of a restored copy, which is in STANDARD, for a month. */
const STANDARD_GB_MONTH = 0.023;

/** Classes whose bytes need a restore before anybody reads them. */
export function isArchiveClass(storageClass: string): boolean {
  return storageClass in BULK_RESTORE;
}

export function readPricesOf(storageClass: string, region: string): ReadPrices {
  const cold = COLD[storageClass];
  return cold === undefined
    ? { get: pricesOf(region).s3Get, retrievalGB: 0 }
    : { get: cold.gets / 1_000, retrievalGB: cold.retrievalGB };
}

/** Dollars for restoring one version in the tier `Bulk`, and for its copy as long as it stays; nothing where none is needed. */
export function bulkRestorePrice(storageClass: string, sizeBytes: number, days: number): number {
  const bulk = BULK_RESTORE[storageClass];
  if (bulk === undefined) return 0;
  return bulk.requests / 1_000 + (sizeBytes / 1e9) * (bulk.gb + (STANDARD_GB_MONTH * days) / 30);
}
