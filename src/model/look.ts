import type { ObjectState } from './facts.ts';
import { eventIdentity, type ObjectEvent } from './event.ts';

/** How far an inspection goes: what S3 has recorded (HEAD), or the bytes that are stored (GET). */
export type Reach = 'recorded' | 'content';

/**
 * Why this look is made. A `confirm` follows a difference: no alarm is raised before a second, independent reading shows
 * the same. A `resume` goes on with a reading for which the time of one function was too short. A `follow-up` asks at the
 * destinations what has become of a version, until it is settled at every one.
 */
export type LookPurpose = 'first' | 'retry' | 'confirm' | 'resume' | 'follow-up';

/** Only the same difference in two readings is an alarm. */
export interface Suspicion {
  /** The difference in a form that only the same difference repeats. */
  readonly seen: string;
  /** How many readings differed from the record so far. */
  readonly readings: number;
  /** When it was seen, where the difference may be a moment old; absent: it does not matter. */
  readonly since?: Date;
}

/** A version on its way to its destinations. */
export interface FollowUp {
  /** `linkId` of every link that is not settled yet. */
  readonly links: readonly string[];
  /** Age at which this look is due by the pair's `lookAfter`: index into it. */
  readonly step: number;
  /** The source as the first look saw it, so that a healthy replica costs one request; absent: ask again. */
  readonly source?: ObjectState;
  /** Links whose pending version the destination's stack was told of: it must hear when that is settled. */
  readonly told?: readonly string[];
}

/** One inspection to make, now or later: what travels through our own queues. */
export interface Look {
  /** The statement of S3 (or of a person) that this look descends from. */
  readonly event: ObjectEvent;
  readonly reach: Reach;
  readonly purpose: LookPurpose;
  /** Zero-based count of looks of this purpose: 3 is the third retry after the first. */
  readonly attempt: number;
  /** Not before this time; a queue can delay for 15 minutes only, so a look that arrives early is put back. */
  readonly dueAt?: Date;
  /** Where an interrupted reading goes on: opaque text, without any object content. */
  readonly resume?: string;
  /** Reading the bytes asks KMS for a key: the object is encrypted with SSE-KMS, without a bucket key. Then it may have to wait. */
  readonly spendsKms?: true;
  /** What is followed; also on the `confirm` and `retry` of a `follow-up`. */
  readonly follow?: FollowUp;
  /** A difference that was seen and is to be seen again: kept until it is confirmed or vanishes. On a `follow-up`: of the look before. */
  readonly suspicion?: Suspicion;
}

/** The look that an event itself asks for. */
export function firstLook(event: ObjectEvent, reach: Reach = 'recorded'): Look {
  return { event, reach, purpose: 'first', attempt: 0 };
}

/** Two deliveries of one look agree in it, two different looks never do. */
export function lookIdentity(look: Look): string {
  return JSON.stringify([
    eventIdentity(look.event),
    look.reach,
    look.purpose,
    look.attempt,
    look.resume ?? '',
    look.suspicion === undefined ? null : { seen: look.suspicion.seen, readings: look.suspicion.readings },
    ...(look.follow === undefined ? [] : [look.follow.step, look.follow.links]),
  ]);
}

/** Changes when an older Holdfast could misread what a newer one sent; both run side by side during a deployment. */
export const LOOK_FORMAT = 'holdfast.look.v1';

/** A look as the body of a message on our own queues: `parseLook` is the inverse. */
export function formatLook(look: Look): string {
  return JSON.stringify({ format: LOOK_FORMAT, ...look });
}
