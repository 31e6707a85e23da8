import { createHash } from 'node:crypto';
import type { RouteFreeze } from '../../model/routing.ts';
import type { RouteFreezes } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { createTable, type Item, keyOf, type TableOptions } from './dynamodb-table.ts';

/** What keeps routes from being changed automatically, one row for each reason. */
export function createDynamoDbRouteFreezes(clients: Pick<Clients, 'dynamodb'>, options: TableOptions): RouteFreezes {
  const table = createTable(clients, options, 'RouteFreezes');
  return {
    async put(mrap, { reason, by, until }, { signal }) {
      const times = { until: { S: until.toISOString() }, expiresAt: { N: String(Math.ceil(until.getTime() / 1_000)) } };
      await table.put({ ...keyFor(mrap, reason), reason: { S: reason }, by: { S: by }, ...times }, { signal });
    },
    async list(mrap, { signal }) {
      const freezes: RouteFreeze[] = [];
      for await (const item of table.query(partitionOf(mrap), { signal })) freezes.push(toFreeze(item));
      return freezes.toSorted((a, b) => a.until.getTime() - b.until.getTime());
    },
    async lift(mrap, { signal }) {
      let lifted = 0;
      for await (const item of table.query(partitionOf(mrap), { signal })) {
        await table.remove(keyFor(mrap, toFreeze(item).reason), { signal });
        lifted += 1;
      }
      return lifted;
    },
  };
}

function partitionOf(mrap: string): string {
  return `freeze#${mrap}`;
}

function keyFor(mrap: string, reason: string): Item {
  return keyOf(partitionOf(mrap), createHash('sha256').update(reason).digest('hex').slice(0, 32));
}

function toFreeze(item: Item): RouteFreeze {
  return {
    reason: item['reason']?.S ?? '',
    by: item['by']?.S ?? '',
    until: new Date(item['until']?.S ?? 0),
  };
}
