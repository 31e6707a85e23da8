import type { Action } from '../model/action.ts';
import type { PeerMessage } from '../model/peer-message.ts';

type NewsOf = { readonly [Kind in PeerMessage['kind']]: (message: Extract<PeerMessage, { kind: Kind }>) => Action };

const NEWS: NewsOf = {
  pending: ({ version }) => ({ kind: 'note-pending', version }),
  settled: ({ version }) => ({ kind: 'forget-pending', version }),
  bulk: ({ link, on }) => ({ kind: 'note-bulk', link, on }),
  progress: ({ link, eventAt, idle }) => ({ kind: 'note-progress', link, eventAt, ...(idle && { idle }) }),
};

/** What to do about what another stack tells. */
export function newsOf<Kind extends PeerMessage['kind']>(message: Extract<PeerMessage, { kind: Kind }>): Action {
  const news: (message: Extract<PeerMessage, { kind: Kind }>) => Action = NEWS[message.kind];
  return news(message);
}
