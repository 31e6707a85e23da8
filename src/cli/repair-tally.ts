import type { ByHandCase } from '../policy/repair-by-hand.ts';

export interface RepairCount {
  versions: number;
  bytes: number;
}

/** What was found over the same links. */
export interface RepairTally {
  /** Versions listed, or named by a report. */
  looked: number;
  readonly failed: RepairCount;
  /** S3 never tried: for versions that are older than the rule. */
  readonly neverAttempted: RepairCount;
  readonly byHand: RepairCount;
  /** S3 is still at it. */
  readonly waiting: RepairCount;
  /** Could not be judged, by reason. */
  readonly unproved: RepairCount;
  readonly reasons: Map<string, number>;
  /** `false`: what comes after an early end was not looked at. */
  complete: boolean;
}

/** Something that was found and is not only counted. */
export interface RepairEvents {
  readonly onByHand: (found: ByHandCase) => void;
  readonly onProgress: () => void;
}

export function createRepairTally(): RepairTally {
  return {
    looked: 0,
    failed: { versions: 0, bytes: 0 },
    neverAttempted: { versions: 0, bytes: 0 },
    byHand: { versions: 0, bytes: 0 },
    waiting: { versions: 0, bytes: 0 },
    unproved: { versions: 0, bytes: 0 },
    reasons: new Map(),
    complete: true,
  };
}

export function addTo(count: RepairCount, sizeBytes: number): void {
  count.versions += 1;
  count.bytes += sizeBytes;
}

/** What could not be judged, with the reason. */
export function addUnproved(tally: RepairTally, sizeBytes: number, reason: string): void {
  addTo(tally.unproved, sizeBytes);
  tally.reasons.set(reason, (tally.reasons.get(reason) ?? 0) + 1);
}
