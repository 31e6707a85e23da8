import type { ObjectState, ReplicaFacts } from '../model/facts.ts';
import { formatLock } from '../model/format-lock.ts';
import type { Link } from '../model/link.ts';
import type { ObjectRef } from '../model/object.ts';
import { valueOf } from '../model/observation.ts';
import type { Call, Ports } from '../ports.ts';

/** A source and its replica that are both there. */
export interface KnownPair {
  readonly link: Link;
  /** At the source. */
  readonly object: ObjectRef;
  readonly source: ObjectState;
  readonly replica: ObjectState;
}

/** What is asked, and whom. */
export interface Outside {
  readonly world: Pick<Ports, 'objects' | 'buckets'>;
  readonly call: Call;
}

/** What headers do not tell, or not in full: tags, ACLs and a lock that seems to be missing. */
export async function gatherAttributes(
  pair: KnownPair,
  outside: Outside,
): Promise<Pick<ReplicaFacts, 'tags' | 'acl' | 'lock'>> {
  const { world, call } = outside;
  const [tags, acl, lock] = await Promise.all([
    ofBoth(pair, async (object) => world.objects.tags(object, call)),
    readAcls(pair, outside),
    readLock(pair, outside),
  ]);
  return { tags, ...(acl === undefined ? {} : { acl }), ...(lock === undefined ? {} : { lock }) };
}

/** The replica under the version ID of its source. */
export function atDestination({ bucket, region }: Link['destination'], object: ObjectRef): ObjectRef {
  return { ...object, bucket, region };
}

async function ofBoth<T>(
  { link, object }: KnownPair,
  ask: (object: ObjectRef) => Promise<T>,
): Promise<{ readonly source: T; readonly replica: T }> {
  const [source, replica] = await Promise.all([ask(object), ask(atDestination(link.destination, object))]);
  return { source, replica };
}

/**
 * ACLs, where they count on both sides: an owner of a bucket who owns everything in it makes them void. Whether that is so must be
 * known, because then the owners differ as they should.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 */
async function readAcls(pair: KnownPair, { world, call }: Outside): Promise<ReplicaFacts['acl']> {
  const { link } = pair;
  const ownerships = await Promise.all(
    [link.source, link.destination].map(async (each) => world.buckets.setting(each, 'ownership', call)),
  );
  if (ownerships.some((each) => valueOf(each) === 'BucketOwnerEnforced')) return undefined;
  const unread = ownerships.find((each) => each.state === 'unreadable');
  if (unread?.state === 'unreadable') return { source: unread, replica: unread };
  return ofBoth(pair, async (object) => world.objects.acl(object, call));
}

/** Headers leave out a lock that our role may not see, so one that differs is asked for by name. */
async function readLock({ link, object, source, replica }: KnownPair, { world, call }: Outside) {
  if (source.lock === undefined || formatLock(source.lock) === formatLock(replica.lock)) return undefined;
  return world.objects.lock(atDestination(link.destination, object), call);
}
