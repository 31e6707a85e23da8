import type { RouteChange } from '../../model/routing.ts';
import type { KeptChange, RouteHistory } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { createTable, type Item, keyOf, type TableOptions } from './dynamodb-table.ts';

/** How long a change is kept, in milliseconds. */
const KEPT_FOR_MS = 90 * 24 * 3_600_000;

/** Hardly ever are more than these of interest. */
const PAGE_ITEMS = 20;

/**
 * The changes of an access point as a log: `sk` is a number that grows by one, and who creates the next has decided. No clock is
 * asked, so none that is wrong does harm.
 */
export function createDynamoDbRouteHistory(clients: Pick<Clients, 'dynamodb'>, options: TableOptions): RouteHistory {
  const table = createTable(clients, options, 'RouteHistory');
  const toRow = ({ mrap, id, holder, revision, ...change }: KeptChange): Item => ({
    ...keyOf(partitionOf(mrap), id),
    holder: { S: holder },
    revision: { N: String(revision) },
    change: { S: JSON.stringify(change) },
    ...table.expiry(KEPT_FOR_MS),
  });
  return {
    async claim(change, { after, holder, signal }) {
      const kept = { ...change, id: nextId(after), holder, revision: 1 };
      // A row of a history that has expired may still be there: it is in nobody's way.
      const nowS = { N: String(Math.floor(options.clock.now().getTime() / 1_000)) };
      const condition = { expression: 'attribute_not_exists(pk) OR expiresAt < :now', values: { ':now': nowS } };
      return (await table.put(toRow(kept), { condition, signal })) ? kept : undefined;
    },
    async update(change, { signal }) {
      const kept = { ...change, revision: change.revision + 1 };
      const condition = { expression: 'revision = :known', values: { ':known': { N: String(change.revision) } } };
      return (await table.put(toRow(kept), { condition, signal })) ? kept : undefined;
    },
    async list(mrap, { since, signal }) {
      const newestFirst: KeptChange[] = [];
      const rows = table.query(partitionOf(mrap), { backwards: true, pageItems: PAGE_ITEMS, signal });
      for await (const item of rows) {
        const change = toChange(mrap, item);
        if (newestFirst.length > 0 && change.decidedAt < since) break;
        newestFirst.push(change);
      }
      return newestFirst.toReversed();
    },
  };
}

function partitionOf(mrap: string): string {
  return `decision#${mrap}`;
}

/** Of eight digits, so that the order of texts is that of numbers. */
function nextId(after: string | undefined): string {
  return String(Number(after ?? 0) + 1).padStart(8, '0');
}

const TIMES: ReadonlySet<string> = new Set([
  'decidedAt',
  'submittedAt',
  'acceptedAt',
  'effectiveAt',
  'recoveredAt',
  'at',
]);

function toChange(mrap: string, item: Item): KeptChange {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody else writes these rows
  const change = JSON.parse(item['change']?.S ?? '{}', (name, value: unknown) =>
    TIMES.has(name) && typeof value === 'string' ? new Date(value) : value,
  ) as Omit<RouteChange, 'mrap' | 'id'>;
  return {
    ...change,
    mrap,
    id: item['sk']?.S ?? '',
    holder: item['holder']?.S ?? '',
    revision: Number(item['revision']?.N ?? 0),
  };
}
