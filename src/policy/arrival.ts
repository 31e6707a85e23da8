import type { LifecycleRule, ReplicationRule } from '../model/bucket-settings.ts';
import { type ETag, formatETag } from '../model/etag.ts';
import type { ObjectState } from '../model/facts.ts';
import type { Basis } from '../model/finding.ts';
import { isTemporary, type Observation } from '../model/observation.ts';
import { spendsKms } from '../model/encryption.ts';

/** Why a version that is not at the destination need not be: named, and not waited for. */
export type Excuse =
  | 'outside-every-rule'
  | 'tags-not-selected'
  | 'kms-not-selected'
  | 'delete-markers-not-replicated'
  | 'is-a-replica'
  | 'gone-at-the-source'
  | 'lifecycle-may-have-removed-it';

/** Why nobody can say whether a version is, or ever will be, at the destination. */
export type Doubt = 'never-attempted' | 'marker-may-be-of-lifecycle' | 'source-unreadable' | 'replica-unreadable';

/** What has become of one version at one destination. */
export type Arrival =
  /** `basis`: what was compared; absent for a delete marker, which is all there is of it. */
  | { readonly state: 'proved'; readonly basis?: Basis }
  | { readonly state: 'waiting'; readonly reason: string }
  /** S3 has given it up. */
  | { readonly state: 'failed'; readonly reason: string }
  /** S3 says that it has arrived, and it is not there. */
  | { readonly state: 'missing'; readonly reason: string }
  | { readonly state: 'differs'; readonly reason: string }
  | { readonly state: 'excused'; readonly reason: Excuse }
  | { readonly state: 'unproved'; readonly reason: string };

/** What was seen of one version at both sides. */
export interface ArrivalFacts {
  readonly key: string;
  readonly deleteMarker: boolean;
  /** When it became what it is, as far as the listing says. */
  readonly lastModifiedAt: Date;
  readonly now: Date;
  readonly source: Observation<ObjectState>;
  readonly replica: Observation<ObjectState>;
  /** The current version at the destination, where one of other ID and equal content counts as well. */
  readonly current?: Observation<ObjectState>;
  /** Enabled ones to this destination. */
  readonly rules: readonly ReplicationRule[];
  /** Of the source, where a rule selects by tags; absent: not asked for. */
  readonly tags?: Observation<Readonly<Record<string, string>>>;
  /** Of both buckets; empty where there are none, `undefined` where they may not be read. */
  readonly lifecycle: {
    readonly source: readonly LifecycleRule[] | undefined;
    readonly destination: readonly LifecycleRule[] | undefined;
  };
}

/** Rules that select a key, whatever the version's tags and encryption. */
export function rulesForKey(rules: readonly ReplicationRule[], key: string): readonly ReplicationRule[] {
  return rules.filter(({ prefix }) => key.startsWith(prefix));
}

/** What follows from the key alone: then nothing needs to be looked at. */
export function excuseOfKey(
  { key, deleteMarker }: Pick<ArrivalFacts, 'key' | 'deleteMarker'>,
  rules: readonly ReplicationRule[],
): Excuse | undefined {
  const selecting = rulesForKey(rules, key);
  if (selecting.length === 0) return 'outside-every-rule';
  return deleteMarker && !selecting.some(({ deleteMarkers }) => deleteMarkers)
    ? 'delete-markers-not-replicated'
    : undefined;
}

/** Judges a version that the two listings did not show alike. */
export function judgeArrival(facts: ArrivalFacts): Arrival {
  const { replica, source } = facts;
  if (replica.state === 'present')
    return source.state === 'present' ? compare(source.value, replica.value) : gone(source);
  if (replica.state === 'unreadable') return unreadable(replica.reason, 'replica-unreadable');
  return facts.deleteMarker ? judgeMarker(facts) : judgeAbsent(facts);
}

function judgeMarker(facts: ArrivalFacts): Arrival {
  if (facts.replica.state === 'absent' && facts.replica.deleteMarker === true) return { state: 'proved' };
  const { source } = facts;
  if (source.state === 'unreadable') return unreadable(source.reason, 'source-unreadable');
  if (source.state === 'absent' && source.deleteMarker !== true)
    return { state: 'excused', reason: 'gone-at-the-source' };
  const { source: rules } = facts.lifecycle;
  // S3 never replicates the markers of its own lifecycle, and nothing tells them from those of people.
  const ofLifecycle =
    rules === undefined || rules.some((rule) => isAbout(rule, facts) && rule.expiration !== undefined);
  return ofLifecycle
    ? { state: 'unproved', reason: 'marker-may-be-of-lifecycle' }
    : { state: 'waiting', reason: 'delete marker not there yet' };
}

