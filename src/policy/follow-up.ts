import type { Action } from '../model/action.ts';
import { isCanary } from '../model/canary.ts';
import type { EventKind, ObjectEvent } from '../model/event.ts';
import type { ObjectFacts, ObjectState } from '../model/facts.ts';
import type { Finding } from '../model/finding.ts';
import { type Link, linkId } from '../model/link.ts';
import type { FollowUp, Look, Suspicion } from '../model/look.ts';
import { isReplica } from './blame.ts';
import { isChangeable, type LinkOutcome, linkOutcome } from './link-outcome.ts';
import { tellPending, tellSettled } from './pending-notice.ts';

/** Of `sampled` versions one in so many is followed. */
export const SAMPLED_ONE_IN = 16;

/** What is done to a version at its source and has to arrive at its destinations. */
const FOLLOWED: ReadonlySet<EventKind> = new Set<EventKind>([
  'created',
  'delete-marker-created',
  'tags-changed',
  'acl-changed',
  'retention-changed',
]);

/** What is known when a chain of looks begins or goes on. */
export interface Following {
  readonly look: Look;
  readonly facts: ObjectFacts;
  /** All findings, those about what may still be on its way included. */
  readonly findings: readonly Finding[];
  /** From the bucket of the version, or those that this look follows. */
  readonly links: readonly Link[];
  /** Links with so much on its way that single versions are not looked at. */
  readonly bulk: ReadonlySet<string>;
  readonly now: Date;
  /** What differs and may still be on its way: seen again at the last look, it was there for long enough. */
  readonly suspicion?: Suspicion;
}

/** The links over which this event has to be followed, before anything is known of the version. */
export function linksToFollow(event: ObjectEvent, links: readonly Link[]): readonly Link[] {
  const { kind, object } = event;
  if (!FOLLOWED.has(kind) || isCanary(object)) return [];
  if (kind !== 'created' && object.versionId === undefined) return []; // nothing is replicated without versions
  return links.filter(({ policy: { followUp, expect } }) => {
    if (kind === 'delete-marker-created' && expect.deleteMarkers === 'any') return false;
    return followUp === 'every' || (followUp === 'sampled' && isSampled(object.versionId ?? object.key));
  });
}

/**
 * The looks at replicas that come out of one look at a version: the first of a chain, or its next; and what the stacks of the
 * destinations have to hear. One chain for each pair, because pairs have ages of their own.
 */
export function followUps(following: Following): readonly Action[] {
  const { follow } = following.look;
  return follow === undefined ? begin(following) : goOn(following, follow);
}

function begin({ look, facts, links }: Following): readonly Action[] {
  if (look.purpose !== 'first' || look.reach !== 'recorded') return [];
  if (isReplica(facts.source)) {
    return (facts.awaited ?? []).map((version) => ({ kind: 'forget-pending', version }) as const); // it has arrived
  }
  const event = withVersion(look.event, facts.source);
  if (event === undefined) return [];
  const source = event.kind === 'created' && facts.source?.state === 'present' ? facts.source.value : undefined;
  const followed = linksToFollow(event, links);
  const pairs = new Set(followed.map(({ pair }) => pair));
  return [...pairs].flatMap((pair) => {
    const ofPair = followed.filter((link) => link.pair === pair);
    const follow: FollowUp = { links: ofPair.map(linkId), step: 0, ...(source === undefined ? {} : { source }) };
    return toLook(event, ofPair, { follow });
  });
}

/** The version that was looked at, or that cannot be seen right now; none where it is gone. */
function withVersion(event: ObjectEvent, source: ObjectFacts['source']): ObjectEvent | undefined {
  if (event.kind !== 'created') return event; // not looked at yet
  if (source?.state === 'present') {
    const versionId = event.object.versionId ?? source.value.versionId;
    return versionId === undefined ? undefined : { ...event, object: { ...event.object, versionId } };
  }
  if (source?.state !== 'unreadable' || event.object.versionId === undefined) return undefined;
  return source.reason === 'overwritten-meanwhile' || source.reason === 'deleted-meanwhile' ? undefined : event;
}

