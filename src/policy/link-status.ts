import type { ReplicationMeasurements } from '../model/measurements.ts';
import { type Checkpoint, CHECKPOINT_VALID_MS } from '../model/pending.ts';

/** How old S3's own numbers may be, in milliseconds: they come minutes late. */
const METRICS_VALID_MS = 15 * 60_000;

/** All that is known of one link from outside its Regions. */
export interface LinkKnowledge {
  /** Of the steering ledger; absent: there is none, or it could not be read. */
  readonly checkpoint?: Checkpoint;
  /** Absent: they could not be read. */
  readonly measurements?: ReplicationMeasurements;
  readonly now: Date;
  /** From which age a pending version is overdue, in milliseconds. */
  readonly overdueAfterMs: number;
}

/** `failed`: S3 gave up within the window of the measurements. `unknown` is never zero. */
export type LinkState = 'settled' | 'on-its-way' | 'overdue' | 'failed' | 'unknown';

/** What is on its way, and who says so. */
export interface KnownBacklog {
  readonly by: 'checkpoint' | 's3-metrics';
  readonly versions: number;
  readonly bytes: number;
  /** Age of the oldest, in milliseconds; absent: nothing is pending, or S3 does not say. */
  readonly oldestMs?: number;
  readonly asOf: Date;
}

/** What would be lost if the source's Region failed now. */
export interface DataAtRisk {
  readonly versions: number;
  readonly bytes: number;
  /** Every version created before is in these numbers, if it has not arrived. */
  readonly completeUpTo: Date;
  /** What was written since then, by the rate of writes; absent: no rate is known. */
  readonly tail?: { readonly versions: number; readonly bytes: number; readonly overMs: number };
}

export interface LinkStatus {
  readonly state: LinkState;
  /** How old the checkpoint is, in milliseconds; absent: there is none. */
  readonly checkpointAgeMs?: number;
  /** Absent: unknown. */
  readonly backlog?: KnownBacklog;
  /** Absent: unknown, because only a checkpoint of the last minutes tells. */
  readonly atRisk?: DataAtRisk;
}

/** What may be said of a link. A checkpoint that is too old says nothing, and then S3's own count is the next best. */
export function toLinkStatus(knowledge: LinkKnowledge): LinkStatus {
  const { checkpoint, now } = knowledge;
  const ageMs = checkpoint === undefined ? Infinity : now.getTime() - checkpoint.asOf.getTime();
  const current = ageMs <= CHECKPOINT_VALID_MS ? checkpoint : undefined;
  const backlog = current === undefined ? backlogOfS3(knowledge) : backlogOf(current, now);
  return {
    state: stateOf(backlog, knowledge),
    ...(checkpoint === undefined ? {} : { checkpointAgeMs: ageMs }),
    ...(backlog === undefined ? {} : { backlog }),
    ...(current === undefined ? {} : { atRisk: atRiskOf(current, now) }),
  };
}

function backlogOf({ pendingVersions, pendingBytes, oldestPendingAt, asOf }: Checkpoint, now: Date): KnownBacklog {
  return {
    by: 'checkpoint',
    versions: pendingVersions,
    bytes: pendingBytes,
    ...(oldestPendingAt === undefined ? {} : { oldestMs: now.getTime() - oldestPendingAt.getTime() }),
    asOf,
  };
}

function backlogOfS3({ measurements, now }: LinkKnowledge): KnownBacklog | undefined {
  const { pending, behind } = measurements ?? {};
  if (pending === undefined || now.getTime() - pending.asOf.getTime() > METRICS_VALID_MS) return undefined;
  return {
    by: 's3-metrics',
    versions: pending.operations,
    bytes: pending.bytes,
    ...(behind === undefined || pending.operations === 0 ? {} : { oldestMs: behind.ms }),
    asOf: pending.asOf,
  };
}

function stateOf(backlog: KnownBacklog | undefined, { measurements, overdueAfterMs }: LinkKnowledge): LinkState {
  if ((measurements?.failed ?? 0) > 0) return 'failed';
  if (backlog === undefined) return 'unknown';
  if ((backlog.oldestMs ?? 0) > overdueAfterMs) return 'overdue';
  return backlog.versions === 0 ? 'settled' : 'on-its-way';
}

function atRiskOf({ pendingVersions, pendingBytes, completeUpTo, writeRate }: Checkpoint, now: Date): DataAtRisk {
  const overMs = Math.max(0, now.getTime() - completeUpTo.getTime());
  const tail =
    writeRate === undefined
      ? {}
      : {
          tail: {
            versions: Math.ceil((writeRate.versions * overMs) / 1_000),
            bytes: Math.ceil((writeRate.bytes * overMs) / 1_000),
            overMs,
          },
        };
  return { versions: pendingVersions, bytes: pendingBytes, completeUpTo, ...tail };
}
