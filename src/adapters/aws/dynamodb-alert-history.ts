import { createHash } from 'node:crypto';
import type { AlertEvent } from '../../model/alert.ts';
import type { AlertHistory } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { createTable, type Item, keyOf, type TableOptions } from './dynamodb-table.ts';

const DAY_MS = 86_400_000;

/** How long an alert can be read again, in milliseconds. */
const KEPT_FOR_MS = 30 * DAY_MS;

/** Partitions of one day, so that a storm of alerts does not fall on one. */
const SHARDS = [0, 1, 2, 3] as const;

/** Published alerts in the ledger's table: `alerts#<UTC day>#<0-3>` / `<time>#<id>`. */
export function createDynamoDbAlertHistory(clients: Pick<Clients, 'dynamodb'>, options: TableOptions): AlertHistory {
  const table = createTable(clients, options, 'AlertHistory');

  async function shardOf(
    pk: string,
    from: string,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<AlertEvent[]> {
    const found: AlertEvent[] = [];
    for await (const item of table.query(pk, { from, signal })) {
      const alert = parse(item);
      if (alert !== undefined) found.push(alert);
    }
    return found;
  }

  return {
    async note(alert, { signal }) {
      const item = { ...keyFor(alert), event: { S: JSON.stringify(alert) }, ...table.expiry(KEPT_FOR_MS) };
      await table.put(item, { signal });
    },
    async recent({ since, until }, call) {
      const from = since.toISOString();
      const partitions = daysBetween(since, until).flatMap((day) => SHARDS.map((shard) => `alerts#${day}#${shard}`));
      const found = await Promise.all(partitions.map(async (pk) => shardOf(pk, from, call)));
      return found
        .flat()
        .filter(({ time }) => time <= until.toISOString())
        .toSorted((a, b) => (a.time === b.time ? 0 : a.time < b.time ? -1 : 1));
    },
  };
}

function keyFor({ id, time }: AlertEvent): Item {
  const shard = (createHash('sha256').update(id).digest()[0] ?? 0) % SHARDS.length;
  return keyOf(`alerts#${time.slice(0, 10)}#${shard}`, `${time}#${id}`);
}

/** UTC days, oldest first. */
function daysBetween(since: Date, until: Date): readonly string[] {
  const first = Math.max(Math.floor(since.getTime() / DAY_MS), Math.floor((until.getTime() - KEPT_FOR_MS) / DAY_MS));
  const count = Math.floor(until.getTime() / DAY_MS) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, day) =>
    new Date((first + day) * DAY_MS).toISOString().slice(0, 10),
  );
}

/** Our own writing: what does not look like it is of another version of Holdfast, and left out. */
function parse(item: Item): AlertEvent | undefined {
  const value: unknown = JSON.parse(item['event']?.S ?? 'null');
  return isAlert(value) ? value : undefined;
}

function isAlert(value: unknown): value is AlertEvent {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'holdfast.alert.v1';
}
