import { isArchiveClass, readPricesOf } from '../model/class-prices.ts';
import { pricesOf } from '../model/prices.ts';
import type { PricedSide } from './quote-content.ts';
import type { AuditQuestion } from '../model/audit-records.ts';
import { perGB, priceOf } from './spend.ts';

/** One line of a quote. */
export interface QuoteLine {
  readonly what: string;
  readonly region: string;
  readonly count: number;
  readonly unit: 'requests' | 'GB' | 'calls' | 'jobs' | 'versions';
  readonly dollars: number;
}

interface Priced {
  readonly count: number;
  readonly unit: QuoteLine['unit'];
  /** Dollars for one. */
  readonly each: number;
}

export function toLine(what: string, region: string, { count, unit, each }: Priced): QuoteLine {
  return { what, region, count, unit, dollars: count * each };
}

interface QuotedSide extends PricedSide {
  readonly bucket: string;
}

/** What having the bytes of one side read takes. */
export function contentLines(side: QuotedSide, by: AuditQuestion['by']): readonly QuoteLine[] {
  return by === undefined ? readLines(side) : jobLines(side);
}

function readLines({ bucket, region, volumes, kms, here }: QuotedSide): readonly QuoteLine[] {
  const lines: QuoteLine[] = [];
  const sum = { versions: 0, bytes: 0 };
  for (const [storageClass, { versions, bytes }] of volumes) {
    if (isArchiveClass(storageClass)) continue;
    sum.versions += versions;
    sum.bytes += bytes;
    const { get, retrievalGB } = readPricesOf(storageClass, region);
    const name = volumes.size === 1 && storageClass === 'STANDARD' ? bucket : `${bucket}, ${storageClass}`;
    lines.push(toLine(`read ${name}`, region, { count: Math.round(versions), unit: 'requests', each: get }));
    if (retrievalGB > 0)
      lines.push(toLine(`retrieval, ${storageClass}`, region, { count: bytes / 1e9, unit: 'GB', each: retrievalGB }));
  }
  const reads = Math.round(sum.versions);
  lines.push(
    toLine(`bytes of ${bucket}`, region, { count: sum.bytes / 1e9, unit: 'GB', each: perGB(region, here) }),
    ...(kms
      ? [toLine(`KMS for ${bucket}`, region, { count: reads, unit: 'calls', each: priceOf('kms', region) })]
      : []),
  );
  return lines.filter(({ count }) => count > 0);
}

function jobLines({ bucket, region, volumes, kms }: QuotedSide): readonly QuoteLine[] {
  const { batchJob, batchObject, computeChecksumGB, kmsRequest, s3Get } = pricesOf(region);
  const all = [...volumes.values()];
  const versions = Math.round(all.reduce((sum, each) => sum + each.versions, 0));
  const gigabytes = all.reduce((sum, { bytes }) => sum + bytes, 0) / 1e9;
  return [
    toLine(`job for ${bucket}`, region, { count: 1, unit: 'jobs', each: batchJob }),
    toLine('  versions in it', region, { count: versions, unit: 'versions', each: batchObject }),
    toLine('  bytes in it', region, { count: gigabytes, unit: 'GB', each: computeChecksumGB }),
    toLine('  HEAD of each', region, { count: versions, unit: 'requests', each: s3Get }),
    ...(kms ? [toLine('  KMS for both', region, { count: 2 * versions, unit: 'calls', each: kmsRequest })] : []),
  ];
}
