import type { Version } from './stored.ts';

/**
 * Keeps `x-amz-replication-status` over all destinations of a version: pending until all are done, and failed where one of them
 * failed. A replica whose changes went back is a replica again.
 */
export interface StatusBoard {
  started(version: Version): void;
  settled(version: Version, failed: boolean): void;
}

export function createStatusBoard(): StatusBoard {
  /** What is not settled, per version. */
  const open = new Map<Version, { left: number; failed: boolean }>();
  return {
    started(version) {
      const known = open.get(version) ?? { left: 0, failed: false };
      known.left += 1;
      open.set(version, known);
      version.replicationStatus = 'PENDING';
    },
    settled(version, failed) {
      const known = open.get(version);
      if (known === undefined) return;
      known.left -= 1;
      known.failed ||= failed;
      if (known.left > 0) return;
      open.delete(version);
      const done = version.replica ? 'REPLICA' : 'COMPLETED';
      version.replicationStatus = known.failed ? 'FAILED' : done;
    },
  };
}
