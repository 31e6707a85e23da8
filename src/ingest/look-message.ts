import { HoldfastError } from '../errors.ts';
import { EVENT_KINDS, type EventKind, type ObjectEvent, type ReplicationReport } from '../model/event.ts';
import { type Look, LOOK_FORMAT, type LookPurpose, type Reach } from '../model/look.ts';
import * as fields from './fields.ts';
import { member, type Found } from './fields.ts';

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
  const suspicion = optional(member(found, 'suspicion'), readSuspicion);
  return {
    event: readEvent(member(found, 'event')),
    reach: oneOf(member(found, 'reach'), REACHES),
    purpose: oneOf(member(found, 'purpose'), PURPOSES),
    attempt: count(member(found, 'attempt')),
    ...(dueAt === undefined ? {} : { dueAt }),
    ...(resume === undefined ? {} : { resume }),
    ...(suspicion === undefined ? {} : { suspicion }),
  };
}

function readSuspicion(found: Found): NonNullable<Look['suspicion']> {
  return { seen: text(member(found, 'seen')), readings: count(member(found, 'readings')) };
}

function readEvent(found: Found): ObjectEvent {
  const object = member(found, 'object');
  const versionId = optional(member(object, 'versionId'), text);
  const sizeBytes = optional(member(found, 'sizeBytes'), count);
  const replication = optional(member(found, 'replication'), readReplication);
  return {
    kind: readKind(member(found, 'kind')),
    name: text(member(found, 'name')),
    object: {
      bucket: text(member(object, 'bucket')),
      region: text(member(object, 'region')),
      key: text(member(object, 'key')),
      ...(versionId === undefined ? {} : { versionId }),
    },
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

/** Those of the members that are there. */
function texts<Name extends string>(found: Found, names: readonly Name[]): { readonly [name in Name]?: string } {
  const given: { [name in Name]?: string } = {};
  for (const name of names) {
    const value = optional(member(found, name), text);
    if (value !== undefined) given[name] = value;
  }
  return given;
}

function optional<T>(found: Found, read: (found: Found) => T): T | undefined {
  return found.value === undefined ? undefined : read(found);
}

function text(found: Found): string {
  return typeof found.value === 'string' ? found.value : fields.refuse(found, 'a text');
}

function count(found: Found): number {
  return fields.optionalSize(found) ?? fields.refuse(found, 'a whole number');
}

function oneOf<Name extends string>(found: Found, names: Readonly<Record<Name, true>>): Name {
  const { value } = found;
  return isName(value, names) ? value : fields.refuseName(found, Object.keys(names).join(' or '));
}

function isName<Name extends string>(value: unknown, names: Readonly<Record<Name, true>>): value is Name {
  return typeof value === 'string' && Object.hasOwn(names, value);
}
