import { expect, it } from 'vitest';
import { overdueAudit } from '../../src/policy/overdue-audit.ts';
import { anAudit, anAuditRun } from '../support/audits.ts';

const SOURCE = { bucket: 'orders-use1', region: 'us-east-1' };
const overdueSince = new Date('2026-11-21T03:00:00Z');
const finished = anAuditRun();
const failed = anAuditRun({ startedAt: new Date('2026-11-21T03:00:00Z'), phase: 'failed', reason: 'the role is gone' });
const { endedAt: _, ...endless } = finished;
const { reason: __, ...silent } = failed;

const DUE = { audit: 'nightly', schedule: 'rate(1 day)', dueAt: '2026-11-21T03:00:00.000Z' };
const FINISHED = { lastFinishedAt: '2026-11-20T04:00:00.000Z' };
const LAST = { lastRun: '20261121T030000Z-0a1b2c', lastPhase: 'failed' };

it.each([
  ['is silent of one that comes', { finished, last: finished }, undefined],
  ['says when it finished last', { overdueSince, finished, last: finished }, { ...DUE, ...FINISHED }],
  ['by its last word, where its end was not written', { overdueSince, finished: endless }, { ...DUE, ...FINISHED }],
  [
    'says what became of the newest run',
    { overdueSince, finished, last: failed },
    { ...DUE, ...FINISHED, ...LAST, lastReason: 'the role is gone' },
  ],
  ['without a reason where none is known', { overdueSince, last: silent }, { ...DUE, ...LAST }],
  ['without a run where there was none', { overdueSince }, DUE],
])('%s', (___, status, evidence) => {
  expect(overdueAudit(anAudit(), status, SOURCE)?.evidence).toEqual(evidence);
});

it('is about the pair, in the Region of its source', () => {
  expect(overdueAudit(anAudit(), { overdueSince }, SOURCE)).toMatchObject({
    verdict: 'violated',
    code: 'audit-overdue',
    subject: { kind: 'pair', pair: 'orders', region: 'us-east-1', source: 'orders-use1' },
  });
});
