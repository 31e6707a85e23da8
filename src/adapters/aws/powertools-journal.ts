import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import { type Finding, needsSecondLook, type Verdict } from '../../model/finding.ts';
import type { Look } from '../../model/look.ts';
import { type MetricName, METRICS } from '../../model/metric.ts';
import { formatObject } from '../../model/object.ts';
import { sizeClassOf } from '../../model/pending.ts';
import type { Clock, Journal } from '../../ports.ts';

const METRIC_OF: Readonly<Record<Verdict, MetricName>> = {
  verified: 'Verified',
  violated: 'Violated',
  unverifiable: 'Unverifiable',
};

/** Reasons that accuse our own roles, or the policy of a key. */
const DENIALS: ReadonlySet<string | number> = new Set(['access-denied', 'key-unusable']);

/** A difference seen once is not counted: a broken connection looks the same, and the next look decides. */
function isSuspicion(finding: Finding, { suspicion }: Look): boolean {
  return suspicion === undefined && needsSecondLook(finding);
}

/**
 * Logs and metrics of what happened. The metrics have one dimension, the service: each name is one billed metric in each
 * Region, whatever the number of buckets, prefixes and objects. Only the lag of replication has two more, the pair and one of
 * four classes of size.
 */
export function createPowertoolsJournal(logger: Logger, metrics: Metrics, clock: Clock): Journal {
  const add = (name: MetricName, value: number, to: Metrics = metrics): void => {
    to.addMetric(name, METRICS[name].unit, value);
  };
  const count = (name: MetricName): void => add(name, 1);
  return {
    inspected({ look, facts, findings }) {
      const { event, reach, purpose, attempt } = look;
      if (purpose === 'first' && reach === 'recorded') count('EventsIngested');
      if (facts.content?.state === 'present') add('BytesRead', facts.content.value.sizeBytes);
      const settled = findings.filter((finding) => !isSuspicion(finding, look));
      for (const finding of settled) {
        count(METRIC_OF[finding.verdict]);
        if (DENIALS.has(finding.evidence['reason'] ?? '')) count('Denied');
      }
      if (settled.some(({ verdict }) => verdict === 'violated')) {
        const latencyMs = Math.max(0, clock.now().getTime() - event.eventAt.getTime());
        add('DetectionLatency', latencyMs);
      }
      logger.info('inspected', {
        object: formatObject(event.object),
        event: event.name,
        reach,
        purpose,
        attempt,
        findings,
      });
    },
    acknowledged(event) {
      count('EventsIgnored');
      logger.debug('acknowledged', { object: formatObject(event.object), event: event.name });
    },
    replicated({ pair, sizeBytes, lagMs }) {
      const metric = metrics.singleMetric();
      metric.addDimension('pair', pair);
      metric.addDimension('sizeClass', sizeClassOf(sizeBytes));
      add('ReplicationLag', lagMs, metric);
    },
    retried({ retries, throttles }) {
      add('HiddenRetries', retries);
      if (throttles > 0) add('HiddenThrottles', throttles);
    },
    setAside(reason) {
      count('EventsPoisoned');
      logger.warn('set aside', { reason });
    },
  };
}
