import { HoldfastError } from '../errors.ts';
import { PEER_FORMAT, type PeerMessage } from '../model/peer-message.ts';
import type { PendingVersion } from '../model/pending.ts';
import * as fields from './fields.ts';
import { member, type Found } from './fields.ts';
import { count, flag, oneOf, optional, readObjectRef, text } from './message-fields.ts';
import { readSnapshot } from './object-snapshot.ts';

const READERS: Readonly<Record<PeerMessage['kind'], (found: Found) => PeerMessage>> = {
  pending: (found) => ({ kind: 'pending', version: readPending(member(found, 'version')) }),
  settled: (found) => ({ kind: 'settled', version: readSettled(member(found, 'version')) }),
  bulk: (found) => ({
    kind: 'bulk',
    link: text(member(found, 'link')),
    on: flag(member(found, 'on')),
    at: fields.requiredTime(member(found, 'at')),
  }),
  progress: (found) => ({
    kind: 'progress',
    link: text(member(found, 'link')),
    eventAt: fields.requiredTime(member(found, 'eventAt')),
    ...(optional(member(found, 'idle'), flag) === true ? { idle: true } : {}),
  }),
};

/** Reads a message of another stack, as text or as parsed JSON; `undefined` when it is none, or not wholly readable. */
export function parsePeerMessage(body: unknown): PeerMessage | undefined {
  try {
    const found: Found = { value: typeof body === 'string' ? (JSON.parse(body) as unknown) : body, path: '' };
    if (member(found, 'format').value !== PEER_FORMAT) return undefined;
    return READERS[oneOf(member(found, 'kind'), READERS)](found);
  } catch (error) {
    if (error instanceof HoldfastError || error instanceof SyntaxError) return undefined;
    throw error;
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
