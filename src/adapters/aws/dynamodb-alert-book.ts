import type { AlertState } from '../../model/alert-state.ts';
import type { KeptState, StateBook } from '../../ports.ts';
import { parseState } from './alert-json.ts';
import type { Clients } from './clients.ts';
import { createTable, type Item, keyOf, type TableOptions } from './dynamodb-table.ts';

/** One partition for all: they are read together, and written once per notice. */
const PARTITION = 'alert-states';

const DAY_MS = 24 * 3_600_000;

/** How long a cause is known after it was written last, in milliseconds: what is open longer than any mute. */
const KEPT_FOR_MS = 400 * DAY_MS;
const RESOLVED_KEPT_FOR_MS = 30 * DAY_MS;

/** Causes in the ledger's table: `alert-states` / fingerprint, as one JSON text with a version beside it. */
export function createDynamoDbStateBook(clients: Pick<Clients, 'dynamodb'>, options: TableOptions): StateBook {
  const table = createTable(clients, options, 'StateBook');
  return {
    async get(fingerprint, call) {
      const item = await table.get(keyOf(PARTITION, fingerprint), call);
      return item === undefined ? undefined : toKept(item);
    },
    async list({ signal }) {
      const found: KeptState[] = [];
      for await (const item of table.query(PARTITION, { signal })) {
        const kept = toKept(item);
        if (kept !== undefined) found.push(kept);
      }
      return found;
    },
    save: async ({ state, version }, { signal }) =>
      table.put(
        toItem(state, version + 1, table.expiry(state.phase === 'resolved' ? RESOLVED_KEPT_FOR_MS : KEPT_FOR_MS)),
        {
          signal,
          condition: {
            // An item that has expired and is still there is none.
            expression: version === 0 ? 'attribute_not_exists(pk) OR expiresAt <= :now' : 'version = :version',
            values:
              version === 0
                ? { ':now': { N: String(Math.floor(options.clock.now().getTime() / 1_000)) } }
                : { ':version': { N: String(version) } },
          },
        },
      ),
  };
}

function toItem(state: AlertState, version: number, expiry: Item): Item {
  return {
    ...keyOf(PARTITION, state.fingerprint),
    version: { N: String(version) },
    state: { S: JSON.stringify(state) },
    ...expiry,
  };
}

function toKept(item: Item): KeptState | undefined {
  const state = parseState(item['state']?.S);
  return state === undefined ? undefined : { state, version: Number(item['version']?.N ?? 0) };
}