function judgeAbsent(facts: ArrivalFacts): Arrival {
  const { source } = facts;
  if (source.state === 'unreadable') return unreadable(source.reason, 'source-unreadable');
  if (source.state === 'absent') return { state: 'excused', reason: 'gone-at-the-source' };
  const seeded = facts.current?.state === 'present' ? compare(source.value, facts.current.value) : undefined;
  if (seeded?.state === 'proved' && seeded.basis !== 'size') return seeded;
  const { replicationStatus } = source.value;
  if (replicationStatus === undefined) return judgeIneligible(facts, source.value);
  switch (replicationStatus) {
    case 'PENDING':
      return { state: 'waiting', reason: 'PENDING' };
    case 'FAILED':
      return { state: 'failed', reason: 'S3 has given it up (FAILED)' };
    case 'REPLICA':
      return { state: 'excused', reason: 'is-a-replica' };
    case 'COMPLETED':
      return mayBeRemoved(facts, source.value)
        ? { state: 'excused', reason: 'lifecycle-may-have-removed-it' }
        : { state: 'missing', reason: 'S3 says COMPLETED, and it is not there' };
  }
}

/** No rule selected it when it was written. Where none would today, that is as it should be. */
function judgeIneligible({ rules, key, tags }: ArrivalFacts, { encryption }: ObjectState): Arrival {
  const selecting = rulesForKey(rules, key).filter((rule) => selectsTags(rule, tags));
  if (selecting.length === 0) return { state: 'excused', reason: 'tags-not-selected' };
  if (spendsKms(encryption) && !selecting.some(({ kmsObjects }) => kmsObjects)) {
    return { state: 'excused', reason: 'kms-not-selected' };
  }
  return { state: 'unproved', reason: 'never-attempted' };
}

/** Tags that could not be read are taken to be selected: then the version is in doubt, and not excused. */
function selectsTags({ tags: wanted }: ReplicationRule, tags: ArrivalFacts['tags']): boolean {
  if (tags?.state !== 'present') return true;
  return Object.entries(wanted).every(([name, value]) => tags.value[name] === value);
}

/** Whether a lifecycle rule of the destination was entitled to remove the replica by now. */
function mayBeRemoved({ lifecycle, key, lastModifiedAt, now }: ArrivalFacts, { sizeBytes }: ObjectState): boolean {
  if (lifecycle.destination === undefined) return false;
  const ageDays = (now.getTime() - lastModifiedAt.getTime()) / (24 * 3_600_000);
  return lifecycle.destination.some(
    (rule) =>
      isAbout(rule, { key, sizeBytes }) &&
      rule.noncurrentExpiration !== undefined &&
      ageDays >= rule.noncurrentExpiration.days,
  );
}

/** Whether the rule can be about such an object; its tags are not looked at, so that nothing is missed. */
function isAbout(
  rule: LifecycleRule,
  { key, sizeBytes }: { readonly key: string; readonly sizeBytes?: number },
): boolean {
  if (!rule.enabled || !key.startsWith(rule.prefix)) return false;
  if (sizeBytes === undefined) return true;
  return sizeBytes > (rule.largerThanBytes ?? -1) && sizeBytes < (rule.smallerThanBytes ?? Infinity);
}

function gone(source: Exclude<Observation<ObjectState>, { state: 'present' }>): Arrival {
  if (source.state === 'absent') return { state: 'excused', reason: 'gone-at-the-source' };
  return unreadable(source.reason, 'source-unreadable');
}

function unreadable(reason: Parameters<typeof isTemporary>[0], doubt: Doubt): Arrival {
  return isTemporary(reason)
    ? { state: 'waiting', reason: `could not be looked at: ${reason}` }
    : { state: 'unproved', reason: `${doubt}: ${reason}` };
}

/** The same version ID on both sides: whatever can be compared by headers must be equal. */
function compare(source: ObjectState, replica: ObjectState): Arrival {
  if (source.sizeBytes !== replica.sizeBytes) {
    return { state: 'differs', reason: `size: ${source.sizeBytes} and ${replica.sizeBytes} bytes` };
  }
  // Composites follow from part sizes, which headers do not show: only those of whole objects can differ.
  for (const { algorithm, type, base64 } of source.checksums) {
    const like = replica.checksums.find((other) => other.algorithm === algorithm && other.type === type);
    if (like?.base64 === base64) return { state: 'proved', basis: 'stored-checksum' };
    if (like !== undefined && type === 'FULL_OBJECT') {
      return { state: 'differs', reason: `${algorithm} checksum: ${base64} and ${like.base64}` };
    }
  }
  if (formatETag(source.etag) === formatETag(replica.etag)) return { state: 'proved', basis: 'etag' };
  if (isMd5(source.etag) && isMd5(replica.etag)) {
    return { state: 'differs', reason: `ETag: ${formatETag(source.etag)} and ${formatETag(replica.etag)}` };
  }
  return { state: 'proved', basis: 'size' };
}

function isMd5({ kind }: ETag): boolean {
  return kind === 'content-md5';
}
