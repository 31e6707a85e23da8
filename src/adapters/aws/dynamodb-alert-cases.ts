import type { AlertCase, CaseTally, KnownCase } from '../../model/alert-state.ts';
import type { Call, CaseBook } from '../../ports.ts';
import { parseCase } from './alert-json.ts';
import type { Clients } from './clients.ts';
import { createTable, type Item, keyOf, type TableOptions } from './dynamodb-table.ts';

/** Partitions of one cause, by the first digit of the id, so that a storm does not fall on one. */
const SHARDS = Array.from({ length: 16 }, (_, digit) => digit.toString(16));

/** How long a case is known, in milliseconds: 30 days, longer than any message can be under way. */
const KEPT_FOR_MS = 30 * 24 * 3_600_000;

/** Rows of one partition that come along with its counters, so that the examples of a small cause cost nothing. */
const SOME = 12;

/**
 * Cases in the ledger's table: `case#<fingerprint>#<0-f>` / id, and beside them the counters of the partition,
 * `#<episode>#count` and `#<episode>#healed`, which sort before every id. A case is counted before it is kept: whoever dies in
 * between counts it once too often, and never not at all.
 */
export function createDynamoDbCaseBook(clients: Pick<Clients, 'dynamodb'>, options: TableOptions): CaseBook {
  const table = createTable(clients, options, 'CaseBook');
  const expiry = (): Item => table.expiry(KEPT_FOR_MS);

  async function count(place: Place, amount: number, { signal }: Call): Promise<void> {
    await table.add(keyOf(place.pk, counterOf(place.episode, place.what)), amount, { expiresAt: expiry(), signal });
  }

  /** Counts up, and down again where it did not come to be. */
  async function countAnd(place: Place, write: () => Promise<boolean>, call: Call): Promise<boolean> {
    await count(place, 1, call);
    const isWritten = await write();
    if (!isWritten) await count(place, -1, call);
    return isWritten;
  }

  async function tallyOf(pk: string, episode: number, { signal }: Call): Promise<CaseTally> {
    let [counted, healed, rows] = [0, 0, 0];
    const some: KnownCase[] = [];
    for await (const item of table.query(pk, { from: counterOf(episode, 'count'), pageItems: SOME, signal })) {
      const sk = item['sk']?.S ?? '';
      const total = Number(item['total']?.N ?? 0);
      if (sk === counterOf(episode, 'count')) counted = total;
      else if (sk === counterOf(episode, 'healed')) healed = total;
      else {
        some.push(...ofEpisode(item, episode));
        rows += 1;
      }
      // Without a counter there is no case of the episode; and there may be any number of those of earlier ones.
      if (rows >= SOME || counted === 0) break;
    }
    return { count: counted, healed, some };
  }

  return {
    async find({ fingerprint, id }, call) {
      const item = await table.get(keyOf(partitionOf(fingerprint, id), id), call);
      return item === undefined ? undefined : toKnown(item);
    },
    async about({ fingerprint, idPrefix }, { signal }) {
      const found: KnownCase[] = [];
      const pk = partitionOf(fingerprint, idPrefix);
      for await (const item of table.query(pk, { from: idPrefix, pageItems: SOME, signal })) {
        const known = toKnown(item);
        if (known?.id.startsWith(idPrefix) !== true) break;
        found.push(known);
      }
      return found;
    },
    async add(fingerprint, known, { before, signal }) {
      const pk = partitionOf(fingerprint, known.id);
      const put = async (): Promise<boolean> =>
        table.put(toItem(pk, known, expiry()), { condition: unchangedSince(before), signal });
      const { episode } = known;
      if (before?.episode !== episode) return countAnd({ pk, episode, what: 'count' }, put, { signal });
      const isBack = await put(); // a case that was healed: it stays counted once
      if (isBack) await count({ pk, episode, what: 'healed' }, -1, { signal });
      return isBack;
    },
    async heal(fingerprint, known, { at, signal }) {
      const pk = partitionOf(fingerprint, known.id);
      const healed = { ...toItem(pk, known, expiry()), healedAt: { S: at.toISOString() } };
      const put = async (): Promise<boolean> => table.put(healed, { condition: unchangedSince(known), signal });
      return countAnd({ pk, episode: known.episode, what: 'healed' }, put, { signal });
    },
    async tally(fingerprint, episode, call) {
      const parts = await Promise.all(
        SHARDS.map(async (shard) => tallyOf(`case#${fingerprint}#${shard}`, episode, call)),
      );
      return {
        count: parts.reduce((sum, part) => sum + part.count, 0),
        healed: parts.reduce((sum, part) => sum + part.healed, 0),
        some: parts.flatMap(({ some }) => some).toSorted(latestFirst),
      };
    },
    async *list(fingerprint, episode, { signal }) {
      for (const shard of SHARDS) {
        for await (const item of table.query(`case#${fingerprint}#${shard}`, { from: '0', signal })) {
          yield* ofEpisode(item, episode);
        }
      }
    },
  };
}

interface Place {
  readonly pk: string;
  readonly episode: number;
  readonly what: 'count' | 'healed';
}

function partitionOf(fingerprint: string, id: string): string {
  return `case#${fingerprint}#${id.charAt(0)}`;
}

/** Later episodes sort later, so that reading from one on passes over those before. */
function counterOf(episode: number, what: Place['what']): string {
  return `#${String(episode).padStart(9, '0')}#${what}`;
}

function latestFirst(a: AlertCase, b: AlertCase): number {
  return b.at.getTime() - a.at.getTime();
}

function ofEpisode(item: Item, episode: number): readonly KnownCase[] {
  const known = toKnown(item);
  return known?.episode === episode ? [known] : [];
}

/** As it was read: seen then, and healed or not. */
function unchangedSince(before: KnownCase | undefined) {
  if (before === undefined) return { expression: 'attribute_not_exists(pk)' };
  const { at, healedAt } = before;
  const names = { '#at': 'at' };
  const values = { ':at': { S: at.toISOString() } };
  if (healedAt === undefined) return { expression: '#at = :at AND attribute_not_exists(healedAt)', names, values };
  return {
    expression: '#at = :at AND healedAt = :healedAt',
    names,
    values: { ...values, ':healedAt': { S: healedAt.toISOString() } },
  };
}

function toItem(pk: string, kept: KnownCase, expiry: Item): Item {
  const { episode, healedAt: _, ...known } = kept;
  return {
    ...keyOf(pk, known.id),
    episode: { N: String(episode) },
    at: { S: known.at.toISOString() },
    case: { S: JSON.stringify(known) },
    ...expiry,
  };
}

function toKnown(item: Item): KnownCase | undefined {
  const known = parseCase(item['case']?.S);
  if (known === undefined) return undefined;
  const healedAt = item['healedAt']?.S;
  const episode = Number(item['episode']?.N ?? 0);
  return { ...known, episode, ...(healedAt === undefined ? {} : { healedAt: new Date(healedAt) }) };
}
