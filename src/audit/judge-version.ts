import { ofReplica } from '../checks/check.ts';
import { checks } from '../checks/index.ts';
import type { LifecycleRule } from '../model/bucket-settings.ts';
import { formatETag } from '../model/etag.ts';
import type { ObjectFacts, ObjectState, ReplicaFacts } from '../model/facts.ts';
import type { Finding, FindingCode } from '../model/finding.ts';
import { enabledRules } from '../model/link-rules.ts';
import type { ListedEntry } from '../model/listing-page.ts';
import { type Observation, valueOf } from '../model/observation.ts';
import { type Arrival, judgeArrival } from '../policy/arrival.ts';
import type { Outcome } from './outcome.ts';

/** What was gathered of one version over one link. */
export interface VersionFacts {
  readonly facts: ObjectFacts;
  readonly replica: ReplicaFacts;
  readonly entry: ListedEntry;
  /** Only the listing of the destination has it. */
  readonly onlyThere: boolean;
  /** What the source has under this key now, where only the destination has this version. */
  readonly sourceCurrent?: Observation<ObjectState>;
}

/** What of the registered checks stands against a version, or why nothing does. */
export function judgeVersion(seen: VersionFacts): Outcome {
  if (seen.onlyThere && seen.facts.source?.state !== 'present') return judgeLeftover(seen);
  return seen.entry.deleteMarker === true ? judgeMarker(seen) : judgeObject(seen);
}

function judgeObject({ facts, replica, entry }: VersionFacts): Outcome {
  const findings = findingsOf(facts);
  if (findings.length > 0) return { state: 'found', findings };
  const arrival = judgeArrival(toArrivalFacts({ facts, replica, entry }));
  if (arrival.state === 'unproved' && arrival.reason === 'never-attempted') {
    const about = ofReplica(facts, replica);
    const evidence = { ...about.evidence, replicationStatus: 'none' };
    return { state: 'found', findings: [{ ...about, verdict: 'unverifiable', code: 'replica-missing', evidence }] };
  }
  return toOutcome(arrival);
}

/** A marker has no replication status: only its age, and the rules, say whether it has to be there. */
function judgeMarker({ facts, replica, entry }: VersionFacts): Outcome {
  const arrival = judgeArrival(toArrivalFacts({ facts, replica, entry }));
  if (arrival.state === 'unproved' && arrival.reason === 'marker-may-be-of-lifecycle' && isAtMidnight(entry)) {
    return { state: 'expected', reason: 'marker-of-lifecycle' };
  }
  if (arrival.state === 'proved' || arrival.state === 'excused') return toOutcome(arrival);
  const findings = findingsOf(facts);
  if (findings.length > 0) return { state: 'found', findings };
  return facts.due?.last === true ? toOutcome(arrival) : { state: 'waiting' };
}

/** A version that the source does not have, or not any more. */
function judgeLeftover(seen: VersionFacts): Outcome {
  const { facts, replica, entry } = seen;
  if (facts.source?.state === 'absent' && facts.source.deleteMarker === true) return { state: 'proved' }; // it came meanwhile
  if (entry.deleteMarker === true) return judgeForeignMarker(seen);
  const there = valueOf(replica.replica);
  if (there !== undefined && there.replicationStatus !== 'REPLICA') return judgeForeignWrite(seen, there);
  const findings = findingsOf(facts);
  if (findings.length > 0) return { state: 'found', findings };
  const reason = there === undefined ? 'gone-on-both-sides' : 'lifecycle-may-have-removed-it';
  return { state: 'expected', reason };
}

/** A delete marker that only the destination has: it hides what the source shows. */
function judgeForeignMarker(seen: VersionFacts): Outcome {
  const { replica, entry, sourceCurrent } = seen;
  if (!entry.isLatest || sourceCurrent?.state !== 'present') return { state: 'expected', reason: 'hides-nothing' };
  const rules = replica.lifecycle?.destination.state === 'present' ? replica.lifecycle.destination.value : [];
  if (isAtMidnight(entry) && mayHide(rules, entry)) return { state: 'expected', reason: 'marker-of-lifecycle' };
  return foundThere(seen, 'delete-marker-differs');
}

