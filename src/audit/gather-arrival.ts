import type { ReplicationRule } from '../model/bucket-settings.ts';
import { compareContent } from '../model/compare-content.ts';
import { formatETag } from '../model/etag.ts';
import type { ObjectState, Part } from '../model/facts.ts';
import type { Link } from '../model/link.ts';
import type { ObjectRef } from '../model/object.ts';
import type { Observation } from '../model/observation.ts';
import { ruleFor } from '../model/replication-rule.ts';
import type { ArrivalFacts } from '../policy/arrival.ts';
import type { Call, Clock, ListedVersion, ObjectStore } from '../ports.ts';

/** A link, and what its buckets say about what goes over it. */
export interface LinkSettings {
  readonly link: Link;
  /** Enabled ones to the destination. */
  readonly rules: readonly ReplicationRule[];
  /** Empty: there are none; `undefined`: they may not be read. */
  readonly lifecycle: ArrivalFacts['lifecycle'];
}

interface World {
  readonly objects: ObjectStore;
  readonly clock: Clock;
}

/** Looks at one version at both sides of a link: two HEADs, and more only where they do not settle it. */
export async function gatherArrival(
  { object, deleteMarker, lastModifiedAt }: ListedVersion,
  { link, rules, lifecycle }: LinkSettings,
  { objects, clock, signal }: World & Call,
): Promise<ArrivalFacts> {
  const { bucket, region } = link.destination;
  const { key } = object;
  const there = { ...object, bucket, region };
  const plainly = { checksums: false, signal };
  const first = await objects.head(there, plainly);
  const source = await objects.head(object, plainly);
  // It may have arrived between the two: then its status would accuse it.
  const replica = first.state === 'absent' && isCompleted(source) ? await objects.head(there, plainly) : first;
  const isMarker = deleteMarker === true;
  const facts = {
    key,
    deleteMarker: isMarker,
    destination: bucket,
    lastModifiedAt,
    now: clock.now(),
    rules,
    lifecycle,
    source,
    replica,
  };
  if (isMarker || source.state !== 'present' || replica.state === 'unreadable') return facts;
  // Stored checksums cost KMS requests: only contents with different ETags are asked for them.
  const fully = { checksums: true, signal };
  if (replica.state === 'present') {
    if (formatETag(source.value.etag) === formatETag(replica.value.etag)) return facts;
    const both = { source: await objects.head(object, fully), replica: await objects.head(there, fully) };
    return { ...facts, ...both, ...(await partsOf(both, { object, there }, { objects, signal })) };
  }
  const seeded =
    link.policy.match === 'content'
      ? { source: await objects.head(object, fully), current: await objects.head({ bucket, region, key }, fully) }
      : {};
  const tags = asksTags(source.value, { key, rules, bucket }) ? { tags: await objects.tags(object, { signal }) } : {};
  return { ...facts, ...seeded, ...tags };
}

function isCompleted(source: Observation<ObjectState>): boolean {
  return source.state === 'present' && source.value.replicationStatus === 'COMPLETED';
}

/** Tags decide only where S3 has not tried at all. */
function asksTags(
  { replicationStatus }: ObjectState,
  { rules, key, bucket }: Pick<ArrivalFacts, 'rules' | 'key'> & { readonly bucket: string },
): boolean {
  return replicationStatus === undefined && ruleFor({ rules }, { key }, bucket) === 'unknown';
}

/** Layouts cost a request for each part: only two that seem to differ are asked for them. */
async function partsOf(
  { source, replica }: Pick<ArrivalFacts, 'source' | 'replica'>,
  { object, there }: { readonly object: ObjectRef; readonly there: ObjectRef },
  { objects, signal }: Pick<World, 'objects'> & Call,
): Promise<Pick<ArrivalFacts, 'parts'>> {
  if (source.state !== 'present' || replica.state !== 'present') return {};
  if (compareContent(source.value, replica.value).verdict !== 'different') return {};
  const ask = async (ref: ObjectRef, { sizeBytes }: ObjectState): Promise<Observation<readonly Part[]>> =>
    objects.parts(ref, { sizeBytes, exact: true, signal });
  return { parts: { source: await ask(object, source.value), replica: await ask(there, replica.value) } };
}
