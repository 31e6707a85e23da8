import type { PendingVersion } from './pending.ts';
import type { DataAtRisk } from './routing.ts';

/** More versions than that are counted and not listed: a person reads none of them, and a script takes the bucket's listing. */
export const MANIFEST_LINES = 10_000;

/** What a change of routes left behind: versions that the Region which took over did not have when it took over. */
export interface Manifest {
  readonly mrap: string;
  /** Id of the change. */
  readonly change: string;
  readonly asOf: Date;
  /** `linkId` of the links that ended in the Regions that took over. */
  readonly links: readonly string[];
  readonly risk: DataAtRisk;
  /** Oldest first within a link; at most `MANIFEST_LINES` in all. */
  readonly versions: readonly PendingVersion[];
  /** There are more than are listed. */
  readonly truncated: boolean;
  /** Links whose list could not be read, with the reason: nothing is known of them. */
  readonly unread: readonly { readonly link: string; readonly reason: string }[];
}
