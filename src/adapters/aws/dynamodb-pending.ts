import { createHash } from 'node:crypto';
import type { PendingVersion } from '../../model/pending.ts';
import type { PendingList } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { type Condition, createTable, type Item, keyOf, type TableOptions } from './dynamodb-table.ts';

type PendingId = Pick<PendingVersion, 'link' | 'object' | 'createdAt'>;

/** Partitions of one link, so that a storm of writes does not fall on one. */
const SHARDS = Array.from({ length: 16 }, (_, digit) => digit.toString(16));

/** How long a version that has settled is kept from being noted again: longer than a message can be under way. 14 days, in ms. */
const GONE_FOR_MS = 14 * 24 * 3_600_000;

/**
 * The pending lists in the ledger's table: rows sorted by the time of creation, and beside each an item under its name alone,
 * which tells when it was created, and stays as a mark when it has settled, so that a message that comes late does not put it back.
 * Marked before the row is removed, and the row written before the mark is looked at: in whatever order the two happen, the
 * version is off the list in the end, without a transaction.
 */
export function createDynamoDbPendingList(clients: Pick<Clients, 'dynamodb'>, options: TableOptions): PendingList {
  const table = createTable(clients, options, 'PendingList');
  return {
    async note(version, call) {
      await table.create(toItem(version), call);
      const known = { ...nameKey(version), ...contentsOf(version) };
      if (await table.put(known, { condition: newerThan(version, '<'), ...call })) return;
      const mark = await table.get(nameKey(version), call);
      if (mark?.['gone']?.BOOL === true) await table.remove(rowKey(version), call);
    },
    async forget(version, call) {
      const mark = { ...nameKey(version), createdAt: { S: version.createdAt.toISOString() }, gone: { BOOL: true } };
      await table.put({ ...mark, ...table.expiry(GONE_FOR_MS) }, { condition: newerThan(version, '<='), ...call });
      await table.remove(rowKey(version), call);
    },
    async find({ link, object }, call) {
      const item = await table.get(nameKey({ link, object }), call);
      return item === undefined || item['gone']?.BOOL === true ? undefined : toPending(item);
    },
    list: (link, { from, atMost, signal }) => {
      const page = {
        signal,
        ...(from === undefined ? {} : { from: from.toISOString() }),
        ...(atMost === undefined ? {} : { pageItems: atMost }),
      };
      return merge(SHARDS.map((shard) => table.query(`pending#${link}#${shard}`, page)));
    },
  };
}

function rowKey(version: PendingId): Item {
  const hash = hashOf(version);
  return keyOf(`pending#${version.link}#${hash.charAt(0)}`, `${version.createdAt.toISOString()}#${hash}`);
}

function nameKey(version: Pick<PendingVersion, 'link' | 'object'>): Item {
  const hash = hashOf(version);
  return keyOf(`listed#${version.link}#${hash.charAt(0)}`, hash);
}

function hashOf({ object: { bucket, key, versionId } }: Pick<PendingVersion, 'object'>): string {
  return createHash('sha256')
    .update(JSON.stringify([bucket, key, versionId ?? '']))
    .digest('hex')
    .slice(0, 32);
}

/** The version `null` can be created again: what is known of an earlier creation does not count for a later one. */
function newerThan({ createdAt }: PendingId, than: '<' | '<='): Condition {
  return {
    expression: `attribute_not_exists(pk) OR createdAt ${than} :createdAt`,
    values: { ':createdAt': { S: createdAt.toISOString() } },
  };
}

function toItem(version: PendingVersion): Item {
  return { ...rowKey(version), ...contentsOf(version) };
}

function contentsOf({ link, object, createdAt, sizeBytes }: PendingVersion): Item {
  const { bucket, region, key, versionId } = object;
  return {
    link: { S: link },
    bucket: { S: bucket },
    region: { S: region },
    key: { S: key },
    ...(versionId === undefined ? {} : { versionId: { S: versionId } }),
    createdAt: { S: createdAt.toISOString() },
    sizeBytes: { N: String(sizeBytes) },
  };
}

function toPending(item: Item): PendingVersion {
  const text = (name: string): string => item[name]?.S ?? '';
  const versionId = item['versionId']?.S;
  return {
    link: text('link'),
    object: {
      bucket: text('bucket'),
      region: text('region'),
      key: text('key'),
      ...(versionId === undefined ? {} : { versionId }),
    },
    createdAt: new Date(text('createdAt')),
    sizeBytes: Number(item['sizeBytes']?.N ?? 0),
  };
}

interface Head {
  readonly rest: AsyncIterator<Item, undefined>;
  readonly item: Item;
}

/** Several sorted partitions as one; holds one item of each. */
async function* merge(partitions: readonly AsyncIterable<Item>[]): AsyncIterable<PendingVersion> {
  const starts = await Promise.all(partitions.map(async (partition) => next(partition[Symbol.asyncIterator]())));
  let heads = starts.flatMap((head) => head ?? []);
  while (heads.length > 0) {
    const oldest = heads.reduce((best, head) => (sortKey(head) < sortKey(best) ? head : best));
    yield toPending(oldest.item);
    const following = await next(oldest.rest);
    heads = heads.flatMap((head) => (head === oldest ? (following ?? []) : head));
  }
}

async function next(rest: AsyncIterator<Item, undefined>): Promise<Head | undefined> {
  const result = await rest.next();
  return result.done === true ? undefined : { rest, item: result.value };
}

function sortKey({ item }: Head): string {
  return item['sk']?.S ?? '';
}
