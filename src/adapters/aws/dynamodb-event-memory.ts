import type { EventMemory } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { createTable, type TableOptions } from './dynamodb-table.ts';
import { settledPrefixes } from './dynamodb-ledger.ts';

/** Whether the Regional ledger knows a version, by what was settled of it. */
export function createDynamoDbEventMemory(clients: Pick<Clients, 'dynamodb'>, options: TableOptions): EventMemory {
  const table = createTable(clients, options, 'EventMemory');
  return {
    async hasHeardOf(object, { signal }) {
      const { pk, prefixes } = settledPrefixes(object);
      for (const prefix of prefixes) {
        for await (const { sk } of table.query(pk, { from: prefix, pageItems: 1, signal })) {
          if (sk?.S?.startsWith(prefix) === true) return true;
          break;
        }
      }
      return false;
    },
  };
}
