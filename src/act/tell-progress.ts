import { type Link, linkId } from '../model/link.ts';
import type { Look } from '../model/look.ts';
import type { Call, Ports } from '../ports.ts';

/** Least time between two messages about one link from one instance of a function, in milliseconds. */
const QUIET_MS = 30_000;

export type Progress = (look: Look, links: readonly Link[], call: Call) => Promise<void>;

/**
 * Lets the stacks of the destinations know how far the looks have come, so that they can say up to when their lists are complete.
 * Only a first look at the age of a chain says so, and only where it was the version's own.
 */
export function createProgress({ peers, clock }: Pick<Ports, 'peers' | 'clock'>): Progress {
  const lastMs = new Map<string, number>();
  return async ({ event, purpose, follow }, links, call) => {
    if (purpose !== 'follow-up' || follow?.step !== 0 || event.kind !== 'created') return;
    const nowMs = clock.now().getTime();
    for (const link of links) {
      const id = linkId(link);
      if (nowMs - (lastMs.get(id) ?? -Infinity) < QUIET_MS) continue;
      const { region, account } = link.destination;
      await peers.tell({ region, account }, { kind: 'progress', link: id, eventAt: event.eventAt }, call);
      lastMs.set(id, nowMs);
    }
  };
}
