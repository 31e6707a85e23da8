import { combineCrcParts } from '../digest/combine.ts';
import { type Checksum, isCombinable } from '../model/checksum.ts';
import type { ObjectState, Part, ReplicaFacts } from '../model/facts.ts';
import type { Link } from '../model/link.ts';
import type { ObjectRef } from '../model/object.ts';
import { type Observation, present } from '../model/observation.ts';
import type { Call, Ports } from '../ports.ts';

type World = Pick<Ports, 'objects' | 'buckets'>;

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
    inquiry.links.map(async (link) => lookAt(link, { inquiry, source, askSource }, { world, call })),
  );
  // An absence is judged by how the source is now, not by how it was.
  const asked = looked.some(({ explained }) => explained);
  return { source: asked ? await askSource() : source, replicas: looked.map(({ facts }) => facts) };
}

interface Known {
  readonly inquiry: ReplicaInquiry;
  readonly source: Observation<ObjectState>;
  readonly askSource: () => Promise<Observation<ObjectState>>;
}

interface Outside {
  readonly world: World;
  readonly call: Call;
}

async function lookAt(
  link: Link,
  { inquiry, source, askSource }: Known,
  { world, call }: Outside,
): Promise<{ readonly facts: ReplicaFacts; readonly explained: boolean }> {
  const { bucket, region } = link.destination;
  const object = { ...inquiry.object, bucket, region };
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
  const [current, exchanged, lifecycle, rest] = await Promise.all([
    isMissing && currents === undefined ? head(withoutVersion(object)) : undefined,
    inquiry.everything && currents !== undefined ? isExchanged(link, currents, { key: object.key, head }) : undefined,
    readLifecycle(link, world, call),
    readRest({ link, inquiry, source: isMissing ? await askSource() : source, replica }, { world, call }),
  ]);
  const facts: ReplicaFacts = {
    ...known,
    lifecycle,
    ...(current === undefined ? {} : { current }),
    ...(exchanged === undefined ? {} : { exchanged }),
    ...rest,
  };
  return { facts, explained: isMissing };
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
): Promise<boolean | undefined> {
  if (current.state !== 'present' || sourceCurrent.state !== 'present') return undefined;
  const [ofDestination, ofSource] = [current.value.versionId, sourceCurrent.value.versionId];
  if (ofDestination === undefined || ofSource === undefined || ofDestination === ofSource) return undefined;
  const crossed = await Promise.all([
    head({ bucket: source.bucket, region: source.region, key, versionId: ofDestination }),
    head({ bucket: destination.bucket, region: destination.region, key, versionId: ofSource }),
  ]);
  return crossed.every(({ state }) => state === 'present');
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

interface Pair {
  readonly link: Link;
  readonly inquiry: ReplicaInquiry;
  readonly source: Observation<ObjectState>;
  readonly replica: Observation<ObjectState>;
}

/** Tags, ACLs and parts, of two objects that are both there. */
async function readRest(
  { link, inquiry, source, replica }: Pair,
  { world, call }: Outside,
): Promise<Pick<ReplicaFacts, 'tags' | 'acl' | 'parts' | 'combined'>> {
  if (!inquiry.everything || source.state !== 'present' || replica.state !== 'present') return {};
  const here = inquiry.object;
  const { bucket, region } = link.destination;
  const there = { ...here, bucket, region };
  const both = async <T>(ask: (object: ObjectRef) => Promise<T>): Promise<{ source: T; replica: T }> => {
    const [atSource, atReplica] = await Promise.all([ask(here), ask(there)]);
    return { source: atSource, replica: atReplica };
  };
  const ownerships = await Promise.all(
    [link.source, link.destination].map(async (each) => world.buckets.setting(each, 'ownership', call)),
  );
  // Where the owner of the bucket owns everything in it, ACLs are void.
  const hasAcls = !ownerships.every((each) => each.state === 'present' && each.value === 'BucketOwnerEnforced');
  const [tags, acl] = await Promise.all([
    both(async (object) => world.objects.tags(object, call)),
    hasAcls ? both(async (object) => world.objects.acl(object, call)) : undefined,
  ]);
  const parts = needsParts(source.value, replica.value)
    ? {
        source: await readParts(here, source.value, { world, call }),
        replica: await readParts(there, replica.value, { world, call }),
      }
    : undefined;
  return {
    tags,
    ...(acl === undefined ? {} : { acl }),
    ...(parts === undefined
      ? {}
      : { parts, combined: combine(parts, { source: source.value, replica: replica.value }) }),
  };
}

async function readParts(
  object: ObjectRef,
  { sizeBytes }: ObjectState,
  { world, call }: Outside,
): Promise<Observation<readonly Part[]>> {
  return world.objects.parts(object, { sizeBytes, exact: true, signal: call.signal });
}

/** Equal evidence of two layouts is equal content; different evidence says nothing until the layouts are known. */
function needsParts(source: ObjectState, replica: ObjectState): boolean {
  const isComposite = [...source.checksums, ...replica.checksums].some(({ type }) => type === 'COMPOSITE');
  return isComposite || source.etag.kind === 'multipart' || replica.etag.kind === 'multipart';
}

/** CRCs of whole objects, as they follow from those of their parts. */
function combine(
  parts: NonNullable<ReplicaFacts['parts']>,
  states: { readonly source: ObjectState; readonly replica: ObjectState },
): NonNullable<ReplicaFacts['combined']> {
  return { source: combined(parts.source, states.source), replica: combined(parts.replica, states.replica) };
}

function combined(parts: Observation<readonly Part[]>, { checksums }: ObjectState): readonly Checksum[] {
  if (parts.state !== 'present') return [];
  return checksums.flatMap(({ algorithm, type }): readonly Checksum[] => {
    if (type !== 'COMPOSITE' || !isCombinable(algorithm)) return [];
    const crcs = parts.value.flatMap(({ sizeBytes, checksums: ofPart }) => {
      const found = ofPart.find((checksum) => checksum.algorithm === algorithm);
      return found === undefined ? [] : [{ base64: found.base64, sizeBytes }];
    });
    if (crcs.length !== parts.value.length || crcs.length === 0) return [];
    return [{ algorithm, type: 'FULL_OBJECT', base64: combineCrcParts(algorithm, crcs) }];
  });
}

/** Asked at most once, when it is first needed. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return async () => (answer ??= ask());
}
