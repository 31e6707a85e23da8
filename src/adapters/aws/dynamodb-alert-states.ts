import type { AlertState } from '../../model/alert-state.ts';
import type { AlertStates, Call, KeptState } from '../../ports.ts';
import { parseMute } from './alert-json.ts';
import type { Clients } from './clients.ts';
import { createDynamoDbStateBook } from './dynamodb-alert-book.ts';
import { createDynamoDbCaseBook } from './dynamodb-alert-cases.ts';
import { createDynamoDbOutbox } from './dynamodb-outbox.ts';
import { createTable, keyOf, type TableOptions } from './dynamodb-table.ts';

/** Examples that are shown. */
const SHOWN = 10;

const MUTES = 'alert-mutes';

/** How often a closing is tried again that somebody else's writing came before. */
const MOST_TRIES = 5;

/** Causes of alerts and mutes, in the ledger's table of one Region. */
export function createDynamoDbAlertStates(clients: Pick<Clients, 'dynamodb'>, options: TableOptions): AlertStates {
  const [states, cases, outbox] = [
    createDynamoDbStateBook(clients, options),
    createDynamoDbCaseBook(clients, options),
    createDynamoDbOutbox(clients, options),
  ];
  const table = createTable(clients, options, 'AlertStates');

  /** As it is now: counts are kept with the cases. */
  async function counted({ state }: KeptState, call: Call): Promise<AlertState> {
    const { count, healed, some } = await cases.tally(state.fingerprint, state.episode, call);
    const examples = [...state.examples, ...some];
    const different = examples.filter(({ id }, at) => examples.findIndex((each) => each.id === id) === at);
    return { ...state, count: Math.max(count, state.count), healed, examples: different.slice(0, SHOWN) };
  }

  async function tryToClose(
    fingerprint: string,
    closing: Parameters<AlertStates['close']>[1],
  ): Promise<boolean | 'again'> {
    const { at, by, reason, signal } = closing;
    const kept = await states.get(fingerprint, { signal });
    if (kept === undefined || kept.state.phase === 'resolved') return false;
    const { version } = kept;
    const state = await counted(kept, { signal }); // a case that comes after this count opens it again
    await outbox.touch(fingerprint, { at, signal }); // first: people must hear of it, whatever happens to us
    const closed = {
      ...state,
      phase: 'resolved',
      resolution: 'closed',
      resolvedAt: at,
      closing: { by, reason },
    } as const;
    return (await states.save({ state: closed, version }, { signal })) ? true : 'again';
  }

  return {
    list: async (call) => Promise.all((await states.list(call)).map(async (kept) => counted(kept, call))),
    async get(fingerprint, call) {
      const kept = await states.get(fingerprint, call);
      return kept === undefined ? undefined : counted(kept, call);
    },
    async *cases(fingerprint, call) {
      const kept = await states.get(fingerprint, call);
      if (kept !== undefined) yield* cases.list(fingerprint, kept.state.episode, call);
    },
    async close(fingerprint, closing) {
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        const closed = await tryToClose(fingerprint, closing);
        if (closed !== 'again') return closed;
      }
      return false;
    },
    async mutes({ signal }) {
      const found = [];
      for await (const item of table.query(MUTES, { signal })) {
        const mute = parseMute(item['mute']?.S);
        if (mute !== undefined && mute.until > options.clock.now()) found.push(mute);
      }
      return found;
    },
    async putMute(mute, { signal }) {
      const expiry = table.expiry(mute.until.getTime() - options.clock.now().getTime());
      await table.put({ ...keyOf(MUTES, mute.id), mute: { S: JSON.stringify(mute) }, ...expiry }, { signal });
    },
    async removeMute(id, call) {
      const key = keyOf(MUTES, id);
      const wasThere = (await table.get(key, call)) !== undefined;
      if (wasThere) await table.remove(key, call);
      return wasThere;
    },
  };
}
