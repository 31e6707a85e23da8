import { isAtLeast, type Severity } from '../model/action.ts';
import type { NoticeState } from '../model/alert.ts';
import type { AlertState, AlertTold, Mute, OutboxClaim } from '../model/alert-state.ts';
import { escalated } from './escalation.ts';
import { mutedUntil } from './mutes.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** So many notices of an episode leave at once, each with its new case. */
export const AT_ONCE = 5;

/** How long new cases are gathered after each further notice, in milliseconds; the last again and again. */
export const GATHER_MS: readonly number[] = [
  MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  HOUR_MS,
  4 * HOUR_MS,
  24 * HOUR_MS,
];

/** Without anything new, people are reminded after this time, and then at this interval, in milliseconds. */
export const FIRST_REMINDER_MS: number = DAY_MS;
export const REMINDER_MS: number = 7 * DAY_MS;

/** A cause without a new case for so long is over, although nobody has proved it. In milliseconds. */
export const QUIET_MS: number = 7 * DAY_MS;

/** What people are to hear of a cause now, or when to ask again. */
export type NextNotice =
  | { readonly kind: 'notice'; readonly state: NoticeState; readonly number: number; readonly severity: Severity }
  /** Without `until`: nothing more can come of it, unless it is touched again. */
  | { readonly kind: 'nothing'; readonly until?: Date };

export interface Telling {
  readonly mutes: readonly Mute[];
  readonly now: Date;
  /** A notice of this episode that may have left although nobody has recorded it. */
  readonly attempted?: Pick<OutboxClaim, 'notice' | 'state' | 'count'>;
}

/** Decides purely. Resolutions are made elsewhere: here a state that is resolved is told, once, if its opening was. */
export function nextNotice(state: AlertState, { mutes, now, attempted }: Telling): NextNotice {
  const { told, phase } = state;
  if (isSaid(state, attempted)) return { kind: 'nothing' };
  const muted = mutedUntil(state, mutes, now);
  if (muted !== undefined) return { kind: 'nothing', until: muted };
  const severity = escalated(state);
  const say = (notice: NoticeState): NextNotice => {
    return { kind: 'notice', state: notice, number: numberOf(notice, state, attempted), severity };
  };
  if (phase === 'resolved') return say('resolved');
  if (told === undefined) return say(phase === 'noted' ? 'noted' : 'opened');
  if (!isAtLeast(told.severity, severity)) return say('opened');
  const dueAt = dueAfter(state, told, severity);
  if (dueAt === undefined) return { kind: 'nothing' };
  if (dueAt > now) return { kind: 'nothing', until: dueAt };
  if (phase === 'noted') return say('noted');
  return say(isGrown(state, told) ? 'opened' : 'repeated');
}

/** When a cause is over for want of new cases, if none comes. */
export function quietAt({ lastAt }: AlertState): Date {
  return new Date(lastAt.getTime() + QUIET_MS);
}

/** Nobody need hear that something is over of which nobody has heard, or twice. */
function isSaid({ phase, told }: AlertState, attempted: Telling['attempted']): boolean {
  if (phase !== 'resolved') return false;
  return told === undefined ? attempted === undefined : told.phase !== 'open';
}

/** A notice that may have left keeps its number only for the very same words: whoever has it drops what has the same number. */
function numberOf(notice: NoticeState, { told, count }: AlertState, attempted: Telling['attempted']): number {
  const next = (told?.notices ?? 0) + 1;
  if (attempted === undefined || attempted.notice < next) return next;
  return attempted.state === notice && attempted.count === count ? attempted.notice : attempted.notice + 1;
}

function isGrown({ count, phase }: AlertState, told: AlertTold): boolean {
  return count > told.count || told.phase !== phase;
}

/** When the next notice is due, if nothing more comes; `undefined`: what is noted has its digest. */
function dueAfter(state: AlertState, told: AlertTold, severity: Severity): Date | undefined {
  const later = (ms: number): Date => new Date(told.at.getTime() + ms);
  const grown = isGrown(state, told);
  if (grown && told.notices < AT_ONCE) return told.at;
  if (state.phase === 'noted') return undefined;
  // Growing, so that the largest of the first few is the last of them.
  if (grown) return later(Math.max(...GATHER_MS.slice(0, told.notices - AT_ONCE + 1)));
  const isFirst = (told.reminders ?? 0) === 0;
  return later(isFirst || severity === 'critical' ? FIRST_REMINDER_MS : REMINDER_MS);
}
