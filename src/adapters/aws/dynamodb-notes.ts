import type { Notes } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { createTable, type Item, keyOf, type TableOptions } from './dynamodb-table.ts';

/** Small facts that one invocation leaves for the next, in the ledger's table. */
export function createDynamoDbNotes(clients: Pick<Clients, 'dynamodb'>, options: TableOptions): Notes {
  const table = createTable(clients, options, 'Notes');
  return {
    async put(name, value, { keepForMs, signal }) {
      await table.put({ ...keyFor(name), value: { S: value }, ...table.expiry(keepForMs) }, { signal });
    },
    get: async (name, call) => (await table.get(keyFor(name), call))?.['value']?.S,
  };
}

function keyFor(name: string): Item {
  return keyOf(`note#${name}`, 'latest');
}
