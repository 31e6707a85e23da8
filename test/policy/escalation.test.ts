import { describe, expect, it } from 'vitest';
import type { AlertState } from '../../src/model/alert-state.ts';
import { escalated, FLOOD_CASES, GROWS_AFTER_MS } from '../../src/policy/escalation.ts';
import { aCause } from '../support/alerts.ts';

const FIRST = new Date('2026-11-02T00:00:00Z');
const HOUR_MS = 3_600_000;

function after(ms: number, changes: Partial<AlertState> = {}): AlertState {
  return aCause({ severity: 'warning', firstAt: FIRST, lastAt: new Date(FIRST.getTime() + ms), ...changes });
}

describe('severity', () => {
  it.each<[string, AlertState, string]>([
    ['of a warning stays', after(0), 'warning'],
    ['of a warning that grows for less than a day stays', after(GROWS_AFTER_MS - 1), 'warning'],
    ['of a warning that grows for a day rises', after(GROWS_AFTER_MS), 'critical'],
    ['of a warning with nearly a thousand cases stays', after(HOUR_MS, { count: FLOOD_CASES - 1 }), 'warning'],
    ['of a warning with a thousand cases in an hour rises', after(HOUR_MS, { count: FLOOD_CASES }), 'critical'],
    ['of a warning with a thousand cases in more time stays', after(HOUR_MS + 1, { count: FLOOD_CASES }), 'warning'],
    [
      'that has risen stays',
      after(2 * HOUR_MS, {
        count: FLOOD_CASES,
        told: { notices: 7, at: FIRST, phase: 'open', count: 1, severity: 'critical' },
      }),
      'critical',
    ],
    [
      'of a warning that was told as one stays',
      after(0, { told: { notices: 1, at: FIRST, phase: 'open', count: 1, severity: 'warning' } }),
      'warning',
    ],
    ['of what is critical stays', after(0, { severity: 'critical' }), 'critical'],
    ['of what is for the record never rises', after(GROWS_AFTER_MS, { severity: 'info', count: 9e9 }), 'info'],
  ])('%s', (_, state, expected) => {
    expect(escalated(state)).toBe(expected);
  });
});
