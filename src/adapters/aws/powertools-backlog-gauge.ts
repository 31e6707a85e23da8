import type { Metrics } from '@aws-lambda-powertools/metrics';
import { type MetricName, METRICS } from '../../model/metric.ts';
import type { BacklogGauge } from '../../ports.ts';

/** Three metrics for each link, in one line of the log, by way of the embedded metric format. The metrics must be its own. */
export function createPowertoolsBacklogGauge(metrics: Metrics): BacklogGauge {
  const set = (name: MetricName, value: number): void => {
    metrics.addMetric(name, METRICS[name].unit, value);
  };
  return {
    counted(link, { versions, bytes, oldestAgeMs }) {
      metrics.addDimension('link', link);
      set('PendingVersions', versions);
      set('PendingBytes', bytes);
      set('OldestPendingAge', Math.round(oldestAgeMs / 1_000));
      metrics.publishStoredMetrics();
    },
  };
}
