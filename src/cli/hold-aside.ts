import { readAside } from '../ingest/aside-message.ts';
import type { Observation } from '../model/observation.ts';
import type { AsideContents, AsideMessage, AsidePlace } from '../model/set-aside.ts';
import type { Call, SetAside } from '../ports.ts';

/** How long a message is hidden from others if this process dies; otherwise it is given back at once. In milliseconds. */
const HOLD_MS = 60_000;

/** For giving back after somebody has interrupted everything else, and besides for each message, in milliseconds. */
const GIVE_BACK_MS = 5_000;
const GIVE_BACK_EACH_MS = 10;

/** A message that was set aside, and what it says. */
export interface Aside {
  readonly place: AsidePlace;
  readonly message: AsideMessage;
  readonly contents: AsideContents;
}

export interface Holding extends Call {
  readonly setAside: SetAside;
  /** Only what is kept here was set aside before; absent: all. */
  readonly before?: Date;
}

/** What is done with a message that is held: gone, or given back in the end. */
export type Fate = 'gone' | 'kept';

/**
 * Takes every message of a place once, and gives back what is kept, whatever happens. `present`: all were seen, unless `settle`
 * said to stop. Rejects with the first error, when everything is given back.
 */
export async function holdEach(
  place: AsidePlace,
  { setAside, signal, before }: Holding,
  settle: (aside: Aside) => Promise<Fate | 'stop'>,
): Promise<Observation<undefined>> {
  const kept = new Map<string, AsideMessage>();
  let again = 0; // since anything new came
  let failure: { readonly error: unknown } | undefined;
  try {
    for (;;) {
      const page = await setAside.take(place, { holdForMs: HOLD_MS, signal });
      if (page.state !== 'present') return page;
      const fresh = page.value.filter(({ id }) => !kept.has(id));
      // Of what came a second time the newer handle counts: holding it the first time has run out.
      for (const message of page.value) kept.set(message.id, message);
      again = fresh.length === 0 ? again + page.value.length : 0;
      // Where there are so many that the first come back before the last were seen, a whole round without a new one is the end.
      if (page.value.length === 0 || again > kept.size) return { state: 'present', value: undefined };
      for (const message of fresh) {
        if (before !== undefined && message.sentAt > before) continue;
        const fate = await settle({ place, message, contents: readAside(place, message.body) });
        if (fate === 'stop') return { state: 'present', value: undefined };
        if (fate === 'gone') kept.delete(message.id);
      }
    }
  } catch (error) {
    failure = { error };
    throw error;
  } finally {
    if (kept.size > 0) {
      const given = { signal: AbortSignal.timeout(GIVE_BACK_MS + kept.size * GIVE_BACK_EACH_MS) };
      await setAside.giveBack(place, [...kept.values()], given).catch((error: unknown) => {
        if (failure === undefined) throw error; // else why it stopped is worth more: what is held shows itself after a minute
      });
    }
  }
}
