import { AwsError } from '../aws-error.ts';
import type { AccessControl } from '../iam/access.ts';
import type { ConditionContext } from '../iam/condition.ts';
import { checkMembers, objects, optionalText, text, texts, type JsonInput } from '../json-protocol.ts';
import type { JsonCall, JsonOperation } from '../json-service.ts';
import { isRecord } from '../record.ts';
import type { SandboxClock } from '../service.ts';
import type { MetricStore, Series } from './metric-store.ts';
import { parseMeasurements } from './put-metric.ts';
import { dimensionsOf, parseStatistic, periodMs, readPeriods, timeMs } from './read-metric.ts';

export interface CloudWatchSite {
  readonly metrics: MetricStore;
  readonly access: AccessControl;
  readonly clock: Pick<SandboxClock, 'now'>;
  /** Brings what is measured from time to time up to now, before it is read. */
  readonly refresh: () => void;
}

const SERIES_PER_PAGE = 500;

export function createCloudWatchOperations({
  metrics,
  access,
  clock,
  refresh,
}: CloudWatchSite): Readonly<Record<string, JsonOperation>> {
  function requireAction({ principal, region }: JsonCall, action: string, context: ConditionContext = {}): void {
    access.require({ principal, region, action: `cloudwatch:${action}`, resource: '*', context });
  }

  return {
    PutMetricData: {
      members: ['Namespace', 'MetricData'],
      run(call) {
        const { region, input } = call;
        const namespace = text(input, 'Namespace');
        requireAction(call, 'PutMetricData', { 'cloudwatch:namespace': namespace });
        if (namespace.startsWith('AWS/'))
          throw new AwsError('InvalidParameterValue', 400, 'The value AWS/ for parameter Namespace is invalid.');
        const data = objects(input, 'MetricData').flatMap((datum) =>
          parseMeasurements(datum, { region, namespace, now: clock.now() }),
        );
        for (const measurement of data) metrics.put(measurement);
        return {};
      },
    },
    GetMetricData: {
      members: ['MetricDataQueries', 'StartTime', 'EndTime', 'ScanBy'],
      run(call) {
        requireAction(call, 'GetMetricData');
        refresh();
        const { input, region } = call;
        const times = { fromMs: timeMs(input, 'StartTime'), untilMs: timeMs(input, 'EndTime') };
        const oldestFirst = input['ScanBy'] === 'TimestampAscending';
        const shown = objects(input, 'MetricDataQueries').filter(({ ReturnData }) => ReturnData !== false);
        const MetricDataResults = shown.map((query) => {
          checkMembers('MetricDataQueries', query, ['Id', 'MetricStat', 'Label', 'ReturnData']);
          const { metric, window, read } = parseMetricStat(member(query, 'MetricStat'), { ...call, times });
          const periods = readPeriods(metrics, { region, ...metric }, window);
          const ordered = oldestFirst ? periods : periods.toReversed();
          return {
            Id: text(query, 'Id'),
            Label: optionalText(query, 'Label') ?? metric.name,
            StatusCode: 'Complete',
            Timestamps: ordered.map(({ startMs }) => startMs / 1000),
            Values: ordered.map((period) => read(period)),
          };
        });
        return { MetricDataResults, Messages: [] };
      },
    },
    GetMetricStatistics: {
      members: ['Namespace', 'MetricName', 'Dimensions', 'StartTime', 'EndTime', 'Period', 'Statistics'],
      run(call) {
        requireAction(call, 'GetMetricStatistics');
        refresh();
        const { input, region } = call;
        const metric = { region, ...metricIn(input) };
        const window = {
          fromMs: timeMs(input, 'StartTime'),
          untilMs: timeMs(input, 'EndTime'),
          periodMs: periodMs(input),
        };
        const wanted = texts(input, 'Statistics').map((name) => ({ name, read: parseStatistic(name) }));
        const unit = metrics.list(region).find((series) => isNamed(series, input))?.unit ?? 'None';
        const Datapoints = readPeriods(metrics, metric, window).map((period) => ({
          Timestamp: period.startMs / 1000,
          Unit: unit,
          ...Object.fromEntries(wanted.map(({ name, read }) => [name, read(period)])),
        }));
        return { Label: metric.name, Datapoints };
      },
    },
    ListMetrics: {
      members: ['Namespace', 'MetricName', 'Dimensions', 'NextToken'],
      run(call) {
        requireAction(call, 'ListMetrics');
        refresh();
        const { input, region } = call;
        const from = Number(optionalText(input, 'NextToken') ?? 0);
        const found = metrics.list(region).filter((series) => isNamed(series, input));
        const page = found.slice(from, from + SERIES_PER_PAGE);
        const next = from + page.length;
        return {
          Metrics: page.map(({ namespace, name, dimensions }) => ({
            Namespace: namespace,
            MetricName: name,
            Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
          })),
          ...(next < found.length ? { NextToken: String(next) } : {}),
        };
      },
    },
  };
}

interface MetricStat {
  readonly metric: ReturnType<typeof metricIn>;
  readonly window: Parameters<typeof readPeriods>[2];
  readonly read: ReturnType<typeof parseStatistic>;
}

function parseMetricStat(
  stat: JsonInput,
  { times }: { readonly times: { readonly fromMs: number; readonly untilMs: number } },
): MetricStat {
  checkMembers('MetricStat', stat, ['Metric', 'Period', 'Stat']);
  return {
    metric: metricIn(member(stat, 'Metric')),
    window: { ...times, periodMs: periodMs(stat) },
    read: parseStatistic(text(stat, 'Stat')),
  };
}

function metricIn(input: JsonInput): Omit<Series, 'region' | 'unit'> {
  return { namespace: text(input, 'Namespace'), name: text(input, 'MetricName'), dimensions: dimensionsOf(input) };
}

/** A filter's dimension without a value takes any. */
function isNamed({ namespace, name, dimensions }: Series, input: JsonInput): boolean {
  return (
    (optionalText(input, 'Namespace') ?? namespace) === namespace &&
    (optionalText(input, 'MetricName') ?? name) === name &&
    objects(input, 'Dimensions').every((filter) => {
      const value = dimensions[text(filter, 'Name')];
      return value !== undefined && (optionalText(filter, 'Value') ?? value) === value;
    })
  );
}

function member(input: JsonInput, name: string): JsonInput {
  const value = input[name];
  if (isRecord(value)) return value;
  throw new AwsError('MissingParameter', 400, `The parameter ${name} is required.`);
}
