import type { BucketRef } from '../model/bucket-settings.ts';
import { pricesOf, transferPerGB } from '../model/prices.ts';

/** What a job would do. */
export interface RepairSize {
  readonly versions: number;
  readonly bytes: number;
  readonly source: BucketRef;
  /** Every bucket that the rules of the source replicate to: a job knows no destinations of its own. */
  readonly destinations: readonly BucketRef[];
}

/** Dollars, by what they are for, at list prices. Without storage and KMS, which are paid for replicas however they come. */
export interface RepairCost {
  readonly total: number;
  readonly job: number;
  /** Making the manifest, running the tasks, and one PUT for each replica. */
  readonly requests: number;
  readonly transfer: number;
}

/** The price of a job of this size. */
export function repairCost({ versions, bytes, source, destinations }: RepairSize): RepairCost {
  const prices = pricesOf(source.region);
  const tasks = versions * (prices.batchObject + prices.batchManifestObject);
  const puts = destinations.reduce((sum, { region }) => sum + versions * pricesOf(region).s3Put, 0);
  const transfer = destinations.reduce(
    (sum, { region }) => sum + (bytes / 1e9) * transferPerGB(source.region, region),
    0,
  );
  return { total: prices.batchJob + tasks + puts + transfer, job: prices.batchJob, requests: tasks + puts, transfer };
}
