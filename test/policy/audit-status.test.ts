import { describe, expect, it } from 'vitest';
import type { AuditRun } from '../../src/model/audit-run.ts';
import { type AuditKnowledge, isUnderWay, toAuditStatus } from '../../src/policy/audit-status.ts';
import { anAudit, anAuditRun, aRunningAudit } from '../support/audits.ts';

const NOW = new Date('2026-11-21T15:00:00Z');
const at = (text: string): Date => new Date(`2026-11-${text}:00Z`);

const statusOf = (runs: readonly AuditRun[], more: Partial<AuditKnowledge> = {}) =>
  toAuditStatus({ audit: anAudit(), runs, now: NOW, ...more });

const yesterday = anAuditRun({ startedAt: at('20T16:00') });

describe('what is said of an audit', () => {
  it('names its last run and when the next is due', () => {
    expect(statusOf([yesterday])).toEqual({ last: yesterday, finished: yesterday, nextAt: at('21T16:00') });
  });

  it('names the run that is under way beside the one before it', () => {
    const run = aRunningAudit({ startedAt: at('21T14:00'), updatedAt: at('21T14:40') });
    const status = statusOf([run, yesterday]);
    expect(status.running?.run).toBe(run);
    expect(status.running?.pace.share).toBe(0.25);
    expect(status.last).toBe(yesterday);
    expect(status.nextAt).toEqual(at('22T14:00'));
  });

  it('tells the last run from the last that came to its end', () => {
    const failed = anAuditRun({ startedAt: at('21T14:00'), phase: 'failed', reason: 'the role is gone' });
    expect(statusOf([failed, yesterday])).toMatchObject({ last: failed, finished: yesterday });
  });

  it('knows of an audit that never ran when it is due only where its schedule names a time', () => {
    expect(statusOf([])).toEqual({});
    expect(statusOf([], { audit: anAudit({ schedule: 'cron(0 3 * * ? *)' }) })).toEqual({ nextAt: at('22T03:00') });
  });

  it('does not take a run that begins by a clock ahead of this one for the next', () => {
    const run = aRunningAudit({ startedAt: at('21T15:02'), updatedAt: at('21T15:03') });
    expect(statusOf([run]).nextAt).toEqual(at('22T15:02'));
  });

  it('knows no next run of a schedule that is over, or makes no sense', () => {
    expect(statusOf([yesterday], { audit: anAudit({ schedule: 'cron(0 3 1 1 ? 2020)' }) }).nextAt).toBeUndefined();
    expect(statusOf([yesterday], { audit: anAudit({ schedule: 'now and then' }) }).nextAt).toBeUndefined();
  });
});

it.each([
  ['running', '21T14:10', true],
  ['planning', '21T14:59', true],
  ['reporting', '21T14:00', true],
  ['running', '21T13:59', false],
  ['finished', '21T14:59', false],
  ['refused', '21T14:59', false],
  ['failed', '21T14:59', false],
] as const)('a run that is %s and was heard of at %s is under way: %s', (phase, heard, expected) => {
  expect(isUnderWay(aRunningAudit({ phase, updatedAt: at(heard) }), NOW)).toBe(expected);
});

describe('an audit is overdue', () => {
  const failed = (startedAt: Date): AuditRun => anAuditRun({ startedAt, phase: 'failed' });
  const once = (startedAt: Date): AuditRun => anAuditRun({ startedAt, endedAt: new Date(startedAt.getTime() + 1) });

  it.each<[string, readonly AuditRun[], Partial<AuditKnowledge>, Date | undefined]>([
    ['not after one run that failed', [failed(at('21T14:00')), once(at('20T14:00'))], {}, undefined],
    ['not at the very time of the second', [once(at('19T14:50'))], {}, undefined],
    ['when a second is due since the last that finished', [once(at('19T14:00'))], {}, at('20T14:00')],
    ['whatever became of those since then', [failed(at('21T14:00')), once(at('18T14:00'))], {}, at('19T14:00')],
    [
      'not while a run is heard of',
      [aRunningAudit({ startedAt: at('21T13:00'), updatedAt: at('21T14:30') }), once(at('01T14:00'))],
      {},
      undefined,
    ],
    [
      'while one is not heard of any more',
      [aRunningAudit({ startedAt: at('21T11:00'), updatedAt: at('21T11:30') }), once(at('19T11:00'))],
      {},
      at('20T11:00'),
    ],
    [
      'from the first run on, where none has finished',
      [failed(at('21T14:00')), failed(at('19T14:00'))],
      {},
      at('20T14:00'),
    ],
    ['from the schedule on, where none has begun', [], { since: at('19T14:00') }, at('20T14:00')],
    [
      'from the schedule on, where no run has finished since',
      [failed(at('21T14:00'))],
      { since: at('19T14:00') },
      at('20T14:00'),
    ],
    ['not where nothing is known', [], {}, undefined],
    ['not where the schedule is young', [once(at('01T14:00'))], { since: at('20T10:00') }, undefined],
    ['not where the schedule is older than the last run', [once(at('20T14:00'))], { since: at('01T10:00') }, undefined],
    [
      'by the times of its schedule, such as working days',
      [once(at('19T03:00'))],
      { audit: anAudit({ schedule: 'cron(0 3 ? * MON-FRI *)' }) },
      undefined,
    ],
    [
      'by the times of its schedule, in its time zone',
      [once(at('19T03:00'))],
      { audit: anAudit({ schedule: 'cron(0 15 * * ? *)', timezone: 'Europe/Berlin' }) },
      at('19T14:00'),
    ],
    [
      'not where the schedule ends',
      [once(at('01T00:00'))],
      { audit: anAudit({ schedule: 'cron(0 0 5 11 ? 2026)' }) },
      undefined,
    ],
    [
      'not where the schedule is over',
      [once(at('01T00:00'))],
      { audit: anAudit({ schedule: 'cron(0 0 1 1 ? 2020)' }) },
      undefined,
    ],
    [
      'not where nobody understands the schedule',
      [once(at('01T00:00'))],
      { audit: anAudit({ schedule: 'x' }) },
      undefined,
    ],
  ])('%s', (_, runs, more, expected) => {
    expect(statusOf(runs, more).overdueSince).toEqual(expected);
  });

  it('by what was written last, where nobody wrote when a run ended', () => {
    const { endedAt: _, ...run } = once(at('19T13:00'));
    expect(statusOf([{ ...run, updatedAt: at('19T14:30') }]).overdueSince).toEqual(at('20T13:00'));
  });
});
