import type { AuditRun } from '../../src/model/audit-run.ts';
import type { AuditConfig } from '../../src/model/config.ts';

/** An audit of the pair of `aPair`, once a day. */
export function anAudit(changes: Partial<AuditConfig> = {}): AuditConfig {
  return {
    name: 'nightly',
    pair: 'orders',
    schedule: 'rate(1 day)',
    timezone: 'UTC',
    prefix: '',
    versions: true,
    content: { mode: 'never', share: 0.01 },
    budget: 10,
    ceiling: 100_000,
    concurrency: 20,
    keepMs: 400 * 86_400_000,
    ...changes,
  };
}

/** A run of it that ended well, an hour after it began. */
export function anAuditRun(changes: Partial<AuditRun> = {}): AuditRun {
  const startedAt = changes.startedAt ?? new Date('2026-11-20T03:00:00Z');
  const endedAt = new Date(startedAt.getTime() + 3_600_000);
  const text = startedAt.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return {
    audit: 'nightly',
    pair: 'orders',
    run: `${text}-0a1b2c`,
    phase: 'finished',
    startedAt,
    updatedAt: endedAt,
    endedAt,
    shards: { done: 8, all: 8 },
    versions: 20_000,
    bytes: 4_000_000_000,
    findings: 0,
    violated: 0,
    dollars: 0.12,
    root: 'ab'.repeat(32),
    report: { bucket: 'holdfast-dev-reports-111122223333-us-east-1', prefix: `audits/nightly/${text}-0a1b2c/` },
    ...changes,
  };
}

/** A run that is under way, and was heard of at that time. */
export function aRunningAudit(changes: Partial<AuditRun> = {}): AuditRun {
  const { endedAt: _, root: __, report: ___, ...run } = anAuditRun(changes);
  return { ...run, phase: 'running', shards: { done: 2, all: 8 }, versions: 5_000, ...changes };
}
