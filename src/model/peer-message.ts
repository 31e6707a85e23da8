import type { PendingVersion } from './pending.ts';

/** What one stack tells another. Told twice is harmless. */
export type PeerMessage =
  /** To the Region of the destination: this version has not arrived yet. */
  | { readonly kind: 'pending'; readonly version: PendingVersion }
  /** To the Region of the destination: this version needs to be waited for no longer. */
  | {
      readonly kind: 'settled';
      readonly version: Pick<PendingVersion, 'link' | 'object' | 'createdAt'>;
    }
  /** To the Region of the source: looks at single versions of the link stop, or start again. */
  | { readonly kind: 'bulk'; readonly link: string; readonly on: boolean; readonly at: Date }
  /**
   * To the Region of the destination: the first look at a version that was created then has just been made; `idle`: there was no
   * version that still waits for its own, as far as lanes that are empty can tell.
   */
  | { readonly kind: 'progress'; readonly link: string; readonly eventAt: Date; readonly idle?: true };

/** Changes when an older Holdfast could misread what a newer one sent. */
export const PEER_FORMAT = 'holdfast.peer.v1';

/** A message as the body on a peer queue: `parsePeerMessage` is the inverse. */
export function formatPeerMessage(message: PeerMessage): string {
  return JSON.stringify({ format: PEER_FORMAT, ...message });
}
