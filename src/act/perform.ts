import { createHash } from 'node:crypto';
import type { Action } from '../model/action.ts';
import type { Call, Ports } from '../ports.ts';
import { fingerprintText } from '../render/alert.ts';

/** Turns one decision into one call of a port. Performing it twice is harmless. */
export async function perform(action: Action, ports: Pick<Ports, 'alerts' | 'looks' | 'ledger'>, call: Call): Promise<void> {
  switch (action.kind) {
    case 'alert':
      return ports.alerts.open(toHash(fingerprintText(action.alert)), action.alert, call);
    case 'look':
      return ports.looks.enqueue(action.look, call);
    case 'record-baseline':
      return ports.ledger.recordBaseline(action.object, action.baseline, call);
    default:
      return action satisfies never;
  }
}

function toHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
