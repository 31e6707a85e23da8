import { gatherReplicas } from '../gather/gather-replicas.ts';
import type { BucketRef, ReplicationRule } from '../model/bucket-settings.ts';
import { type Link, linkId } from '../model/link.ts';
import type { ListedEntry } from '../model/listing-page.ts';
import type { VersionPair } from '../model/version-order.ts';
import type { BucketStore, Call, Clock, ListedVersion, ObjectStore, VersionLister } from '../ports.ts';
import { judgeVersion } from './judge-version.ts';
import type { Outcome } from './outcome.ts';

/** What looking at a version takes. */
export interface LookWorld {
  readonly objects: ObjectStore;
  readonly buckets: BucketStore;
  readonly versions: VersionLister;
  readonly clock: Clock;
}

export interface AuditedLink {
  readonly link: Link;
  /** The way back of a two-way pair: what only the destination has may have been written there. */
  readonly back?: Link;
  /** Age from which a version has to be there, in milliseconds. */
  readonly graceMs: number;
  /** Whether the listings have version IDs. */
  readonly versions: boolean;
  /** What class a replica has by the rules of the source, where they say so; `same` as the source, or `any`. */
  readonly listedClass: string;
  /** Enabled ones over the link; absent: nobody may read them. */
  readonly rules?: readonly ReplicationRule[];
}

/** Looks at one version that two listings do not show alike, with the same facts and checks as the functions. */
export async function lookAtVersion(
  listed: VersionPair<ListedEntry>,
  audited: AuditedLink,
  { world, call }: { readonly world: LookWorld; readonly call: Call },
): Promise<Outcome> {
  const found = audited.versions ? listed : await findVersions(listed, audited.link, { world, call });
  const { source, replica } = found;
  if (source === undefined && replica === undefined) return { state: 'expected', reason: 'gone-on-both-sides' };
  if (source !== undefined)
    return look({ entry: source, link: audited.link, onlyThere: false }, audited, { world, call });
  if (replica === undefined) return { state: 'proved' };
  if (audited.back !== undefined) {
    const outcome = await look({ entry: replica, link: audited.back, onlyThere: false }, audited, { world, call });
    if (outcome.state !== 'expected' || outcome.reason !== 'is-a-replica') return outcome;
  }
  return look({ entry: replica, link: audited.link, onlyThere: true }, audited, { world, call });
}

interface Question {
  readonly entry: ListedEntry;
  readonly link: Link;
  readonly onlyThere: boolean;
}

async function look(
  { entry, link, onlyThere }: Question,
  { graceMs }: AuditedLink,
  { world, call }: { readonly world: LookWorld; readonly call: Call },
): Promise<Outcome> {
  const { bucket, region } = link.source;
  const { key, versionId, lastModifiedAt } = entry;
  const object = { bucket, region, key, ...(versionId === undefined ? {} : { versionId }) };
  const question = { object, links: [link], everything: true, checksums: true };
  const { source, replicas } = await gatherReplicas(question, world, call);
  const [replica] = replicas;
  if (replica === undefined) throw new TypeError(`expected an answer over ${linkId(link)}`);
  const now = world.clock.now();
  const ageMs = now.getTime() - lastModifiedAt.getTime();
  const isMarker = entry.deleteMarker === true;
  const facts = {
    event: {
      kind: isMarker ? ('delete-marker-created' as const) : ('created' as const),
      name: 'holdfast audit',
      object,
      eventAt: lastModifiedAt,
    },
    reach: 'recorded' as const,
    asked: 'stored-checksum' as const,
    confirming: true,
    source,
    declared: [],
    replicas,
    lookedAt: now,
    due: { ageMs, last: ageMs >= graceMs, eventUnknown: true as const },
  };
  const current = { bucket, region, key };
  const hidden = onlyThere
    ? { sourceCurrent: await world.objects.head(current, { checksums: false, signal: call.signal }) }
    : {};
  return judgeVersion({ facts, replica, entry, onlyThere, ...hidden });
}

/** The current version of a key at the source and its like, where the listings had only keys. */
async function findVersions(
  listed: VersionPair<ListedEntry>,
  { source: from, destination }: Link,
  { world, call }: { readonly world: LookWorld; readonly call: Call },
): Promise<VersionPair<ListedEntry>> {
  const key = (listed.source ?? listed.replica)?.key ?? '';
  const [here, there] = await Promise.all([
    versionsOf(from, key, { world, call }),
    versionsOf(destination, key, { world, call }),
  ]);
  const source = here.find(({ isLatest }) => isLatest);
  if (source === undefined) {
    const replica = there.find(({ isLatest }) => isLatest);
    return replica === undefined ? {} : { replica };
  }
  const replica = there.find(({ versionId = 'null' }) => versionId === (source.versionId ?? 'null'));
  if (replica === undefined) return { source };
  const current = there.find(({ isLatest }) => isLatest);
  // The same version is there, and readers of the destination get another one: that one is to be looked at.
  const isHidden = !replica.isLatest && replica.etag === source.etag && replica.sizeBytes === source.sizeBytes;
  return isHidden && current !== undefined ? { replica: current } : { source, replica };
}

async function versionsOf(
  { bucket, region }: BucketRef,
  key: string,
  { world, call }: { readonly world: LookWorld; readonly call: Call },
): Promise<readonly ListedEntry[]> {
  const found: ListedEntry[] = [];
  for await (const version of world.versions.list({ bucket, region, prefix: key, deleteMarkers: true }, call)) {
    if (version.object.key !== key) break;
    found.push(toEntry(version));
  }
  return found;
}

function toEntry({ object, deleteMarker, isLatest, sizeBytes, etag, lastModifiedAt }: ListedVersion): ListedEntry {
  return {
    key: object.key,
    ...(object.versionId === undefined ? {} : { versionId: object.versionId }),
    ...(deleteMarker === undefined ? {} : { deleteMarker }),
    isLatest,
    sizeBytes,
    etag,
    storageClass: 'STANDARD',
    lastModifiedAt,
  };
}
