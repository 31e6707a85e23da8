import { describe, expect, it } from 'vitest';
import type { AuditSummary } from '../../src/model/audit-records.ts';
import { auditFinding, type AuditNews } from '../../src/policy/audit-news.ts';

const subject = { kind: 'pair', pair: 'orders', region: 'us-east-1', source: 'orders-use1' } as const;
const about = {
  audit: { name: 'weekly', pair: 'orders', budget: 5 },
  run: '20261102T000000Z-000001',
  source: { bucket: 'orders-use1', region: 'us-east-1' },
};
const summary: AuditSummary = {
  kind: 'summary',
  complete: true,
  root: 'ab',
  shards: { done: 2, all: 2 },
  source: { versions: 10, bytes: 1 },
  replica: { versions: 9, bytes: 1 },
  alike: 9,
  proved: 0,
  waiting: 0,
  expected: {},
  read: { versions: 0, bytes: 0 },
  findings: {},
  verdicts: { verified: 0, violated: 0, unverifiable: 0 },
  requests: {},
  dollars: 1,
  endedAt: '2026-11-02T01:00:00.000Z',
};
const finished = (members: Partial<AuditSummary> = {}): Extract<AuditNews, { kind: 'finished' }> => ({
  kind: 'finished',
  summary: { ...summary, ...members },
  dollars: 1.23456,
  report: 's3://reports/audits/weekly/1',
});
const { root: _, ...partly } = { ...summary, complete: false, shards: { done: 1, all: 2 } };

describe('what is told of a run', () => {
  it.each([
    ['all is well', finished(), 'verified', 'audit-finished'],
    [
      'something could not be judged',
      finished({ verdicts: { verified: 0, violated: 0, unverifiable: 3 } }),
      'verified',
      'audit-finished',
    ],
    [
      'there was nothing',
      finished({ source: { versions: 0, bytes: 0 }, replica: { versions: 0, bytes: 0 } }),
      'unverifiable',
      'audit-finished',
    ],
    [
      'something is violated',
      finished({ verdicts: { verified: 0, violated: 1, unverifiable: 0 } }),
      'violated',
      'audit-finished',
    ],
    ['a part is missing', { ...finished(), summary: { ...partly, stopped: 'error' } }, 'violated', 'audit-finished'],
    ['the budget is spent', { ...finished(), summary: { ...partly, stopped: 'budget' } }, 'violated', 'budget-reached'],
    ['it was refused', { kind: 'refused', quote: 7.005 }, 'violated', 'audit-refused'],
    ['it broke off', { kind: 'failed', error: 'out of memory' }, 'violated', 'audit-failed'],
  ] satisfies readonly (readonly [string, AuditNews, string, string])[])(
    'when %s',
    (_name, news: AuditNews, verdict, code) => {
      const finding = auditFinding(news, about);
      expect(finding).toMatchObject({ verdict, code, subject });
      expect(finding.evidence).toMatchObject({ audit: 'weekly', run: about.run });
    },
  );

  it('carries the root, what was looked at and what it cost', () => {
    expect(auditFinding(finished(), about).evidence).toEqual({
      audit: 'weekly',
      run: about.run,
      report: 's3://reports/audits/weekly/1',
      root: 'ab',
      versions: 19,
      violated: 0,
      unverifiable: 0,
      shardsDone: 2,
      shardsAll: 2,
      dollars: 1.23,
    });
  });

  it('says why not all was audited, and with which budget', () => {
    const stopped = auditFinding({ ...finished(), summary: { ...partly, stopped: 'error' } }, about);
    expect(stopped.evidence).toMatchObject({ stopped: 'error', shardsDone: 1, shardsAll: 2 });
    expect(stopped.evidence).not.toHaveProperty('root');
    const spent = auditFinding({ ...finished(), summary: { ...partly, stopped: 'budget' } }, about);
    expect(spent.evidence).toMatchObject({ budget: 5, dollars: 1.23 });
    expect(auditFinding({ kind: 'refused', quote: 7.239 }, about).evidence).toMatchObject({ quote: 7.24, budget: 5 });
  });
});
