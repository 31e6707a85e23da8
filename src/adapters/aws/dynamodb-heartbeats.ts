import type { Heartbeats } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { createTable, type Item, keyOf, type TableOptions } from './dynamodb-table.ts';

/** How long a heartbeat is kept, in milliseconds: a stack that was removed is forgotten after that. */
const KEPT_FOR_MS = 30 * 24 * 3_600_000;

/** Heartbeats in the steering ledger: they can be read when the Region that they come from cannot. */
export function createDynamoDbHeartbeats(clients: Pick<Clients, 'dynamodb'>, options: TableOptions): Heartbeats {
  const table = createTable(clients, options, 'Heartbeats');
  return {
    async leave({ region, at, since }, { signal }) {
      const times = { at: { S: at.toISOString() }, since: { S: since.toISOString() } };
      const condition = {
        expression: 'attribute_not_exists(pk) OR #at < :at',
        names: { '#at': 'at' },
        values: { ':at': times.at },
      };
      await table.put({ ...keyFor(region), ...times, ...table.expiry(KEPT_FOR_MS) }, { condition, signal });
    },
    async last(region, call) {
      const item = await table.get(keyFor(region), call);
      const [at, since] = [item?.['at']?.S, item?.['since']?.S];
      return at === undefined || since === undefined ? undefined : { region, at: new Date(at), since: new Date(since) };
    },
  };
}

function keyFor(region: string): Item {
  return keyOf(`heartbeat#${region}`, 'latest');
}
