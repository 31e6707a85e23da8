import type { ObjectState, ReplicaFacts } from '../model/facts.ts';
import type { Link } from '../model/link.ts';
import type { ObjectRef } from '../model/object.ts';
import { type Observation, present } from '../model/observation.ts';
import { ruleFor } from '../model/replication-rule.ts';
import type { Call } from '../ports.ts';
import { atDestination, gatherAttributes, type Outside } from './gather-attributes.ts';
import { gatherLayouts } from './gather-layouts.ts';

type World = Outside['world'];

export interface ReplicaInquiry {
  /** At the source, pinned to a version. */
  readonly object: ObjectRef;
  readonly links: readonly Link[];
  /** The source as an earlier look saw it; absent: it is asked afresh. */
  readonly source?: ObjectState;
  /** Ask for everything: tags, ACLs, parts, and the rules of both buckets. */
  readonly everything: boolean;
  /** Whether stored checksums may be asked for where ETags prove nothing: that spends KMS requests. */
  readonly checksums: boolean;
}

export interface GatheredReplicas {
  readonly source: Observation<ObjectState>;
  readonly replicas: readonly ReplicaFacts[];
}

/**
 * Looks at what has become of one version at the ends of its links. Where the source is known and the replica is there, that is
 * one HEAD for each link and nothing else; what explains an absence is asked only for an absence.
 */
export async function gatherReplicas(inquiry: ReplicaInquiry, world: World, call: Call): Promise<GatheredReplicas> {
  const known = inquiry.source;
  const { object } = inquiry;
  const askSource = once(async () => world.objects.head(object, { checksums: inquiry.checksums, signal: call.signal }));
  const source = known === undefined ? await askSource() : present(known);
  const looked = await Promise.all(
    inquiry.links.map(async (link) => lookAt(link, { inquiry, source }, { world, call })),
  );
  // An absence is judged by how the source is now, not by how it was.
  const asked = looked.some(({ explained }) => explained);
  return { source: asked ? await askSource() : source, replicas: looked.map(({ facts }) => facts) };
}

interface Known {
  readonly inquiry: ReplicaInquiry;
  readonly source: Observation<ObjectState>;
}

async function lookAt(
  link: Link,
  { inquiry, source }: Known,
  { world, call }: Outside,
): Promise<{ readonly facts: ReplicaFacts; readonly explained: boolean }> {
  const object = atDestination(link.destination, inquiry.object);
  const checksums = inquiry.checksums && source.state === 'present' && source.value.checksums.length > 0;
  const head = async (asked: ObjectRef): Promise<Observation<ObjectState>> =>
    world.objects.head(asked, { checksums, signal: call.signal });
  // In a two-way pair the current versions tell a conflict, and in nearly all cases that of the destination is the replica itself.
  const currents = link.policy.twoWay ? await readCurrents(link, inquiry.object, head) : undefined;
  const replica = currents !== undefined && isVersion(currents.current, object) ? currents.current : await head(object);
  const rules = await world.buckets.setting(link.source, 'replication', call); // remembered for minutes
  const isMissing = replica.state === 'absent' && replica.deleteMarker !== true;
  const known = { link, replica, rules, ...currents };
  if (!isMissing && !inquiry.everything) return { facts: known, explained: false };
  const [current, exchanged, lifecycle, tags, rest] = await Promise.all([
    isMissing && currents === undefined ? head(withoutVersion(object)) : undefined,
    inquiry.everything && currents !== undefined ? isExchanged(link, currents, { key: object.key, head }) : undefined,
    readLifecycle(link, world, call),
    isMissing && dependsOnTags(link, rules, object.key) ? world.objects.tags(inquiry.object, call) : undefined,
    inquiry.everything ? readRest(link, { object: inquiry.object, source, replica }, { world, call }) : undefined,
  ]);
  const facts: ReplicaFacts = {
    ...known,
    lifecycle,
    ...(current === undefined ? {} : { current }),
    ...(exchanged === undefined ? {} : { exchanged }),
    ...(tags === undefined ? {} : { tags: { source: tags, replica: { state: 'absent' } } }),
    ...rest,
  };
  return { facts, explained: isMissing };
}

/** Whether the version was ever meant to go there. */
function dependsOnTags({ destination }: Link, rules: ReplicaFacts['rules'], key: string): boolean {
  return rules?.state === 'present' && ruleFor(rules.value, { key }, destination.bucket) === 'unknown';
}

type Head = (object: ObjectRef) => Promise<Observation<ObjectState>>;
type Currents = Required<Pick<ReplicaFacts, 'current' | 'sourceCurrent'>>;

async function readCurrents({ destination }: Link, object: ObjectRef, head: Head): Promise<Currents> {
  const { bucket, region } = destination;
  const [current, sourceCurrent] = await Promise.all([
    head({ ...withoutVersion(object), bucket, region }),
    head(withoutVersion(object)),
  ]);
  return { current, sourceCurrent };
}

/** Whether each side has what is current at the other: nothing is on its way any more that could settle a difference. */
async function isExchanged(
  { source, destination }: Link,
  { current, sourceCurrent }: Currents,
  { key, head }: { readonly key: string; readonly head: Head },
): Promise<Observation<boolean> | undefined> {
  if (current.state !== 'present' || sourceCurrent.state !== 'present') return undefined;
  const [ofDestination, ofSource] = [current.value.versionId, sourceCurrent.value.versionId];
  if (ofDestination === undefined || ofSource === undefined || ofDestination === ofSource) return undefined;
  const crossed = await Promise.all([
    head({ bucket: source.bucket, region: source.region, key, versionId: ofDestination }),
    head({ bucket: destination.bucket, region: destination.region, key, versionId: ofSource }),
  ]);
  const unread = crossed.find((each) => each.state === 'unreadable');
  return unread?.state === 'unreadable' ? unread : present(crossed.every(({ state }) => state === 'present'));
}

function withoutVersion({ bucket, region, key }: ObjectRef): ObjectRef {
  return { bucket, region, key };
}

function isVersion(found: Observation<ObjectState>, { versionId }: ObjectRef): boolean {
  return found.state === 'present' && versionId !== undefined && found.value.versionId === versionId;
}

async function readLifecycle(
  link: Link,
  { buckets }: World,
  call: Call,
): Promise<NonNullable<ReplicaFacts['lifecycle']>> {
  const [source, destination] = await Promise.all([
    buckets.setting(link.source, 'lifecycle', call),
    buckets.setting(link.destination, 'lifecycle', call),
  ]);
  return { source, destination };
}

interface Seen {
  readonly object: ObjectRef;
  readonly source: Observation<ObjectState>;
  readonly replica: Observation<ObjectState>;
}

/** Everything else that two objects have, where both are there. */
async function readRest(
  link: Link,
  { object, source, replica }: Seen,
  outside: Outside,
): Promise<Partial<ReplicaFacts>> {
  if (source.state !== 'present' || replica.state !== 'present') return {};
  const pair = { link, object, source: source.value, replica: replica.value };
  const [attributes, layouts] = await Promise.all([gatherAttributes(pair, outside), gatherLayouts(pair, outside)]);
  return { ...attributes, ...layouts };
}

/** Asked at most once, when it is first needed. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return async () => (answer ??= ask());
}
