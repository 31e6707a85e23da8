import { HoldfastError } from '../errors.ts';
import type { ObjectState } from '../model/facts.ts';
import type { Link } from '../model/link.ts';
import type { ObjectRef } from '../model/object.ts';
import type { Observation } from '../model/observation.ts';
import type { PendingVersion } from '../model/pending.ts';
import type { Call, Ports } from '../ports.ts';
import { mapBounded } from './map-bounded.ts';

/** What has become of versions that are on the list. */
export interface Examined {
  /** There by now, or missed by nobody any more: they can be taken off. */
  readonly settled: readonly PendingVersion[];
  readonly missing: readonly PendingVersion[];
  /** Could not be looked at. */
  readonly unknown: number;
}

type Fate = 'settled' | 'missing' | 'unknown';

/**
 * Looks at versions on the list with one HEAD at the destination each, in its own Region. Only of those that are overdue the source
 * is asked as well: a version that was removed there, or that no rule selects any more, will never come.
 */
export async function examinePending(
  rows: readonly PendingVersion[],
  { link, overdueBefore }: { readonly link: Link; readonly overdueBefore: Date },
  { objects }: Pick<Ports, 'objects'>,
  call: Call,
): Promise<Examined> {
  const { bucket, region } = link.destination;

  async function fateOf({ object, createdAt }: PendingVersion): Promise<Fate> {
    const replica = await tryHead({ ...object, bucket, region });
    if (replica === undefined || replica.state === 'unreadable') return 'unknown';
    if (isThere(replica)) return 'settled';
    if (createdAt >= overdueBefore) return 'missing';
    const source = await tryHead(object);
    if (source?.state === 'absent') return source.deleteMarker === true ? 'missing' : 'settled';
    const isSelected = source?.state !== 'present' || source.value.replicationStatus !== undefined;
    return isSelected ? 'missing' : 'settled';
  }

  /** `undefined`: there is no answer. The Region of the source may be gone, and the list is needed most then. */
  async function tryHead(object: ObjectRef): Promise<Observation<ObjectState> | undefined> {
    try {
      return await objects.head(object, { checksums: false, signal: call.signal });
    } catch (error) {
      if (error instanceof HoldfastError && error.kind === 'unavailable' && !call.signal.aborted) return undefined;
      throw error;
    }
  }

  const fates = await mapBounded(rows, fateOf);
  const of = (fate: Fate): readonly PendingVersion[] => rows.filter((_, index) => fates[index] === fate);
  return { settled: of('settled'), missing: of('missing'), unknown: of('unknown').length };
}

function isThere(replica: Observation<ObjectState>): boolean {
  return replica.state === 'present' || (replica.state === 'absent' && replica.deleteMarker === true);
}
