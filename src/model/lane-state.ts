import type { Lane } from './set-aside.ts';

/** How much work one queue of a stack holds now. Numbers of SQS are approximate. */
export interface LaneState {
  /** `poison`: records that nobody could read; nothing works on them. */
  readonly lane: Lane | 'poison';
  /** Messages that can be taken at once. */
  readonly waiting: number;
  /** Messages that somebody works on, or whose time has not come. */
  readonly inFlight: number;
  readonly delayed: number;
  /** Messages whose work failed too often; 0 for `poison`, which has no such queue. */
  readonly deadLetters: number;
  /** Age of the oldest message, in milliseconds; absent: CloudWatch has not published it. */
  readonly oldestMs?: number;
}
