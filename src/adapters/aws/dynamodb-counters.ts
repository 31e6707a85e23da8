import type { Counters } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { createTable, keyOf, type TableOptions } from './dynamodb-table.ts';

/** Two days: a day to compare with, and a margin. In milliseconds. */
const KEPT_FOR_MS = 48 * 3_600_000;

/**
 * Counters in the ledger's table. Adding is the one write that is not harmless twice: callers add only what they have just
 * settled for the first time, so a crash between the two loses one, and a duplicate never adds.
 */
export function createDynamoDbCounters(clients: Pick<Clients, 'dynamodb'>, options: TableOptions): Counters {
  const table = createTable(clients, options, 'Counters');
  return {
    add: async (name, window, amount, { signal }) =>
      table.add(keyOf(`count#${name}`, window.toISOString()), amount, {
        expiresAt: table.expiry(KEPT_FOR_MS),
        signal,
      }),
    async history(name, spanMs, { signal }) {
      const from = new Date(options.clock.now().getTime() - spanMs).toISOString();
      const sums: { window: Date; sum: number }[] = [];
      for await (const { sk, total } of table.query(`count#${name}`, { from, signal })) {
        sums.push({ window: new Date(sk?.S ?? 0), sum: Number(total?.N ?? 0) });
      }
      return sums;
    },
  };
}
