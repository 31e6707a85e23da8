import { type Link, linkId } from '../model/link.ts';
import { bulkNote } from '../model/pending.ts';
import type { Call, Ports } from '../ports.ts';

/** How long an answer is good for, in milliseconds. */
const REMEMBERED_MS = 30_000;

/** Which of the links have so much on their way that single versions are not looked at, by `linkId`. */
export type BulkLinks = (links: readonly Link[], call: Call) => Promise<ReadonlySet<string>>;

/** Asks the notes once in half a minute and not once for every look. */
export function createBulkLinks({ notes, clock }: Pick<Ports, 'notes' | 'clock'>): BulkLinks {
  const known = new Map<string, { readonly isBulk: boolean; readonly untilMs: number }>();

  async function isBulk(link: string, call: Call): Promise<boolean> {
    const nowMs = clock.now().getTime();
    const last = known.get(link);
    if (last !== undefined && last.untilMs > nowMs) return last.isBulk;
    const answer = (await notes.get(bulkNote(link), call)) === 'on';
    known.set(link, { isBulk: answer, untilMs: nowMs + REMEMBERED_MS });
    return answer;
  }

  return async (links, call) => {
    const bulk = await Promise.all(
      links.map(async (link) => ((await isBulk(linkId(link), call)) ? [linkId(link)] : [])),
    );
    return new Set(bulk.flat());
  };
}
