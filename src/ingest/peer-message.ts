import { HoldfastError } from '../errors.ts';
import { PEER_FORMAT, type PeerMessage } from '../model/peer-message.ts';
import type { PendingVersion } from '../model/pending.ts';
import * as fields from './fields.ts';
import { member, type Found } from './fields.ts';
import { count, flag, oneOf, optional, readObjectRef, text } from './message-fields.ts';
import { readSnapshot } from './object-snapshot.ts';

const KINDS: Readonly<Record<PeerMessage['kind'], true>> = { pending: true, settled: true, bulk: true };

/** Reads a message of another stack, as text or as parsed JSON; `undefined` when it is none, or not wholly readable. */
export function parsePeerMessage(body: unknown): PeerMessage | undefined {
  try {
    const found: Found = { value: typeof body === 'string' ? (JSON.parse(body) as unknown) : body, path: '' };
    return member(found, 'format').value === PEER_FORMAT ? readMessage(found) : undefined;
  } catch (error) {
    if (error instanceof HoldfastError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function readMessage(found: Found): PeerMessage {
  const kind = oneOf(member(found, 'kind'), KINDS);
  switch (kind) {
    case 'pending':
      return { kind, version: readPending(member(found, 'version')) };
    case 'settled':
      return { kind, version: readSettled(member(found, 'version')) };
    case 'bulk':
      return {
        kind,
        link: text(member(found, 'link')),
        on: flag(member(found, 'on')),
        at: fields.requiredTime(member(found, 'at')),
      };
    default:
      return kind satisfies never;
  }
}

function readSettled(found: Found): Pick<PendingVersion, 'link' | 'object' | 'createdAt'> {
  return {
    link: text(member(found, 'link')),
    object: readObjectRef(member(found, 'object')),
    createdAt: fields.requiredTime(member(found, 'createdAt')),
  };
}

function readPending(found: Found): PendingVersion {
  const source = optional(member(found, 'source'), readSnapshot);
  return {
    ...readSettled(found),
    sizeBytes: count(member(found, 'sizeBytes')),
    ...(source === undefined ? {} : { source }),
  };
}
