import type { ObjectEvent } from '../model/event.ts';
import type { Finding } from '../model/finding.ts';
import type { ObjectRef } from '../model/object.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** S3 delivers events within seconds, and now and then after minutes or longer. */
const GRACE_MS = 30 * MINUTE_MS;

/** The ledger forgets after 30 days; what is judged must be well within. */
const REMEMBERED_MS = 25 * DAY_MS;

/** How many are named. */
const MOST_EXAMPLES = 5;

/** A version as a listing shows it. */
export interface ListedCreation {
  readonly object: ObjectRef;
  readonly sizeBytes: number;
  /** Without quotes. */
  readonly etag: string;
  /** Of a multipart upload: when it was begun. */
  readonly lastModifiedAt: Date;
}

/**
 * Whether the event of a listed version should have been worked off by now, and would still be remembered. `since`: from when on the
 * bucket is known to notify.
 */
export function isOwed(
  { lastModifiedAt }: Pick<ListedCreation, 'lastModifiedAt'>,
  { since, now }: { readonly since: Date; readonly now: Date },
): boolean {
  const ageMs = now.getTime() - lastModifiedAt.getTime();
  return lastModifiedAt >= since && ageMs >= GRACE_MS && ageMs <= REMEMBERED_MS;
}

/** What is put in the place of the event that never came. It has no sequencer: that one comes late after all is another event. */
export function inPlaceOf({ object, sizeBytes, etag, lastModifiedAt }: ListedCreation): ObjectEvent {
  return {
    kind: 'created',
    name: 'ObjectCreated:Listed',
    object,
    eventAt: lastModifiedAt,
    sizeBytes,
    ...(etag === '' ? {} : { etag }),
  };
}

/** One finding for a bucket, whatever their number; none where there are none. */
export function lostEvents(
  { bucket, region }: { readonly bucket: string; readonly region: string },
  lost: readonly ListedCreation[],
): readonly Finding[] {
  const times = lost.map(({ lastModifiedAt }) => lastModifiedAt.toISOString()).toSorted();
  const [firstAt, lastAt] = [times[0], times.at(-1)];
  if (firstAt === undefined || lastAt === undefined) return [];
  const examples = lost
    .slice(0, MOST_EXAMPLES)
    .map(({ object }) => JSON.stringify([object.key, object.versionId ?? '']));
  return [
    {
      verdict: 'violated',
      code: 'event-lost',
      subject: { kind: 'bucket', bucket, region },
      evidence: { versions: lost.length, firstAt, lastAt, examples: examples.join(' ') },
    },
  ];
}
