import { describe, expect, it } from 'vitest';
import type { AlertState, AlertTold, Mute } from '../../src/model/alert-state.ts';
import { AT_ONCE, nextNotice, QUIET_MS, quietAt, type Telling } from '../../src/policy/notices.ts';
import { aCause } from '../support/alerts.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const START = new Date('2026-11-02T00:00:00Z');
const after = (ms: number): Date => new Date(START.getTime() + ms);

/** A cause with 3 cases that began at START. */
function aState(changes: Partial<AlertState> = {}): AlertState {
  return aCause({ count: 3, firstAt: START, lastAt: START, severity: 'warning', ...changes });
}

/** What people have heard: all of it, at START. */
function heard(notices: number, changes: Partial<AlertTold> = {}): AlertTold {
  return { notices, at: START, phase: 'open', count: 3, severity: 'warning', ...changes };
}

const aMute = (changes: Partial<Mute>): Mute => ({ id: 'm', until: after(DAY_MS), by: 'me', reason: 'r', ...changes });

function say(state: AlertState, telling: Partial<Telling> = {}): string {
  const next = nextNotice(state, { mutes: [], now: START, ...telling });
  if (next.kind === 'notice') return `${next.state} ${next.number} ${next.severity}`;
  return next.until === undefined
    ? 'nothing'
    : `nothing for ${(next.until.getTime() - START.getTime()) / MINUTE_MS} min`;
}

describe('the next notice', () => {
  it.each<[string, AlertState, string]>([
    ['of what nobody has heard', aState(), 'opened 1 warning'],
    ['of what wants no answer', aState({ phase: 'noted', severity: 'info' }), 'noted 1 info'],
    ['of a new case', aState({ told: heard(2, { count: 2 }) }), 'opened 3 warning'],
    ['of the last that is told at once', aState({ told: heard(AT_ONCE - 1, { count: 2 }) }), 'opened 5 warning'],
    ['of new cases after five', aState({ told: heard(5, { count: 2 }) }), 'nothing for 1 min'],
    ['of new cases after six', aState({ told: heard(6, { count: 2 }) }), 'nothing for 5 min'],
    ['of new cases after seven', aState({ told: heard(7, { count: 2 }) }), 'nothing for 15 min'],
    ['of new cases after eight', aState({ told: heard(8, { count: 2 }) }), 'nothing for 60 min'],
    ['of new cases after nine', aState({ told: heard(9, { count: 2 }) }), 'nothing for 240 min'],
    ['of new cases after ten', aState({ told: heard(10, { count: 2 }) }), 'nothing for 1440 min'],
    ['of new cases after a hundred', aState({ told: heard(100, { count: 2 }) }), 'nothing for 1440 min'],
    ['of nothing new', aState({ told: heard(1) }), 'nothing for 1440 min'],
    ['of nothing new, once reminded', aState({ told: heard(2, { reminders: 1 }) }), 'nothing for 10080 min'],
    [
      'of nothing new that is critical, once reminded',
      aState({ severity: 'critical', told: heard(2, { reminders: 1, severity: 'critical' }) }),
      'nothing for 1440 min',
    ],
    ['of what has become critical', aState({ count: 1_000, told: heard(9, { count: 1_000 }) }), 'opened 10 critical'],
    ['of what is over', aState({ phase: 'resolved', told: heard(4) }), 'resolved 5 warning'],
    [
      'of what is over and was told so',
      aState({ phase: 'resolved', told: heard(5, { phase: 'resolved' }) }),
      'nothing',
    ],
    ['of what is over and nobody has heard of', aState({ phase: 'resolved' }), 'nothing'],
    ['of what was noted and is over', aState({ phase: 'resolved', told: heard(1, { phase: 'noted' }) }), 'nothing'],
    ['of what is open again in the same moment', aState({ told: heard(3, { phase: 'resolved' }) }), 'opened 4 warning'],
    [
      'of more that wants no answer',
      aState({ phase: 'noted', severity: 'info', told: heard(1, { phase: 'noted', count: 1, severity: 'info' }) }),
      'noted 2 info',
    ],
    [
      'of much more that wants no answer',
      aState({ phase: 'noted', severity: 'info', told: heard(5, { phase: 'noted', count: 1, severity: 'info' }) }),
      'nothing',
    ],
  ])('%s', (_, state, expected) => {
    expect(say(state)).toBe(expected);
  });

  it('reminds when a reminder is due, and gathers when a gathering ends', () => {
    expect(say(aState({ told: heard(1) }), { now: after(DAY_MS) })).toBe('repeated 2 warning');
    expect(say(aState({ told: heard(5, { count: 2 }) }), { now: after(MINUTE_MS) })).toBe('opened 6 warning');
  });

  it('says nothing while a mute is on, and then what is still to be said', () => {
    const mutes = [aMute({ until: after(HOUR_MS) })];
    expect(say(aState(), { mutes })).toBe('nothing for 60 min');
    expect(say(aState(), { mutes, now: after(HOUR_MS) })).toBe('opened 1 warning');
    expect(say(aState({ phase: 'resolved', told: heard(5, { phase: 'resolved' }) }), { mutes })).toBe('nothing');
  });
});

describe('a notice that may have left unrecorded', () => {
  const opening = { notice: 1, state: 'opened', count: 3 } as const;
  it.each<[string, AlertState, Telling['attempted'], string]>([
    ['keeps its number for the same words', aState(), opening, 'opened 1 warning'],
    ['leaves its number to what was said', aState({ count: 4 }), opening, 'opened 2 warning'],
    [
      'lets the end of it be told, because somebody may have heard',
      aState({ phase: 'resolved' }),
      opening,
      'resolved 2 warning',
    ],
    ['counts for nothing once more was told', aState({ told: heard(2, { count: 2 }) }), opening, 'opened 3 warning'],
    [
      'keeps its number when it is the end',
      aState({ phase: 'resolved', told: heard(1) }),
      { notice: 2, state: 'resolved', count: 3 },
      'resolved 2 warning',
    ],
  ])('%s', (_, state, attempted, expected) => {
    expect(say(state, attempted === undefined ? {} : { attempted })).toBe(expected);
  });
});

it('takes a cause for quiet seven days after its last case', () => {
  expect(quietAt(aState({ lastAt: after(HOUR_MS) }))).toEqual(after(HOUR_MS + QUIET_MS));
});
