import { noticeId } from './act/identify-case.ts';
import { deliver, type DeliveryOptions, type DeliveryPorts, isDue } from './alert-delivery.ts';
import { mapBounded } from './gather/map-bounded.ts';
import type { AlertState, OutboxEntry } from './model/alert-state.ts';
import type { Call, KeptState, Notes } from './ports.ts';
import { renderDigest } from './render/digest.ts';

export interface SenderPorts extends DeliveryPorts {
  readonly notes: Notes;
  /** Where this sender runs. */
  readonly region: string;
}

/** What one sweep did. */
export interface Sent {
  /** Causes with something to tell. */
  readonly due: number;
  /** What kept some of them from being told; they stay in the outbox. */
  readonly errors: readonly unknown[];
  /** Age of the oldest notice that somebody tried to send and that has not left, in milliseconds; 0: there is none. */
  readonly oldestUndeliveredMs: number;
}

/** How often what wants no answer is told, in milliseconds. */
const DIGEST_EVERY_MS = 24 * 3_600_000;
const DIGEST_NOTE = 'alert-digest';
const DIGEST_KEPT_MS = 30 * DIGEST_EVERY_MS;

/**
 * Sweeps the outbox: what could not leave, what nobody was left to send, and what falls due by time alone, the daily digest
 * included. A cause that cannot be told holds up no other. May be repeated, and run beside itself.
 */
export async function sendAlerts(ports: SenderPorts, { signal, ...options }: Call & DeliveryOptions): Promise<Sent> {
  const errors: unknown[] = [];
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      errors.push(error); // told by whoever asked, after every other cause had its turn
    }
  };
  const now = ports.clock.now();
  const due = (await ports.outbox.list({ signal })).filter((entry) => isDue(entry, now, options.sender));
  await mapBounded(due, async ({ fingerprint }) =>
    attempt(async () => deliver(fingerprint, ports, { ...options, signal })),
  );
  await attempt(async () => sendDigest(ports, { ...options, signal }));
  const left = due.length === 0 ? [] : await ports.outbox.list({ signal });
  return {
    due: due.length,
    errors,
    oldestUndeliveredMs: Math.max(0, ...left.map((entry) => undeliveredMs(entry, now))),
  };
}

function undeliveredMs({ claim }: OutboxEntry, now: Date): number {
  return claim === undefined ? 0 : now.getTime() - claim.since.getTime();
}

/** One message about everything that was noted since the last. The first day begins when there is something to note. */
async function sendDigest(ports: SenderPorts, { place, signal }: Call & DeliveryOptions): Promise<void> {
  const { states, cases, notes, clock, publisher, region } = ports;
  const noted = (await states.list({ signal })).filter(({ state }) => state.phase === 'noted');
  if (noted.length === 0) return;
  const until = clock.now();
  const save = async (): Promise<void> =>
    notes.put(DIGEST_NOTE, until.toISOString(), { signal, keepForMs: DIGEST_KEPT_MS });
  const last = await notes.get(DIGEST_NOTE, { signal });
  if (last === undefined) return save();
  const from = new Date(last);
  if (until.getTime() - from.getTime() < DIGEST_EVERY_MS) return;
  const counted = await mapBounded(noted, async ({ state, version }): Promise<KeptState> => {
    const { count } = await cases.tally(state.fingerprint, state.episode, { signal });
    return { state: { ...state, count }, version };
  });
  const grown = counted.filter(({ state }) => state.count > (state.told?.count ?? 0));
  if (grown.length > 0) {
    const id = noticeId(`digest/${region}/${last}`, { episode: 0, number: 0 });
    const digest = renderDigest({ id, region, from, until, states: grown.map(({ state }) => state) }, place);
    await publisher.publish(digest, { signal });
  }
  await save();
  // What somebody else writes in this moment is told once more tomorrow.
  for (const { state, version } of grown) await states.save({ state: withDigest(state, until), version }, { signal });
}

function withDigest(state: AlertState, at: Date): AlertState {
  const { told, count, severity } = state;
  return { ...state, told: { notices: told?.notices ?? 0, at, phase: 'noted', count, severity } };
}
