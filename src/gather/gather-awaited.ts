import type { ObjectState } from '../model/facts.ts';
import type { Link } from '../model/link.ts';
import { linkId } from '../model/link.ts';
import type { ObjectEvent } from '../model/event.ts';
import type { Observation } from '../model/observation.ts';
import type { PendingVersion } from '../model/pending.ts';
import type { Call, Ports } from '../ports.ts';

export interface Arrival {
  readonly event: ObjectEvent;
  readonly source: Observation<ObjectState>;
  /** Those that end in the bucket. */
  readonly links: readonly Link[];
}

/**
 * What our own list says of a version that has just arrived as a replica. Only of those that are old enough to be on it: a replica
 * that arrives in time costs nothing. `LastModified` is never later than the creation, so it leaves none out.
 */
export async function gatherAwaited(
  { event, source, links }: Arrival,
  { pending }: Pick<Ports, 'pending'>,
  call: Call,
): Promise<readonly PendingVersion[]> {
  if (source.state !== 'present' || source.value.replicationStatus !== 'REPLICA') return [];
  const mostMs = event.eventAt.getTime() - source.value.lastModifiedAt.getTime();
  const { key } = event.object;
  const versionId = event.object.versionId ?? source.value.versionId;
  if (versionId === undefined) return [];
  const late = links.filter(({ policy: { lookAfterMs } }) => mostMs >= Math.min(...lookAfterMs));
  const rows = await Promise.all(
    late.map(async (link) => {
      const { bucket, region } = link.source;
      return pending.find({ link: linkId(link), object: { bucket, region, key, versionId } }, call);
    }),
  );
  return rows.flatMap((row) => row ?? []);
}
