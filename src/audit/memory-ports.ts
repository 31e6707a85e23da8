import { identifyCase } from '../act/identify-case.ts';
import type { AlertData } from '../model/alert.ts';
import { type Look, lookIdentity } from '../model/look.ts';
import { HoldfastError } from '../errors.ts';
import type { AlertSink, Journal, Ledger, LookQueue, PoisonQueue, Ports } from '../ports.ts';
import { renderAlert } from '../render/alert.ts';

/** Remembers nothing beyond its own life: whoever asks wants to know how it is now. Baselines are those that others have kept. */
export function createMemoryLedger(baseline: Ledger['baseline'] = async () => undefined): Ledger {
  const settled = new Set<string>();
  return {
    isSettled: async (look) => settled.has(lookIdentity(look)),
    settle: async (look) => settled.size < settled.add(lookIdentity(look)).size,
    baseline,
    recordBaseline: async () => undefined,
  };
}

/** The looks to come, for one who drains them at once. */
export interface LookList extends LookQueue {
  readonly pending: readonly Look[];
  take(): Look | undefined;
}

export function createLookList(): LookList {
  const pending: Look[] = [];
  return {
    pending,
    enqueue: async (look) => void pending.push(look),
    take: () => pending.shift(),
  };
}

/** Sends nothing; keeps what would have been sent. */
export interface AlertLog extends AlertSink {
  readonly opened: readonly AlertData[];
}

export function createAlertLog(): AlertLog {
  const opened: AlertData[] = [];
  return {
    opened,
    async open(alert) {
      const { fingerprint, id } = identifyCase(alert);
      const time = alert.event?.eventAt ?? new Date(0);
      opened.push(renderAlert(alert, { id, fingerprint, time }).event.data);
    },
    resolve: async () => undefined,
    heal: async () => undefined,
  };
}

/** There are no records that could be unreadable: looks are made here, not received. */
export const noPoison: PoisonQueue = {
  setAside: async ({ reason }) => {
    throw new HoldfastError('unexpected', 'PoisonQueue.setAside', `expected no records, got one: ${reason}`);
  },
};

/** A person asks about one version here, so no pair is known: whoever needs one of these has taken a wrong turn. */
export const noPairs: Pick<Ports, 'buckets' | 'pending' | 'peers'> = {
  buckets: { setting: async () => unasked('BucketStore.setting') },
  pending: {
    note: async () => unasked('PendingList.note'),
    forget: async () => unasked('PendingList.forget'),
    find: async () => unasked('PendingList.find'),
    list: () => unasked('PendingList.list'),
  },
  peers: { tell: async () => unasked('Peers.tell') },
};

function unasked(operation: string): never {
  throw new HoldfastError('unexpected', operation, 'expected no pair, was asked about one');
}

/** One question is no rate, and leaves nothing for the next. */
export const forgetful: Pick<Ports, 'counters' | 'notes'> = {
  counters: { add: async (_name, _window, amount) => amount, history: async () => [] },
  notes: { put: async () => undefined, get: async () => undefined },
};

export const silentJournal: Journal = {
  inspected: () => undefined,
  acknowledged: () => undefined,
  setAside: () => undefined,
  replicated: () => undefined,
  retried: () => undefined,
};
