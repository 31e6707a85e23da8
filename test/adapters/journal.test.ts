import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { describe, expect, it, vi } from 'vitest';
import { createPowertoolsJournal } from '../../src/adapters/aws/powertools-journal.ts';
import type { Finding } from '../../src/model/finding.ts';
import { firstLook, type Look } from '../../src/model/look.ts';
import { aFinding, anEvent, aReport, someFacts } from '../support/facts.ts';

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
    ['does not count a replica that was missed once', SEEN_ONCE, [aReport('replica-missing')], {}],
    [
      'counts a failure that S3 reports at once',
      SEEN_ONCE,
      [aReport('replication-failed')],
      { Violated: [1], DetectionLatency: [expect.any(Number)] },
    ],
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

  it.each([
    [0, 'below-1-MiB'],
    [1_048_575, 'below-1-MiB'],
    [1_048_576, 'below-100-MiB'],
    [5_368_709_119, 'below-5-GiB'],
    [5_368_709_120, 'larger'],
  ])('measures the lag by pair and class of size: %i bytes are %s', (sizeBytes, sizeClass) => {
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const metrics = new Metrics({ namespace: 'Holdfast', serviceName: 'holdfast-test' });
    const journal = createPowertoolsJournal(new Logger({ logLevel: 'SILENT' }), metrics, { now: () => new Date(0) });
    journal.replicated({ pair: 'orders', sizeBytes, lagMs: 1_500 });
    const line = JSON.parse(String(written.mock.calls[0]?.[0])) as Record<string, unknown>;
    written.mockRestore();
    expect(line).toMatchObject({
      pair: 'orders',
      sizeClass,
      ReplicationLag: 1_500,
      service: 'holdfast-test',
      // One set of dimensions is one metric for each pair and class.
      _aws: { CloudWatchMetrics: [{ Dimensions: [['service', 'pair', 'sizeClass']] }] },
    });
    expect(metrics.hasStoredMetrics()).toBe(false);
  });

  it.each([
    ['both where S3 or KMS said to slow down', { retries: 3, throttles: 2 }, ['HiddenRetries 3', 'HiddenThrottles 2']],
    ['attempts alone where something else was wrong', { retries: 1, throttles: 0 }, ['HiddenRetries 1']],
  ])('counts %s', (_title, hidden, expected) => {
    const metrics = new Metrics({ namespace: 'Holdfast', serviceName: 'holdfast-test' });
    const counted: string[] = [];
    vi.spyOn(metrics, 'addMetric').mockImplementation((name, _unit, value) => {
      counted.push(`${name} ${value}`);
      return metrics;
    });
    const logger = new Logger({ logLevel: 'SILENT' });
    createPowertoolsJournal(logger, metrics, { now: () => new Date(0) }).retried(hidden);
    expect(counted).toEqual(expected);
  });
});