function goOn(following: Following, follow: FollowUp): readonly Action[] {
  const { look, facts, findings, now } = following;
  const { event } = look;
  const { tells, told } = tell(following, follow);
  const rest = following.links.filter((link) => outcomeOf(link, following).goesOn);
  const step = nextStep(event, { rest, after: follow.step, now });
  if (step === undefined) return tells;
  const links = rest.map(linkId);
  const nowTold = told.filter((link) => links.includes(link));
  // What may have changed since the version was made is asked afresh.
  const source = findings.some((finding) => isChangeable(finding)) ? undefined : snapshot(event, facts.source);
  const next: FollowUp = {
    links,
    step,
    ...(source === undefined ? {} : { source }),
    ...(nowTold.length === 0 ? {} : { told: nowTold }),
  };
  const { suspicion } = following;
  return [...tells, ...toLook(event, rest, { follow: next, ...(suspicion === undefined ? {} : { suspicion }) })];
}

/** What the stacks of the destinations have to hear now, and the links on whose lists the version is from then on. */
export function tell(
  following: Following,
  follow: FollowUp,
): { readonly tells: readonly Action[]; readonly told: readonly string[] } {
  const { event } = following.look;
  const size = sizeOf(event, following.facts.source);
  const told = new Set(follow.told);
  const outcomes = following.links.map((link) => ({ link, owed: outcomeOf(link, following).owed }));
  const isWaited = ({ link, owed }: (typeof outcomes)[number]): boolean => owed === 'yes' && isListed(event, link);
  const tells = outcomes.flatMap((each): readonly Action[] => {
    const isTold = told.has(linkId(each.link));
    if (isWaited(each)) return isTold ? [] : [tellPending(each.link, event, size)];
    return each.owed === 'no' && isTold ? [tellSettled(each.link, event)] : [];
  });
  return { tells, told: outcomes.filter(isWaited).map(({ link }) => linkId(link)) };
}

/** In bulk, a version that is not known to have arrived is waited for by the list alone. */
function outcomeOf(link: Link, { facts, findings, links, bulk }: Following): LinkOutcome {
  const id = linkId(link);
  const replica = facts.replicas?.find((each) => linkId(each.link) === id);
  if (replica !== undefined) return linkOutcome(replica, facts, { findings, links });
  return { owed: 'yes', goesOn: !bulk.has(id) };
}

/**
 * What arrives as a version of its own is missed while it does not. A marker of a two-way pair may be one that came from the other
 * side and was removed there.
 */
function isListed({ kind }: ObjectEvent, { policy: { twoWay } }: Link): boolean {
  return kind === 'created' || (kind === 'delete-marker-created' && !twoWay);
}

function snapshot(event: ObjectEvent, source: ObjectFacts['source']): ObjectState | undefined {
  return event.kind === 'created' && source?.state === 'present' ? source.value : undefined;
}

function sizeOf(event: ObjectEvent, source: ObjectFacts['source']): number {
  return snapshot(event, source)?.sizeBytes ?? event.sizeBytes ?? 0;
}

/** The next age that is not past, but the last one is never left out. */
function nextStep(
  { eventAt }: ObjectEvent,
  { rest, after, now }: { readonly rest: readonly Link[]; readonly after: number; readonly now: Date },
): number | undefined {
  const ages = rest[0]?.policy.lookAfterMs ?? [];
  const last = ages.length - 1;
  if (after >= last) return undefined;
  const coming = ages.findIndex((ageMs, index) => index > after && eventAt.getTime() + ageMs > now.getTime());
  return coming === -1 ? last : coming;
}

function toLook(
  event: ObjectEvent,
  [link]: readonly Link[],
  found: { readonly follow: FollowUp; readonly suspicion?: Suspicion },
): readonly Action[] {
  const { step } = found.follow;
  const ageMs = link?.policy.lookAfterMs[step];
  if (ageMs === undefined) return [];
  const dueAt = new Date(event.eventAt.getTime() + ageMs);
  const look: Look = { event, reach: 'recorded', purpose: 'follow-up', attempt: step, dueAt, ...found };
  return [{ kind: 'look', look }];
}

/** The same versions in every stack and every delivery: FNV-1a over the UTF-16 units, and a final mix for the low bits. */
function isSampled(versionId: string): boolean {
  let hash = 0x811c9dc5;
  for (let index = 0; index < versionId.length; index++) {
    hash = Math.imul(hash ^ versionId.charCodeAt(index), 0x01000193);
  }
  return ((hash ^ (hash >>> 15)) >>> 0) % SAMPLED_ONE_IN === 0;
}
