import type { LifecycleRule, ReplicationRule } from '../model/bucket-settings.ts';
import { compareContent } from '../model/compare-content.ts';
import type { ObjectState, ReplicaFacts } from '../model/facts.ts';
import type { Basis } from '../model/finding.ts';
import { mayHaveExpired } from '../model/lifecycle.ts';
import { isTemporary, type Observation } from '../model/observation.ts';
import { isEligible, ruleFor } from '../model/replication-rule.ts';

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

/** What a listing alone says of a version at the source. */
export interface KeyFacts {
  readonly key: string;
  readonly deleteMarker: boolean;
  /** Enabled ones to the destination. */
  readonly rules: readonly ReplicationRule[];
  /** Its bucket. */
  readonly destination: string;
}

/** What was seen of one version at both sides. */
export interface ArrivalFacts extends KeyFacts {
  /** When it became what it is, as far as the listing says. */
  readonly lastModifiedAt: Date;
  readonly now: Date;
  readonly source: Observation<ObjectState>;
  readonly replica: Observation<ObjectState>;
  /** The current version at the destination, where one of other ID and equal content counts as well. */
  readonly current?: Observation<ObjectState>;
  /** Of both, where two that are there have different records: only known layouts make that a difference. */
  readonly parts?: ReplicaFacts['parts'];
  /** Of the source, where a rule selects by tags; absent: not asked for. */
  readonly tags?: Observation<Readonly<Record<string, string>>>;
  /** Of both buckets; empty where there are none, `undefined` where they may not be read. */
  readonly lifecycle: {
    readonly source: readonly LifecycleRule[] | undefined;
    readonly destination: readonly LifecycleRule[] | undefined;
  };
}

/** What follows from the key alone: then nothing needs to be looked at. */
export function excuseOfKey({ key, deleteMarker, rules, destination }: KeyFacts): Excuse | undefined {
  const rule = ruleFor({ rules }, { key }, destination);
  if (rule === undefined) return 'outside-every-rule';
  // A rule with tags never takes delete markers, one below it may.
  const takesMarkers = rule === 'unknown' ? rules.some(({ deleteMarkers }) => deleteMarkers) : rule.deleteMarkers;
  return deleteMarker && !takesMarkers ? 'delete-markers-not-replicated' : undefined;
}

/** Judges a version that the two listings did not show alike. */
export function judgeArrival(facts: ArrivalFacts): Arrival {
  const { replica, source } = facts;
  if (replica.state === 'present')
    return source.state === 'present' ? compare(source.value, replica.value, facts.parts) : gone(source);
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
    rules === undefined ||
    rules.some(
      ({ enabled, prefix, expiration }) => enabled && expiration !== undefined && facts.key.startsWith(prefix),
    );
  return ofLifecycle
    ? { state: 'unproved', reason: 'marker-may-be-of-lifecycle' }
    : { state: 'waiting', reason: 'delete marker not there yet' };
}

/** Whether a lifecycle rule of the destination was entitled to remove the replica by now. */
function mayBeRemoved(
  { lifecycle, key, lastModifiedAt, now }: ArrivalFacts,
  { sizeBytes, versionId }: ObjectState,
): boolean {
  const aging = { key, sizeBytes, createdAt: lastModifiedAt, ...(versionId === undefined ? {} : { versionId }) };
  return mayHaveExpired(lifecycle.destination ?? [], aging, now) !== undefined;
}

function judgeAbsent(facts: ArrivalFacts): Arrival {
  const { source } = facts;
  if (source.state === 'unreadable') return unreadable(source.reason, 'source-unreadable');
  if (source.state === 'absent') return { state: 'excused', reason: 'gone-at-the-source' };
  const seeded = facts.current?.state === 'present' ? compare(source.value, facts.current.value) : undefined;
  if (seeded?.state === 'proved' && seeded.basis !== 'size') return seeded;
  const { replicationStatus } = source.value;
  if (replicationStatus === undefined) return judgeIneligible(facts, source.value);
  if (replicationStatus === 'PENDING') return { state: 'waiting', reason: 'PENDING' };
  if (replicationStatus === 'FAILED') return { state: 'failed', reason: 'S3 has given it up (FAILED)' };
  if (replicationStatus === 'REPLICA') return { state: 'excused', reason: 'is-a-replica' };
  return mayBeRemoved(facts, source.value)
    ? { state: 'excused', reason: 'lifecycle-may-have-removed-it' }
    : { state: 'missing', reason: 'S3 says COMPLETED, and it is not there' };
}

/** No rule selected it when it was written. Where none would today, that is as it should be. */
function judgeIneligible(facts: ArrivalFacts, { encryption }: ObjectState): Arrival {
  const { rules, key, destination, tags } = facts;
  const rule = ruleFor({ rules }, { key, ...(tags?.state === 'present' ? { tags: tags.value } : {}) }, destination);
  if (rule === undefined) return { state: 'excused', reason: 'tags-not-selected' };
  // Tags that could not be read, or a rule that would select it today: in doubt, and not excused.
  const isSelected = rule === 'unknown' || isEligible(rule, { key, encryption });
  return isSelected
    ? { state: 'unproved', reason: 'never-attempted' }
    : { state: 'excused', reason: 'kms-not-selected' };
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
function compare(source: ObjectState, replica: ObjectState, parts?: ArrivalFacts['parts']): Arrival {
  if (source.sizeBytes !== replica.sizeBytes) {
    return { state: 'differs', reason: `size: ${source.sizeBytes} and ${replica.sizeBytes} bytes` };
  }
  const compared = compareContent(source, replica, parts === undefined ? {} : { parts });
  if (compared.verdict === 'equal') return { state: 'proved', basis: compared.basis };
  if (compared.verdict === 'unknown') return { state: 'proved', basis: 'size' };
  const what = compared.basis === 'etag' ? 'ETag' : 'checksum';
  return { state: 'differs', reason: `${what}: ${compared.source} and ${compared.replica}` };
}
