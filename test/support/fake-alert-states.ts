import type { AlertState, KnownCase, Mute } from '../../src/model/alert-state.ts';
import type { AlertStates } from '../../src/ports.ts';

export interface FakeAlertStates extends AlertStates {
  /** In the order in which they were put. */
  readonly kept: Map<string, Mute>;
  readonly closed: string[];
}

/** What the ledger of one Region knows of alerts, in memory and open to the test. */
export function createFakeAlertStates(
  states: readonly AlertState[] = [],
  cases: readonly KnownCase[] = [],
): FakeAlertStates {
  const kept = new Map<string, Mute>();
  const closed: string[] = [];
  return {
    kept,
    closed,
    list: async () => states,
    get: async (fingerprint) => states.find((state) => state.fingerprint === fingerprint),
    async *cases() {
      yield* cases;
    },
    async close(fingerprint, { by, reason }) {
      const isOpen = states.some((state) => state.fingerprint === fingerprint && state.phase === 'open');
      if (isOpen) closed.push(`${fingerprint} ${by} ${reason}`);
      return isOpen;
    },
    mutes: async () => [...kept.values()],
    putMute: async (mute) => void kept.set(mute.id, mute),
    removeMute: async (id) => kept.delete(id),
  };
}