/** What somebody wrote into the destination itself: readers of the two buckets get different objects. */
function judgeForeignWrite(seen: VersionFacts, there: ObjectState): Outcome {
  const here = seen.sourceCurrent?.state === 'present' ? seen.sourceCurrent.value : undefined;
  if (here === undefined) return { state: 'expected', reason: 'written-at-the-destination' };
  const isSame = formatETag(here.etag) === formatETag(there.etag) && here.sizeBytes === there.sizeBytes;
  if (!seen.entry.isLatest || isSame) return { state: 'expected', reason: 'hides-nothing' };
  return foundThere(seen, 'versions-conflict');
}

function foundThere({ facts, replica, sourceCurrent }: VersionFacts, code: FindingCode): Outcome {
  const about = ofReplica(facts, replica);
  const current = sourceCurrent?.state === 'present' ? sourceCurrent.value.versionId : undefined;
  const evidence = {
    ...about.evidence,
    where: 'destination only',
    ...(current === undefined ? {} : { currentAtSource: current }),
  };
  return { state: 'found', findings: [{ ...about, verdict: 'violated', code, evidence }] };
}

function mayHide(rules: readonly LifecycleRule[], { key }: ListedEntry): boolean {
  return rules.some(({ enabled, prefix, expiration }) => enabled && expiration !== undefined && key.startsWith(prefix));
}

/**
 * S3's lifecycle dates its delete markers to midnight, in UTC.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-configure-notification.html
 */
function isAtMidnight({ lastModifiedAt }: ListedEntry): boolean {
  return lastModifiedAt.getTime() % (24 * 3_600_000) === 0;
}

/** Those that are about a source and its replica; what one object is by itself is asked where it is read. */
const comparing = checks.filter(({ needs }) => needs.includes('replicas'));

/** Ages change from look to look; two audits of the same buckets say the same. */
function findingsOf(facts: ObjectFacts): readonly Finding[] {
  return comparing
    .flatMap((check) => check.run(facts))
    .filter(({ verdict }) => verdict !== 'verified')
    .map((finding) => {
      const { ageSeconds: _, ...evidence } = finding.evidence;
      return { ...finding, evidence };
    });
}

function toArrivalFacts({ facts, replica, entry }: Pick<VersionFacts, 'facts' | 'replica' | 'entry'>) {
  const { link, rules, lifecycle, current, parts, tags } = replica;
  const listed = entry.lastModifiedAt;
  return {
    key: entry.key,
    deleteMarker: entry.deleteMarker === true,
    destination: link.destination.bucket,
    rules: enabledRules(rules === undefined ? undefined : valueOf(rules), link),
    lastModifiedAt: listed,
    now: facts.lookedAt ?? listed,
    source: facts.source ?? { state: 'absent' as const },
    replica: replica.replica,
    lifecycle: { source: orNone(lifecycle?.source), destination: orNone(lifecycle?.destination) },
    ...(current === undefined || link.policy.match !== 'content' ? {} : { current }),
    ...(parts === undefined ? {} : { parts }),
    ...(tags === undefined ? {} : { tags: tags.source }),
  };
}

/** `undefined` where it may not be known. */
function orNone<T>(setting: Observation<readonly T[]> | undefined): readonly T[] | undefined {
  if (setting?.state === 'present') return setting.value;
  return setting?.state === 'absent' ? [] : undefined;
}

function toOutcome(arrival: Arrival): Outcome {
  switch (arrival.state) {
    case 'proved':
      return { state: 'proved' };
    case 'waiting':
      return { state: 'waiting' };
    case 'excused':
    case 'unproved':
    case 'failed':
    case 'missing':
    case 'differs':
      // No check stands against it: each of them knows more than the arrival does.
      return {
        state: 'expected',
        reason: arrival.state === 'excused' ? arrival.reason : `explained: ${arrival.state}`,
      };
    default:
      return arrival satisfies never;
  }
}
