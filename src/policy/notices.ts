import { isAtLeast, type Severity } from '../model/action.ts';
import type { NoticeState } from '../model/alert.ts';
import type { AlertState, AlertTold, Mute } from '../model/alert-state.ts';
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
  /** A notice of this number may have left although nobody has recorded it. */
  readonly attempted?: number;
}

/** Decides purely. Resolutions are made elsewhere: here a state that is resolved is told, once, if its opening was. */
export function nextNotice(state: AlertState, { mutes, now, attempted = 0 }: Telling): NextNotice {
  const told = state.told ?? toldUnrecorded(state, attempted);
  if (isSaid(state, told)) return { kind: 'nothing' };
  const muted = mutedUntil(state, mutes, now);
  if (muted !== undefined) return { kind: 'nothing', until: muted };
  const severity = escalated(state);
  const say = (notice: NoticeState): NextNotice => {
    return { kind: 'notice', state: notice, number: (told?.notices ?? 0) + 1, severity };
  };
  if (state.phase === 'resolved') return say('resolved');
  if (told === undefined) return say(state.phase === 'noted' ? 'noted' : 'opened');
  if (!isAtLeast(told.severity, severity)) return say('opened');
  const dueAt = dueAfter(state, told, severity);
  if (dueAt === undefined) return { kind: 'nothing' };
  if (dueAt > now) return { kind: 'nothing', until: dueAt };
  if (state.phase === 'noted') return say('noted');
  return say(isGrown(state, told) ? 'opened' : 'repeated');
}

/** When a cause is over for want of new cases, if none comes. */
export function quietAt({ lastAt }: AlertState): Date {
  return new Date(lastAt.getTime() + QUIET_MS);
}

/** Who died while sending may have sent it: then it was told, and only that is known. */
function toldUnrecorded({ phase, firstAt, severity }: AlertState, attempted: number): AlertTold | undefined {
  if (attempted === 0 || phase !== 'resolved') return undefined;
  return { notices: attempted, at: firstAt, phase: 'open', count: 0, severity };
}

/** Nobody need hear that something is over of which nobody has heard, or twice. */
function isSaid({ phase }: AlertState, told: AlertTold | undefined): boolean {
  return phase === 'resolved' && (told === undefined || told.phase !== 'open');
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
