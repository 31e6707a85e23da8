import type { Action } from '../model/action.ts';
import type { PeerMessage } from '../model/peer-message.ts';

/** What to do about what another stack tells. */
export function newsOf(message: PeerMessage): Action {
  switch (message.kind) {
    case 'pending':
      return { kind: 'note-pending', version: message.version };
    case 'settled':
      return { kind: 'forget-pending', version: message.version };
    case 'bulk':
      return { kind: 'note-bulk', link: message.link, on: message.on };
    case 'progress':
      return { kind: 'note-progress', link: message.link, eventAt: message.eventAt };
    default:
      return message satisfies never;
  }
}
