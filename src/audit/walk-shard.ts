import { CANARY_PREFIX } from '../model/canary.ts';
import type { EntryPlace, ListedEntry, ListingPage } from '../model/listing-page.ts';
import type { VersionPair } from '../model/version-order.ts';
import { excuseOfKey } from '../policy/arrival.ts';
import type { Call, Listings } from '../ports.ts';
import type { AuditedLink } from './look-at-version.ts';
import { mergeListings, type Side } from './merge-listings.ts';
import type { AuditQuestion, Shard } from '../model/audit-records.ts';

/** Where an audit walks. */
export interface ShardWalk {
  readonly shard: Pick<Shard, 'after' | 'upTo'>;
  readonly question: AuditQuestion;
  readonly audited: AuditedLink;
}

export interface ShardVisitor {
  /** Of a version that both listings show alike, as it is at the source. */
  readonly onAlike: (source: EntryPlace) => void;
  /** Of every other version, once; `excuse`: why nothing has to be looked at. */
  readonly onDiffering: (pair: VersionPair<ListedEntry>, excuse: string | undefined) => void;
  /** Of each page before it is walked; may take its time, or end the walk by throwing. */
  readonly onPage: (side: Side, page: ListingPage, count: number) => Promise<void> | void;
}

/** Walks the listings of both sides of one stretch of keys as an audit does. */
export async function walkShard(
  { shard, question, audited }: ShardWalk,
  { listings, call }: { readonly listings: Listings; readonly call: Call },
  { onAlike, onDiffering, onPage }: ShardVisitor,
): Promise<void> {
  const { source, destination } = audited.link;
  const after = shard.after === undefined ? {} : { after: shard.after };
  const upTo = shard.upTo === undefined ? {} : { upTo: shard.upTo };
  const range = { prefix: question.prefix, versions: audited.versions, ...after, ...upTo };
  const pages = ({ bucket, region }: typeof source) => listings.pages({ bucket, region, ...range }, call);
  const { since } = question;
  await mergeListings(pages(source), pages(destination), {
    versions: audited.versions,
    storageClass: listedClassOf(audited),
    ...upTo,
    ...(question.prefix.startsWith(CANARY_PREFIX) ? {} : { leaveOut: CANARY_PREFIX }),
    ...(since === undefined ? {} : { since: new Date(since) }),
    onAlike,
    onDiffering: (pair) => onDiffering(pair, excuseOf(pair, audited)),
    onPage,
  });
}

/** What follows from the key alone: then nothing has to be looked at. */
function excuseOf({ source, replica }: VersionPair<ListedEntry>, { link, rules }: AuditedLink): string | undefined {
  if (source === undefined || replica !== undefined || rules === undefined) return undefined;
  const deleteMarker = source.deleteMarker === true;
  if (deleteMarker && link.policy.expect.deleteMarkers === 'any') return 'delete-markers-not-replicated';
  return excuseOfKey({ key: source.key, deleteMarker, rules, destination: link.destination.bucket });
}

/** Where lifecycle rules or replication rules decide about classes, only a look can tell. */
function listedClassOf({ link: { policy }, listedClass }: AuditedLink): string {
  const { storageClass, lifecycle } = policy.expect;
  if (storageClass !== 'same') return storageClass;
  return lifecycle === 'any' ? 'any' : listedClass;
}
