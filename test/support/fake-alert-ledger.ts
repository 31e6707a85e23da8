import type { AlertCase, AlertState, KnownCase, Mute, OutboxEntry } from '../../src/model/alert-state.ts';
import type { CaseBook, Outbox, StateBook } from '../../src/ports.ts';

/** What the ledger keeps of alerts, in memory and open to the test, with its writings counted. */
export interface FakeAlertLedger {
  readonly states: StateBook;
  readonly cases: CaseBook;
  readonly outbox: Outbox;
  readonly entries: Map<string, OutboxEntry>;
  readonly mutes: Mute[];
  state(fingerprint: string): AlertState | undefined;
  all(): readonly AlertState[];
  /** Items written so far. */
  writes(): number;
}

const SOME = 12;

/** Behaves as the tables do: test/adapters/alert-ledger.test.ts runs the same cases against both. */
export function createFakeAlertLedger(): FakeAlertLedger {
  const states = new Map<string, { readonly state: AlertState; readonly version: number }>();
  const cases = new Map<string, Map<string, KnownCase>>();
  const counters = new Map<string, number>();
  const entries = new Map<string, OutboxEntry>();
  let writes = 0;

  const casesOf = (fingerprint: string): Map<string, KnownCase> => {
    const found = cases.get(fingerprint) ?? new Map<string, KnownCase>();
    cases.set(fingerprint, found);
    return found;
  };
  const count = (fingerprint: string, episode: number, what: string, amount: number): void => {
    writes += 1;
    const name = `${fingerprint}/${episode}/${what}`;
    counters.set(name, (counters.get(name) ?? 0) + amount);
  };
  const counted = (fingerprint: string, episode: number, what: string): number =>
    counters.get(`${fingerprint}/${episode}/${what}`) ?? 0;
  const replace = (entry: OutboxEntry): boolean => {
    if (entries.get(entry.fingerprint)?.version !== entry.version - 1) return false;
    writes += 1;
    entries.set(entry.fingerprint, entry);
    return true;
  };

  return {
    entries,
    mutes: [],
    state: (fingerprint) => states.get(fingerprint)?.state,
    all: () => [...states.values()].map(({ state }) => state),
    writes: () => writes,
    states: {
      get: async (fingerprint) => states.get(fingerprint),
      list: async () => [...states.values()],
      async save({ state, version }) {
        if ((states.get(state.fingerprint)?.version ?? 0) !== version) return false;
        writes += 1;
        states.set(state.fingerprint, { state, version: version + 1 });
        return true;
      },
    },
    cases: {
      find: async ({ fingerprint, id }) => casesOf(fingerprint).get(id),
      about: async ({ fingerprint, idPrefix }) =>
        [...casesOf(fingerprint).values()].filter(({ id }) => id.startsWith(idPrefix)),
      async add(fingerprint, known, { before }) {
        const isBack = before?.episode === known.episode;
        if (!isBack) count(fingerprint, known.episode, 'count', 1);
        if (casesOf(fingerprint).get(known.id) !== before) {
          if (!isBack) count(fingerprint, known.episode, 'count', -1);
          return false;
        }
        writes += 1;
        const { healedAt: _, ...kept } = known;
        casesOf(fingerprint).set(known.id, kept);
        if (isBack) count(fingerprint, known.episode, 'healed', -1);
        return true;
      },
      async heal(fingerprint, known, { at }) {
        if (casesOf(fingerprint).get(known.id) !== known) return false;
        writes += 1;
        casesOf(fingerprint).set(known.id, { ...known, healedAt: at });
        count(fingerprint, known.episode, 'healed', 1);
        return true;
      },
      async tally(fingerprint, episode) {
        const some: AlertCase[] = [];
        for (const known of casesOf(fingerprint).values()) {
          if (some.length >= SOME) break;
          if (known.episode === episode) some.push(known);
        }
        return {
          count: counted(fingerprint, episode, 'count'),
          healed: counted(fingerprint, episode, 'healed'),
          some: some.toSorted((a, b) => b.at.getTime() - a.at.getTime()),
        };
      },
      async *list(fingerprint, episode) {
        for (const known of casesOf(fingerprint).values()) if (known.episode === episode) yield known;
      },
    },
    outbox: {
      async touch(fingerprint, { at, latest }) {
        writes += 1;
        const before = entries.get(fingerprint);
        entries.set(fingerprint, {
          ...before,
          fingerprint,
          version: (before?.version ?? 0) + 1,
          touchedAt: at,
          ...(latest === undefined ? {} : { latest }),
        });
      },
      get: async (fingerprint) => entries.get(fingerprint),
      list: async () => [...entries.values()],
      async claim(entry, claim) {
        const claimed = { ...entry, claim, version: entry.version + 1 };
        return replace(claimed) ? claimed : undefined;
      },
      async settle(claimed, { dueAt }) {
        const { claim: _, dueAt: __, ...entry } = claimed;
        const version = entry.version + 1;
        return replace({ ...entry, version, settledVersion: version, ...(dueAt === undefined ? {} : { dueAt }) });
      },
    },
  };
}
