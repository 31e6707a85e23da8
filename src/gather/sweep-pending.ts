import { type Link, linkId } from '../model/link.ts';
import type { PendingVersion } from '../model/pending.ts';
import type { Call, Ports } from '../ports.ts';
import { take } from './sample-pending.ts';

/** Most rows in one run, so that a long list is worked off at a bounded rate: 300,000 an hour. */
export const SWEPT_AT_ONCE = 5_000;

/** After its end the list is swept again only so much later, in milliseconds: what is left is missing indeed. */
const REST_MS = 60 * 60_000;

const KEPT_FOR_MS = 24 * 60 * 60_000;

/** The next rows of a list that no chain of looks follows any more. */
export interface Swath {
  readonly rows: readonly PendingVersion[];
  /** Remembers how far it came. To be called when the rows have been dealt with: a crash before it repeats them. */
  done(): Promise<void>;
}

interface Place {
  readonly from: number;
  readonly restUntil?: number;
}

/** `before`: chains of versions that were created later are still going on. */
export async function nextSwath(
  link: Link,
  before: Date,
  world: Pick<Ports, 'pending' | 'notes' | 'clock'>,
  call: Call,
): Promise<Swath> {
  const note = `sweep#${linkId(link)}`;
  const nowMs = world.clock.now().getTime();
  const place = parsePlace(await world.notes.get(note, call));
  if ((place.restUntil ?? 0) > nowMs) return { rows: [], done: async () => undefined };
  const options = { signal: call.signal, from: new Date(place.from), atMost: SWEPT_AT_ONCE };
  const taken = await take(link, options, world);
  const rows = taken.filter(({ createdAt }) => createdAt < before);
  const last = rows.at(-1);
  // A whole swath of one millisecond cannot be stepped over: the list is taken for ended, and swept again in an hour.
  const ended = last === undefined || rows.length < SWEPT_AT_ONCE || last.createdAt.getTime() === place.from;
  const next: Place = ended ? { from: 0, restUntil: nowMs + REST_MS } : { from: last.createdAt.getTime() };
  return {
    rows,
    async done() {
      if (rows.length === 0 && place.from === 0) return; // an empty list costs no write
      await world.notes.put(note, JSON.stringify(next), { signal: call.signal, keepForMs: KEPT_FOR_MS });
    },
  };
}

function parsePlace(text: string | undefined): Place {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written above, and by nobody else
  return text === undefined ? { from: 0 } : (JSON.parse(text) as Place);
}
