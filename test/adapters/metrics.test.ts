import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createPowertoolsBacklogGauge } from '../../src/adapters/aws/powertools-backlog-gauge.ts';
import { createPowertoolsJournal } from '../../src/adapters/aws/powertools-journal.ts';
import { firstLook, type Look } from '../../src/model/look.ts';
import { METRICS } from '../../src/model/metric.ts';
import { present } from '../../src/model/observation.ts';
import { aFinding, anEvent, someFacts } from '../support/facts.ts';

interface EmbeddedLine extends Readonly<Record<string, unknown>> {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
}

const create = (): Metrics => new Metrics({ namespace: 'Holdfast', serviceName: 'holdfast-test' });

/** What CloudWatch reads in the log of a function while this runs. */
function linesOf(run: () => void): readonly EmbeddedLine[] {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => written.push(String(line)) > 0);
  vi.spyOn(console, 'log').mockImplementation((line) => written.push(String(line)));
  run();
  vi.restoreAllMocks();
  return written.map((line) => JSON.parse(line) as EmbeddedLine);
}

function everythingHappens(): void {
  const metrics = create();
  const clock = { now: () => new Date('2027-01-01T00:00:00Z') };
  const journal = createPowertoolsJournal(new Logger({ logLevel: 'SILENT' }), metrics, clock);
  const first = firstLook(anEvent(), 'recorded');
  const again: Look = { ...first, purpose: 'confirm', suspicion: { seen: 'x', readings: 1 } };
  const read = someFacts({ content: present({ sizeBytes: 7, whole: {} }) });
  journal.inspected({
    look: first,
    facts: read,
    findings: [aFinding({ verdict: 'verified', code: 'content-verified' })],
  });
  const denied = aFinding({
    verdict: 'unverifiable',
    code: 'content-unreadable',
    evidence: { reason: 'access-denied' },
  });
  journal.inspected({ look: again, facts: read, findings: [aFinding(), denied] });
  journal.acknowledged(anEvent());
  journal.setAside('not JSON');
  journal.retried({ retries: 2, throttles: 1 });
  journal.replicated({ pair: 'orders', sizeBytes: 1, lagMs: 1_500 });
  metrics.publishStoredMetrics();
  createPowertoolsBacklogGauge(create()).counted('orders/a/b', { versions: 3, bytes: 30, oldestAgeMs: 61_499 });
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the metrics of Holdfast', () => {
  it('are those that are declared, with their units and dimensions, and no others', () => {
    const emitted = linesOf(everythingHappens).flatMap(({ _aws }) =>
      _aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics: named }) =>
        named.map(({ Name, Unit }) => `${Namespace} ${Name} ${Unit} ${Dimensions.flat().join()}`),
      ),
    );
    const declared = Object.entries(METRICS)
      .filter(([name]) => name !== 'OldestUndelivered') // of the sender: test/infrastructure/emitted.test.ts hears it
      .map(([name, { unit, by }]) => `Holdfast ${name} ${unit} ${['service', ...by].join()}`);
    expect([...new Set(emitted)].toSorted()).toEqual(declared.toSorted());
  });

  it('say of each link apart what is on its way', () => {
    const lines = linesOf(() => {
      const gauge = createPowertoolsBacklogGauge(create());
      gauge.counted('orders/a/b', { versions: 3, bytes: 30, oldestAgeMs: 61_499 });
      gauge.counted('orders/a/c', { versions: 0, bytes: 0, oldestAgeMs: 0 });
    });
    expect(lines).toMatchObject([
      { service: 'holdfast-test', link: 'orders/a/b', PendingVersions: 3, PendingBytes: 30, OldestPendingAge: 61 },
      { service: 'holdfast-test', link: 'orders/a/c', PendingVersions: 0, PendingBytes: 0, OldestPendingAge: 0 },
    ]);
  });
});
