import type { AsideContents, AsidePlace } from '../model/set-aside.ts';
import { type Found, isJsonObject, lenientText, member } from './fields.ts';

/** What lies in a queue of messages that were set aside. Total: what nobody can read is shown as it is. */
export function readAside({ queue }: AsidePlace, body: string): AsideContents {
  if (queue !== 'poison') return { record: body, ...describe(body) };
  const found = parse(body);
  const record = lenientText(member(found, 'record'));
  const reason = lenientText(member(found, 'reason'));
  // Somebody else put it there: it goes back whole.
  if (record === undefined || reason === undefined) return { record: body, ...describe(body) };
  return { reason, record, ...describe(record) };
}

type Description = Pick<AsideContents, 'from' | 'event' | 'bucket' | 'key'>;

/** By the members that S3, EventBridge and Holdfast's own messages have, through the envelopes that SNS and SQS put around. */
function describe(text: string): Description {
  let found = parse(text);
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    const inner = unwrap(found);
    if (inner === undefined) break;
    found = inner;
  }
  const s3 = member(found, 's3');
  const detail = member(found, 'detail');
  const event = member(found, 'event');
  const object = member(event, 'object');
  const version = member(member(found, 'version'), 'object');
  return named({
    from: [member(found, 'eventSource'), member(found, 'source'), member(found, 'format')],
    event: [member(found, 'eventName'), member(found, 'detail-type'), member(event, 'name'), member(found, 'kind')],
    bucket: [
      member(member(s3, 'bucket'), 'name'),
      member(member(detail, 'bucket'), 'name'),
      member(object, 'bucket'),
      member(version, 'bucket'),
    ],
    key: [
      member(member(s3, 'object'), 'key'),
      member(member(detail, 'object'), 'key'),
      member(object, 'key'),
      member(version, 'key'),
    ],
  });
}

/** A notification through SNS and SQS has three layers. */
const DEEPEST = 4;

function unwrap(found: Found): Found | undefined {
  if (!isJsonObject(found.value)) return undefined;
  const { value: records } = member(found, 'Records');
  if (Array.isArray(records)) return { value: records[0] as unknown, path: '' };
  const text = lenientText(member(found, 'Message')) ?? lenientText(member(found, 'body'));
  return text === undefined ? undefined : parse(text);
}

/** Of each member the first place that says something. */
function named(members: Readonly<Record<keyof Description, readonly Found[]>>): Description {
  const said = Object.entries(members).map(
    ([name, places]) => [name, places.map((place) => lenientText(place)).find((text) => text !== undefined)] as const,
  );
  return Object.fromEntries(said.filter(([, text]) => text !== undefined));
}

function parse(text: string): Found {
  try {
    return { value: JSON.parse(text) as unknown, path: '' };
  } catch {
    return { value: undefined, path: '' }; // nothing is known of it, and nothing of it is quoted
  }
}
