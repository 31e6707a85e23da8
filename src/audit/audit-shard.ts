import { excuseOfKey } from '../policy/arrival.ts';
import { CANARY_PREFIX } from '../model/canary.ts';
import { entryAt, type ListedEntry } from '../model/listing-page.ts';
import type { VersionPair } from '../model/version-order.ts';
import type { Call, Listings } from '../ports.ts';
import type { AuditedLink, LookWorld } from './look-at-version.ts';
import { createDoubleLook, type LookMeans } from './look-twice.ts';
import { mergeListings } from './merge-listings.ts';
import { createContentReader, type ReadMeans } from './read-content.ts';
import type { AuditQuestion, Shard } from './records.ts';
import { createShardDigest } from './shard-digest.ts';
import { createShardTally, type ShardOutcome } from './shard-tally.ts';

export interface ShardMeans extends LookMeans, ReadMeans {
  readonly world: LookWorld & { readonly listings: Listings };
  /** Told of versions as they are listed on both sides together, and of their size. */
  readonly onListed: (count: number, bytes: number) => void;
}

/**
 * Audits one stretch of keys. Resolves when the listings have been walked, with a promise of the outcome: a difference has to be
 * seen twice, and nobody has to wait for that.
 */
export async function auditShard(
  shard: Shard,
  { question, audited }: { readonly question: AuditQuestion; readonly audited: AuditedLink },
  { means, call }: { readonly means: ShardMeans; readonly call: Call },
): Promise<{ readonly outcome: Promise<ShardOutcome> }> {
  const { world, control } = means;
  const { link } = audited;
  const digest = await createShardDigest();
  const tally = createShardTally();
  const looks = createDoubleLook(audited, tally, { means, call });
  const content = createContentReader({ plan: question.content, link }, tally, means);
  let differing: VersionPair<ListedEntry>[] = [];

  /** What has come together since the last page: memory is that of two pages. */
  async function workOff(): Promise<void> {
    const pairs = differing;
    differing = [];
    await Promise.all([...pairs.map(async (pair) => looks.first(pair)), content.workOff()]);
  }

  const range = { prefix: question.prefix, versions: audited.versions };
  const after = shard.after === undefined ? {} : { after: shard.after };
  const upTo = shard.upTo === undefined ? {} : { upTo: shard.upTo };
  const pages = ({ bucket, region }: { readonly bucket: string; readonly region: string }) =>
    world.listings.pages({ bucket, region, ...range, ...after, ...upTo }, call);
  const { since } = question;
  await mergeListings(pages(link.source), pages(link.destination), {
    versions: audited.versions,
    storageClass: listedClassOf(audited),
    ...upTo,
    ...(question.prefix.startsWith(CANARY_PREFIX) ? {} : { leaveOut: CANARY_PREFIX }),
    ...(since === undefined ? {} : { since: new Date(since) }),
    onAlike(place) {
      tally.count('alike');
      digest.addAlike(place);
      if (content.reads) content.choose(entryAt(place.page, place.index));
    },
    onDiffering(pair) {
      digest.addDiffering(pair);
      const reason = excuseOf(pair, audited);
      if (reason === undefined) differing.push(pair);
      else tally.expect(reason);
    },
    async onPage(side, page, count) {
      control.check();
      means.onListed(count, tally.listed(side, page, count));
      if (differing.length + content.waiting() > 0) await workOff();
    },
  });
  await workOff();
  const listed = digest.finish();

  async function confirm(): Promise<ShardOutcome> {
    await looks.confirm(question.gapMs);
    return tally.finish(shard, listed);
  }
  return { outcome: confirm() };
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
