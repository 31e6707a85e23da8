import type { CloudWatchClient, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { Call } from '../../ports.ts';

/** One metric, in the words of whoever publishes it. */
export interface MetricName {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface MetricQuestion extends MetricName {
  readonly statistic: 'Maximum' | 'Minimum' | 'Sum' | 'Average' | 'SampleCount';
  readonly periodSeconds: number;
}

export interface MetricWindow extends Call {
  readonly from: Date;
  readonly until: Date;
}

/** The value of one period, which begins `at`. */
export interface MetricPoint {
  readonly at: Date;
  readonly value: number;
}

/** Metrics in one request. CloudWatch takes this many. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const PER_REQUEST = 500;

/** Asks for metrics of one Region; answers come in the order of the questions, oldest first, and empty where nothing is known. */
export async function readMetrics(
  client: CloudWatchClient,
  questions: readonly MetricQuestion[],
  window: MetricWindow,
): Promise<readonly (readonly MetricPoint[])[]> {
  const { GetMetricDataCommand } = await import('@aws-sdk/client-cloudwatch');
  const points: MetricPoint[][] = questions.map(() => []);
  for (let from = 0; from < questions.length; from += PER_REQUEST) {
    const MetricDataQueries = questions.slice(from, from + PER_REQUEST).map((question, index) => {
      return toQuery(question, from + index);
    });
    const input = {
      MetricDataQueries,
      StartTime: window.from,
      EndTime: window.until,
      ScanBy: 'TimestampAscending',
    } as const;
    let token: string | undefined;
    do {
      const command = new GetMetricDataCommand({ ...input, ...(token === undefined ? {} : { NextToken: token }) });
      const page = await client.send(command, { abortSignal: window.signal });
      for (const { Id = '', Timestamps = [], Values = [] } of page.MetricDataResults ?? []) {
        const known = points[Number(Id.slice(1))];
        for (const [index, at] of Timestamps.entries()) known?.push({ at, value: Values[index] ?? 0 });
      }
      token = page.NextToken;
    } while (token !== undefined);
  }
  return points;
}

function toQuery(
  { namespace, name, dimensions, statistic, periodSeconds }: MetricQuestion,
  index: number,
): MetricDataQuery {
  return {
    Id: `m${index}`,
    MetricStat: {
      Metric: {
        Namespace: namespace,
        MetricName: name,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: periodSeconds,
      Stat: statistic,
    },
  };
}
