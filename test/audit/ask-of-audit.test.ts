import { describe, expect, it } from 'vitest';
import { askOfAudit } from '../../src/audit/ask-of-audit.ts';
import type { AuditConfig } from '../../src/model/config.ts';
import { LINK } from '../support/replicas.ts';
import { AUDIT, CONFIG } from './fake-machine.ts';

const DAY_MS = 86_400_000;
const now = new Date('2026-11-21T15:07:00Z');
const rule = {
  bucket: LINK.source.bucket,
  prefix: 'logs/',
  evidence: 'etag',
  declared: [],
  everyMs: 30 * DAY_MS,
} as const;
const config = { ...CONFIG, verify: [rule, { ...rule, bucket: 'another' }] };
const ask = (audit: Partial<AuditConfig>) => askOfAudit({ ...AUDIT, ...audit }, { config, now });

describe('what a run by the clock asks', () => {
  it('is what its configuration says', () => {
    const { graceMs: _, ...left } = AUDIT;
    expect(ask({ prefix: 'a/', versions: false })).toEqual({
      pair: AUDIT.pair,
      prefix: 'a/',
      versions: false,
      content: { mode: 'never' },
      gapMs: 120_000,
      graceMs: 3_600_000,
    });
    expect(askOfAudit(left, { config, now })).not.toHaveProperty('graceMs');
  });

  it.each([
    ['rate(7 days)', 'UTC', 7],
    ['rate(12 hours)', 'UTC', 0.5],
    ['cron(0 3 ? * SUN *)', 'Europe/Berlin', 7],
    ['cron(0 3 1 1 ? 2020)', 'UTC', 7], // never again: as if once a week
  ])('reads by age what has its turn between two runs of %s', (schedule, timezone, days) => {
    expect(ask({ schedule, timezone, content: { mode: 'age', share: 1 } }).content).toEqual({
      mode: 'age',
      everyMs: 90 * DAY_MS,
      periodMs: days * DAY_MS,
      turn: Math.floor(now.getTime() / (days * DAY_MS)),
      rules: [{ bucket: LINK.source.bucket, prefix: 'logs/', everyMs: 30 * DAY_MS }],
    });
  });

  it('samples anew each day', () => {
    const content = ask({ content: { mode: 'sample', share: 0.25 } }).content;
    expect(content).toEqual({ mode: 'sample', share: 0.25, seed: '2026-11-21' });
  });
});
