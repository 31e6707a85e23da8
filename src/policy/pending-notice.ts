import type { Action } from '../model/action.ts';
import type { ObjectEvent } from '../model/event.ts';
import { type Link, linkId } from '../model/link.ts';
import type { PendingVersion } from '../model/pending.ts';

/** Has the stack of the destination wait for this version. A stack needs no queue to tell itself. */
export function tellPending(link: Link, event: ObjectEvent, sizeBytes: number): Action {
  const version = { ...named(link, event), sizeBytes };
  if (isSameStack(link)) return { kind: 'note-pending', version };
  return { kind: 'tell-peer', to: addressOf(link), message: { kind: 'pending', version } };
}

/** Takes the version off the list of the stack of the destination. */
export function tellSettled(link: Link, event: ObjectEvent): Action {
  const version = named(link, event);
  if (isSameStack(link)) return { kind: 'forget-pending', version };
  return { kind: 'tell-peer', to: addressOf(link), message: { kind: 'settled', version } };
}

function named(link: Link, { object, eventAt }: ObjectEvent): Pick<PendingVersion, 'link' | 'object' | 'createdAt'> {
  return { link: linkId(link), object, createdAt: eventAt };
}

function isSameStack({ source, destination }: Link): boolean {
  return source.region === destination.region && source.account === destination.account;
}

function addressOf({ destination: { region, account } }: Link): { readonly region: string; readonly account: string } {
  return { region, account };
}
