import type { Action } from '../model/action.ts';
import { BULK_VALID_MS, bulkNote, idleNote, progressNote } from '../model/pending.ts';
import type { Call, Ports } from '../ports.ts';

/** When a link was last heard of is worth knowing long after: 30 days, in milliseconds. */
const PROGRESS_KEPT_FOR_MS = 30 * 24 * 3_600_000;

/** Turns one decision into one call of a port. Performing it twice is harmless. */
export async function perform(
  action: Action,
  ports: Pick<Ports, 'alerts' | 'looks' | 'ledger' | 'peers' | 'pending' | 'notes'>,
  call: Call,
): Promise<void> {
  switch (action.kind) {
    case 'alert':
      return ports.alerts.open(action.alert, call);
    case 'look':
      return ports.looks.enqueue(action.look, call);
    case 'record-baseline':
      return ports.ledger.recordBaseline(action.object, action.baseline, call);
    case 'tell-peer':
      return ports.peers.tell(action.to, action.message, call);
    case 'note-pending':
      return ports.pending.note(action.version, call);
    case 'forget-pending':
      return ports.pending.forget(action.version, call);
    case 'note-bulk':
      return ports.notes.put(bulkNote(action.link), action.on ? 'on' : 'off', {
        signal: call.signal,
        keepForMs: BULK_VALID_MS,
      });
    case 'note-progress':
      return ports.notes.put((action.idle ? idleNote : progressNote)(action.link), action.eventAt.toISOString(), {
        signal: call.signal,
        keepForMs: PROGRESS_KEPT_FOR_MS,
      });
    default:
      return action satisfies never;
  }
}
