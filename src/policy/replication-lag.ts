import { isCanary } from '../model/canary.ts';
import { formatETag } from '../model/etag.ts';
import type { ObjectFacts } from '../model/facts.ts';
import { type Link, linkId } from '../model/link.ts';
import type { Look } from '../model/look.ts';
import type { ReplicationLag } from '../model/pending.ts';
import { isReplica } from './blame.ts';

/**
 * How long the version was on its way whose replica has just arrived; `links` are those that end in its bucket. Known from the
 * list of pending versions, or from the time that the replica keeps of its source: of an object of one part that is its
 * creation. Of a multipart object it is when the upload began, which says nothing.
 */
export function lagOf(
  { event, purpose, reach }: Pick<Look, 'event' | 'purpose' | 'reach'>,
  { source, awaited = [] }: Pick<ObjectFacts, 'source' | 'awaited'>,
  links: readonly Link[],
): ReplicationLag | undefined {
  if (event.kind !== 'created' || purpose !== 'first' || reach !== 'recorded' || isCanary(event.object))
    return undefined;
  if (source?.state !== 'present' || !isReplica(source)) return undefined;
  const { sizeBytes, etag, lastModifiedAt } = source.value;
  const since = (createdAt: Date): number => Math.max(0, event.eventAt.getTime() - createdAt.getTime());
  const [row] = awaited;
  const link = row === undefined ? links[0] : links.find((each) => linkId(each) === row.link);
  if (link === undefined) return undefined;
  if (row !== undefined) return { pair: link.pair, sizeBytes, lagMs: since(row.createdAt) };
  const isKnown = links.length === 1 && !/-\d+$/.test(formatETag(etag));
  const lagMs = since(lastModifiedAt);
  // Older than any look, and never missed: what existed before is being replicated by a job.
  return isKnown && lagMs <= Math.max(...link.policy.lookAfterMs) ? { pair: link.pair, sizeBytes, lagMs } : undefined;
}
