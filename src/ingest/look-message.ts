import { HoldfastError } from '../errors.ts';
import { EVENT_KINDS, type EventKind, type ObjectEvent, type ReplicationReport } from '../model/event.ts';
import { type FollowUp, type Look, LOOK_FORMAT, type LookPurpose, type Reach } from '../model/look.ts';
import * as fields from './fields.ts';
import { member, type Found } from './fields.ts';
import { count, list, oneOf, optional, readObjectRef, text, texts } from './message-fields.ts';
import { readSnapshot } from './object-snapshot.ts';

const REACHES: Readonly<Record<Reach, true>> = { recorded: true, content: true };
const PURPOSES: Readonly<Record<LookPurpose, true>> = {
  first: true,
  retry: true,
  confirm: true,
  resume: true,
  'follow-up': true,
};

/** Reads a message of our own queues, as text or as parsed JSON; `undefined` when it is no look, or not wholly readable. */
export function parseLook(body: unknown): Look | undefined {
  try {
    const found: Found = { value: typeof body === 'string' ? (JSON.parse(body) as unknown) : body, path: '' };
    return member(found, 'format').value === LOOK_FORMAT ? readLook(found) : undefined;
  } catch (error) {
    if (error instanceof HoldfastError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function readLook(found: Found): Look {
  const dueAt = optional(member(found, 'dueAt'), fields.requiredTime);
  const resume = optional(member(found, 'resume'), text);
  const spendsKms = member(found, 'spendsKms').value === true;
  const follow = optional(member(found, 'follow'), readFollowUp);
  const suspicion = optional(member(found, 'suspicion'), readSuspicion);
  return {
    event: readEvent(member(found, 'event')),
    reach: oneOf(member(found, 'reach'), REACHES),
    purpose: oneOf(member(found, 'purpose'), PURPOSES),
    attempt: count(member(found, 'attempt')),
    ...(dueAt === undefined ? {} : { dueAt }),
    ...(resume === undefined ? {} : { resume }),
    ...(spendsKms ? { spendsKms } : {}),
    ...(follow === undefined ? {} : { follow }),
    ...(suspicion === undefined ? {} : { suspicion }),
  };
}

function readSuspicion(found: Found): NonNullable<Look['suspicion']> {
  const since = optional(member(found, 'since'), fields.requiredTime);
  return {
    seen: text(member(found, 'seen')),
    readings: count(member(found, 'readings')),
    ...(since === undefined ? {} : { since }),
  };
}

function readFollowUp(found: Found): FollowUp {
  const source = optional(member(found, 'source'), readSnapshot);
  const told = optional(member(found, 'told'), (links) => list(links, text));
  return {
    links: list(member(found, 'links'), text),
    step: count(member(found, 'step')),
    ...(source === undefined ? {} : { source }),
    ...(told === undefined ? {} : { told }),
  };
}

function readEvent(found: Found): ObjectEvent {
  const sizeBytes = optional(member(found, 'sizeBytes'), count);
  const replication = optional(member(found, 'replication'), readReplication);
  return {
    kind: readKind(member(found, 'kind')),
    name: text(member(found, 'name')),
    object: readObjectRef(member(found, 'object')),
    eventAt: fields.requiredTime(member(found, 'eventAt')),
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
    ...texts(found, ['etag', 'sequencer', 'principal']),
    ...(replication === undefined ? {} : { replication }),
  };
}

function readReplication(found: Found): ReplicationReport {
  const requestedAt = optional(member(found, 'requestedAt'), fields.requiredTime);
  return {
    ...texts(found, ['ruleId', 'destinationBucket', 'operation', 'failureReason']),
    ...(requestedAt === undefined ? {} : { requestedAt }),
  };
}

function readKind(found: Found): EventKind {
  return EVENT_KINDS.find((kind) => kind === found.value) ?? fields.refuseName(found, 'the kind of an event');
}
