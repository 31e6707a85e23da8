import { isCanary } from './canary.ts';
import type { ObjectEvent } from './event.ts';
import { hashOf } from './hash.ts';
import { firstPrefix } from './throttle.ts';

/** What people, or whoever has their keys, do to many objects at once. */
export type ChangeKind = 'delete' | 'overwrite';

/** So many changes of one kind at one place, which S3 reported in one message. */
export interface Change {
  readonly kind: ChangeKind;
  readonly bucket: string;
  readonly region: string;
  /** Up to the first slash; absent: the whole bucket. */
  readonly prefix?: string;
  /** When the window begins that it falls into, by S3's time. */
  readonly window: Date;
  readonly count: number;
  /** One of the events, to say who did it. */
  readonly event: ObjectEvent;
}

/** Rates are compared by windows of this length, in milliseconds. */
export const WINDOW_MS: number = 5 * 60_000;

/** Looking whether a key had a version before costs a request, so that one of so many keys is looked at and counts for all. */
export const OVERWRITES_SAMPLED_ONE_IN = 16;

/** Below this nothing is compared. */
const LEAST_SUM = 64;

/** Whether an event takes a version away, or out of sight, at somebody's will: what lifecycle rules do has kinds of its own. */
export function isRemoval({ kind, object }: ObjectEvent): boolean {
  return (kind === 'version-removed' || kind === 'delete-marker-created') && !isCanary(object);
}

export function isSampledForOverwrites({ kind, object }: ObjectEvent): boolean {
  const sampled = hashOf(JSON.stringify([object.bucket, object.key])) % OVERWRITES_SAMPLED_ONE_IN === 0;
  return kind === 'created' && sampled && !isCanary(object);
}

/** Changes by prefix and by bucket: each place once for every window. */
export function toChanges(kind: ChangeKind, events: readonly ObjectEvent[], each = 1): readonly Change[] {
  const changes = new Map<string, Change>();
  for (const event of events) {
    const { bucket, region, key } = event.object;
    const window = new Date(Math.floor(event.eventAt.getTime() / WINDOW_MS) * WINDOW_MS);
    for (const place of [
      { bucket, region, prefix: firstPrefix(key) },
      { bucket, region },
    ]) {
      const id = JSON.stringify([place, window]);
      const count = (changes.get(id)?.count ?? 0) + each;
      changes.set(id, { kind, ...place, window, count, event });
    }
  }
  return [...changes.values()];
}

/** Name of the counter of a place. */
export function changeCounter({ kind, bucket, prefix }: Pick<Change, 'kind' | 'bucket' | 'prefix'>): string {
  return prefix === undefined ? `${kind}#${bucket}` : `${kind}#${bucket}/${prefix}`;
}

/** Name of the note that says what was last done to a bucket that nobody may have meant, in words. */
export function massChangeNote(bucket: string): string {
  return `mass-change#${bucket}`;
}

/** How long routes stay frozen after the last hour of a mass change, in milliseconds: enough for a person to look. */
export const CHANGE_FREEZE_MS: number = 6 * 3_600_000;

/** Whether a sum has just passed a power of two that is worth a comparison: so that a million changes cost 15 of them. */
export function passesBoundary(sum: number, added: number): boolean {
  return sum >= LEAST_SUM && Math.floor(Math.log2(sum)) > Math.floor(Math.log2(Math.max(1, sum - added)));
}

/** The hour in which a window begins, as people write it: within it one alarm about a place is enough. */
export function hourOf({ window }: Pick<Change, 'window'>): string {
  return `${window.toISOString().slice(0, 13)}:00Z`;
}
