import { HoldfastError } from '../errors.ts';
import type { ObjectEvent } from '../model/event.ts';
import { openEnvelope } from './envelope.ts';
import { parseEventBridgeEvent } from './eventbridge-event.ts';
import { refuse, type Found } from './fields.ts';
import { parseS3Record } from './s3-record.ts';

/** A record that cannot be read, as it came. */
export interface RejectedRecord {
  /** What was expected, what came and where; without keys or content. */
  readonly reason: string;
  readonly record: unknown;
}

export interface Notification {
  /** In the order in which they came, which says nothing about the order in which they happened. */
  readonly events: readonly ObjectEvent[];
  readonly rejected: readonly RejectedRecord[];
}

/** More than any real path through AWS has: a failure record of a function, fed by a queue, fed by a topic, needs eight. */
const MAX_LAYERS = 12;

/**
 * Reads an S3 notification in any wrapping: as S3 sends it, through a queue, a topic or both, as an EventBridge event, or
 * from the failure destination of a function; as text or as parsed JSON. S3's test event holds no event and is no error.
 *
 * Never throws over what it reads: what cannot be read is among `rejected`, so that one bad record does not lose the good
 * ones beside it. `context.region` stands in where a record does not name its Region.
 */
export function parseNotification(body: unknown, context: { readonly region?: string } = {}): Notification {
  const events: ObjectEvent[] = [];
  const rejected: RejectedRecord[] = [];
  const collect = (found: Found, layer: number): void => {
    try {
      if (layer > MAX_LAYERS) refuse(found, `at most ${MAX_LAYERS} layers of wrapping`);
      const contents = openEnvelope(found);
      if (contents.form === 'record') events.push(parseS3Record(found, context.region));
      if (contents.form === 'eventbridge') events.push(parseEventBridgeEvent(found, context.region));
      if (contents.form === 'wrapped') for (const inner of contents.inner) collect(inner, layer + 1);
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      rejected.push({ reason: error.message, record: found.value });
    }
  };
  collect({ value: body, path: '' }, 0);
  return { events, rejected };
}
