import { HoldfastError } from '../errors.ts';
import { type Link, linkId } from '../model/link.ts';
import { type Manifest, MANIFEST_LINES } from '../model/manifest.ts';
import type { PendingVersion } from '../model/pending.ts';
import type { DataAtRisk, RouteChange } from '../model/routing.ts';
import type { Call, Clock, PendingList } from '../ports.ts';

export interface ManifestQuestion {
  readonly change: Pick<RouteChange, 'mrap' | 'id'>;
  /** From the Regions that lost the traffic to those that have it. */
  readonly links: readonly Link[];
  /** As it was known when the traffic left. */
  readonly risk: DataAtRisk;
}

export interface ManifestPorts {
  readonly clock: Clock;
  /** The list of pending versions of the stack in that Region. */
  pendingIn(region: string): Pick<PendingList, 'list'>;
}

/** Lists what was on its way when the traffic left. A list that cannot be read is named, and holds up no other. */
export async function gatherManifest(
  { change, links, risk }: ManifestQuestion,
  { clock, pendingIn }: ManifestPorts,
  call: Call,
): Promise<Manifest> {
  const versions: PendingVersion[] = [];
  const unread: { link: string; reason: string }[] = [];
  let truncated = false;
  for (const link of links) {
    const id = linkId(link);
    const wanted = MANIFEST_LINES - versions.length;
    const found: PendingVersion[] = [];
    try {
      for await (const version of pendingIn(link.destination.region).list(id, { ...call, atMost: wanted + 1 })) {
        if (found.length === wanted) {
          truncated = true;
          break;
        }
        found.push(version);
      }
    } catch (error) {
      if (!(error instanceof HoldfastError) || call.signal.aborted) throw error;
      unread.push({ link: id, reason: error.message });
    }
    versions.push(...found);
  }
  return {
    mrap: change.mrap,
    change: change.id,
    asOf: clock.now(),
    links: links.map((link) => linkId(link)),
    risk,
    versions,
    truncated,
    unread,
  };
}
