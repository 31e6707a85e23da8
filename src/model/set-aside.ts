/** The queues from which functions take, by the first word of their logical id in the template, in lower case. */
export const LANES = ['signals', 'looks', 'reads', 'peer'] as const;
export type Lane = (typeof LANES)[number];

/**
 * A queue of a stack from which nothing is taken without a person: `poison` holds records that cannot be read, every other the
 * messages of its lane for which all deliveries failed.
 */
export interface AsidePlace {
  readonly region: string;
  readonly queue: 'poison' | Lane;
}

/** A message in such a queue. While it is held nobody else sees it. */
export interface AsideMessage {
  /** Unique in its queue, as SQS gave it. */
  readonly id: string;
  readonly body: string;
  /** When it was put where it lies: into `poison`; of a dead letter when it was first sent, because SQS keeps that time. */
  readonly sentAt: Date;
  /** How often anybody has taken it from where it lies, this time included. */
  readonly receiveCount: number;
  /** Opaque; good for removing and giving back what was taken this time. */
  readonly handle: string;
}

/** What a message is about, as far as it can be read. Never anything of an object's content. */
export interface AsideContents {
  /** Why the record could not be read; absent on dead letters: the log of the lane's function has it. */
  readonly reason?: string;
  /** What goes back to the lane: the record as it came. */
  readonly record: string;
  /** Event source or format as the record names it, e.g. `aws:s3` or `holdfast.look.v1`. */
  readonly from?: string;
  readonly event?: string;
  readonly bucket?: string;
  /** As in the record: notifications of S3 encode it. */
  readonly key?: string;
}

/** The lane to which a message goes back. Whatever cannot be read came as a notification, or was meant for the same reader. */
export function laneOf({ queue }: AsidePlace): Lane {
  return queue === 'poison' ? 'signals' : queue;
}
