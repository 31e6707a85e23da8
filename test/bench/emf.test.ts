import { describe, expect, it } from 'vitest';
import { createPublishedMetrics } from '../../bench/emf.ts';

function line(metrics: Readonly<Record<string, number | readonly number[]>>, service = 'holdfast'): string {
  return JSON.stringify({
    _aws: {
      Timestamp: 1,
      CloudWatchMetrics: [
        {
          Namespace: 'Holdfast',
          Dimensions: [['service']],
          Metrics: Object.keys(metrics).map((Name) => ({ Name, Unit: 'Count' })),
        },
      ],
    },
    service,
    ...metrics,
  });
}

describe('published metrics', () => {
  it.each([
    ['the same name twice is one metric', [line({ Verified: 1 }), line({ Verified: 2 })], 1, 3],
    ['two names are two metrics', [line({ Verified: 1, EventsIngested: 1 })], 2, 1],
    ['another value of a dimension is another metric', [line({ Verified: 1 }), line({ Verified: 1 }, 'other')], 2, 2],
    ['several values in one line are added', [line({ Verified: [1, 1, 1] })], 1, 3],
    ['other lines are no metrics', ['inspected', '{"message":"inspected"}', '{"note":"_aws"}'], 0, 0],
  ])('%s', (_, lines, billed, verified) => {
    const metrics = createPublishedMetrics();
    for (const text of lines) metrics.read(text);
    expect({ billed: metrics.billed(), verified: metrics.sum('Verified') }).toEqual({ billed, verified });
  });
});
