import { expect, it } from 'vitest';
import { outcomeOf, stateOf } from '../../src/policy/audit-outcome.ts';
import { anAuditRun, aRunningAudit } from '../support/audits.ts';

const { root: _, ...partial } = anAuditRun();

it.each([
  ['proved', anAuditRun()],
  ['violated', anAuditRun({ findings: 3, violated: 1 })],
  ['violated', { ...partial, findings: 1, violated: 1 }],
  ['not-judged', anAuditRun({ findings: 3 })],
  ['incomplete', { ...partial, findings: 3 }],
  ['empty', anAuditRun({ versions: 0 })],
  ['refused', anAuditRun({ phase: 'refused', reason: 'above the budget' })],
  ['failed', anAuditRun({ phase: 'failed', violated: 1 })],
  ['silent', aRunningAudit({ phase: 'planning' })],
  ['silent', aRunningAudit()],
  ['silent', aRunningAudit({ phase: 'reporting' })],
])('a run has come to %s: %#', (expected, run) => {
  expect(outcomeOf(run)).toBe(expected);
});

it.each([
  ['never-ran', {}],
  ['proved', { last: anAuditRun() }],
  ['under-way', { last: anAuditRun(), running: { run: aRunningAudit(), pace: {} } }],
  ['overdue', { last: anAuditRun(), overdueSince: new Date(0) }],
])('what matters is %s', (expected, status) => {
  expect(stateOf(status)).toBe(expected);
});
