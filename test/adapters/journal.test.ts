import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { describe, expect, it, vi } from 'vitest';
import { createPowertoolsJournal } from '../../src/adapters/aws/powertools-journal.ts';
import type { Finding } from '../../src/model/finding.ts';
import { firstLook, type Look } from '../../src/model/look.ts';
import { aFinding, anEvent, someFacts } from '../support/facts.ts';

const SEEN_ONCE: Look = firstLook(anEvent(), 'content');
const SEEN_AGAIN: Look = { ...SEEN_ONCE, purpose: 'confirm', suspicion: { seen: 'x', readings: 1 } };

/** Values by the name of their metric. */
function measuredBy(look: Look, findings: readonly Finding[]): Record<string, readonly number[]> {
  const metrics = new Metrics({ namespace: 'Holdfast', serviceName: 'holdfast-test' });
  const values = new Map<string, number[]>();
  vi.spyOn(metrics, 'addMetric').mockImplementation((name, _unit, value) => {
    values.set(name, [...(values.get(name) ?? []), value]);
    return metrics;
  });
  const clock = { now: () => new Date('2027-01-01T00:00:00Z') };
  createPowertoolsJournal(new Logger({ logLevel: 'SILENT' }), metrics, clock).inspected({
    look,
    facts: someFacts(),
    findings,
  });
  return Object.fromEntries(values);
}

describe('the journal', () => {
  it.each<[string, Look, readonly Finding[], Record<string, unknown>]>([
    [
      'counts what was verified',
      SEEN_ONCE,
      [aFinding({ verdict: 'verified', code: 'content-verified' })],
      { Verified: [1] },
    ],
    ['does not count a difference that was seen once', SEEN_ONCE, [aFinding()], {}],
    [
      'counts it, and how long it took, when it was seen again',
      SEEN_AGAIN,
      [aFinding()],
      { Violated: [1], DetectionLatency: [expect.any(Number)] },
    ],
    [
      'tells what our roles may not read from what nobody can',
      SEEN_ONCE,
      ['access-denied', 'key-unusable', 'archived'].map((reason) =>
        aFinding({ verdict: 'unverifiable', code: 'content-unreadable', evidence: { reason } }),
      ),
      { Unverifiable: [1, 1, 1], Denied: [1, 1] },
    ],
  ])('%s', (_, look, findings, expected) => {
    expect(measuredBy(look, findings)).toEqual(expected);
  });
});
