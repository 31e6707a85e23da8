import { createHash } from 'node:crypto';
import type { Observation } from '../model/observation.ts';
import type { AsidePlace } from '../model/set-aside.ts';
import { type Aside, holdEach, type Holding } from './hold-aside.ts';

export interface Replayed {
  readonly sent: number;
  /** Came back while this ran: they are as unreadable as before. They are left where they are. */
  readonly back: number;
  /** Whether the queue could be looked into. */
  readonly seen: Observation<undefined>;
  /** What stopped it before the end. */
  readonly error?: unknown;
}

/**
 * Sends what was set aside to its lane again, and removes each message only when it is durable there: a crash in between sends it
 * twice, which the lanes are written for. A body that was sent once is not sent again in the same run.
 */
export async function replayPlace(
  place: AsidePlace,
  holding: Holding,
  isWanted: (aside: Aside) => boolean,
): Promise<Replayed> {
  const digests = new Set<string>();
  let [sent, back] = [0, 0];
  try {
    const seen = await holdEach(place, holding, async (aside) => {
      if (!isWanted(aside)) return 'kept';
      const { record } = aside.contents;
      const digest = createHash('sha256').update(record).digest('base64');
      if (digests.has(digest)) {
        back += 1;
        return 'kept';
      }
      await holding.setAside.sendAgain(place, record, holding);
      digests.add(digest);
      await holding.setAside.remove(place, aside.message, holding);
      sent += 1;
      return 'gone';
    });
    return { sent, back, seen };
  } catch (error) {
    return { sent, back, seen: { state: 'present', value: undefined }, error };
  }
}
