import { expect, it } from 'vitest';
import { type AlertState, endOf } from '../../src/model/alert-state.ts';
import { aFinding } from '../support/facts.ts';

const AT = new Date('2026-11-02T08:00:00Z');
const open: AlertState = {
  fingerprint: 'f',
  episode: 2,
  phase: 'open',
  finding: aFinding(),
  severity: 'warning',
  count: 3,
  healed: 1,
  firstAt: AT,
  lastAt: AT,
  examples: [],
};

it.each<[string, AlertState, ReturnType<typeof endOf>]>([
  ['is open', open, undefined],
  [
    'is resolved',
    { ...open, phase: 'resolved', resolution: 'gone', resolvedAt: AT },
    { episode: 2, count: 3, resolution: 'gone', resolvedAt: AT },
  ],
])('an episode that %s has the end that it has', (_, state, end) => {
  expect(endOf(state)).toEqual(end);
});
