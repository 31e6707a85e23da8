import { entryAt, type ListedEntry } from '../model/listing-page.ts';
import type { VersionPair } from '../model/version-order.ts';
import type { Call, Listings } from '../ports.ts';
import type { AuditedLink, LookWorld } from './look-at-version.ts';
import { createDoubleLook, type LookMeans } from './look-twice.ts';
import { createContentReader, type ReadMeans } from './read-content.ts';
import type { AuditQuestion, Shard } from '../model/audit-records.ts';
import { createShardDigest } from './shard-digest.ts';
import { createShardTally, type ShardOutcome } from './shard-tally.ts';
import { walkShard } from './walk-shard.ts';

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
  const content = createContentReader({ plan: question.content, link }, tally, means);
  const onProved = ({ source }: VersionPair<ListedEntry>): void => {
    if (source !== undefined) content.choose(source);
  };
  const looks = createDoubleLook(audited, tally, { means, call, onProved });
  let differing: VersionPair<ListedEntry>[] = [];

  /** What has come together since the last page: memory is that of two pages. */
  async function workOff(): Promise<void> {
    const pairs = differing;
    differing = [];
    await Promise.all([...pairs.map(async (pair) => looks.first(pair)), content.workOff()]);
  }

  await walkShard(
    { shard, question, audited },
    { listings: world.listings, call },
    {
      onAlike(place) {
        tally.count('alike');
        digest.addAlike(place);
        if (content.reads) content.choose(entryAt(place.page, place.index));
      },
      onDiffering(pair, excuse) {
        digest.addDiffering(pair);
        if (excuse === undefined) differing.push(pair);
        else tally.expect(excuse);
      },
      async onPage(side, page, count) {
        control.check();
        means.onListed(count, tally.listed(side, page, count));
        if (differing.length + content.waiting() > 0) await workOff();
      },
    },
  );
  await workOff();
  const listed = digest.finish();

  async function confirm(): Promise<ShardOutcome> {
    await looks.confirm(question.gapMs);
    await content.workOff();
    return tally.finish(shard, listed);
  }
  return { outcome: confirm() };
}
