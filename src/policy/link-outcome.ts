import type { ReplicationSettings } from '../model/bucket-settings.ts';
import type { ObjectFacts, ObjectState, ReplicaFacts } from '../model/facts.ts';
import { CHANGEABLE_DIFFERENCES, type Finding } from '../model/finding.ts';
import { type Link, linkId } from '../model/link.ts';
import { isTemporary, type Observation } from '../model/observation.ts';
import { ruleFor } from '../model/replication-rule.ts';
import { isReplica, isUnselected } from './blame.ts';

/** What one look makes of one link. */
export interface LinkOutcome {
  /** Whether the destination still lacks the version and has to get it; nobody knows where it could not be looked at. */
  readonly owed: 'yes' | 'no' | 'unknown';
  /** Whether a later look can show something else. */
  readonly goesOn: boolean;
}

const THERE: LinkOutcome = { owed: 'no', goesOn: false };
const NOT_OWED: LinkOutcome = THERE;
const NOT_ALIKE_YET: LinkOutcome = { owed: 'no', goesOn: true };
const WAITING: LinkOutcome = { owed: 'yes', goesOn: true };
const GIVEN_UP: LinkOutcome = { owed: 'yes', goesOn: false };
const OUT_OF_SIGHT: LinkOutcome = { owed: 'unknown', goesOn: false };

/**
 * Reads the outcome of a link from its facts, and from what the checks made of them.
 *
 * The status of a source is one for all destinations: `FAILED` ends the chain only where a check could tell that this
 * destination is meant; `PENDING` means that something is still to come.
 */
export function linkOutcome(
  seen: ReplicaFacts,
  facts: Pick<ObjectFacts, 'event' | 'source' | 'due' | 'replicas'>,
  { findings, links }: { readonly findings: readonly Finding[]; readonly links: readonly Link[] },
): LinkOutcome {
  const { link, replica, rules } = seen;
  const { event, source, due } = facts;
  const id = linkId(link);
  const ofLink = findings.filter(({ evidence }) => evidence['link'] === id);
  const has = (...codes: readonly Finding['code'][]): boolean => ofLink.some(({ code }) => codes.includes(code));
  if (isReplica(source)) return NOT_OWED; // never followed back
  if (isThere(replica) || has('replica-matches', 'replica-under-other-version')) {
    const early = due?.last === false && ofLink.some((finding) => isChangeable(finding));
    return early ? NOT_ALIKE_YET : THERE;
  }
  if (replica.state === 'unreadable') return isTemporary(replica.reason) ? WAITING : OUT_OF_SIGHT;
  if (source === undefined || source.state === 'unreadable') return WAITING;
  if (source.state === 'absent') {
    return source.deleteMarker === true && mayReplicateMarkers(rules, link.destination.bucket, event.object.key)
      ? WAITING
      : NOT_OWED; // gone at the source: the removal of a version is never replicated
  }
  if (isUnprovedAbsence(ofLink)) return OUT_OF_SIGHT;
  if (has('replica-missing', 'replication-failed')) return GIVEN_UP;
  if (isUnselected(seen, facts, links)) return NOT_OWED;
  const status = source.value.replicationStatus;
  // Without a status no rule selects the version. Completed, and no check misses it: whatever removed it was entitled to.
  return status === 'PENDING' || status === 'FAILED' ? WAITING : NOT_OWED;
}

/** Tags, ACL and lock can change at any time and arrive later than the version: only the last look of a chain judges them. */
export function isChangeable({ code, verdict }: Finding): boolean {
  return verdict === 'violated' && CHANGEABLE_DIFFERENCES.has(code);
}

/** Whether it was entitled to be away, or was never meant to go, is what nobody knows. */
function isUnprovedAbsence(findings: readonly Finding[]): boolean {
  return findings.some(({ code, verdict }) => code === 'replica-missing' && verdict === 'unverifiable');
}

function isThere(replica: Observation<ObjectState>): boolean {
  return replica.state === 'present' || (replica.state === 'absent' && replica.deleteMarker === true);
}

/** Whether the rules, as far as they are known, send markers of this key to the destination. */
function mayReplicateMarkers(
  rules: Observation<ReplicationSettings> | undefined,
  destination: string,
  key: string,
): boolean {
  if (rules?.state !== 'present') return rules?.state !== 'absent';
  const rule = ruleFor(rules.value, { key, tags: {} }, destination); // a marker has no tags
  return rule !== undefined && rule !== 'unknown' && rule.deleteMarkers;
}
