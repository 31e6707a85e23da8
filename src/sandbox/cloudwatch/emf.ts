import { isRecord } from '../record.ts';
import type { Measurement } from './metric-store.ts';

/**
 * The metrics in a line of a function's log, in the embedded metric format; none where the line is anything else.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function parseEmf(line: string, region: string): readonly Measurement[] {
  if (!line.startsWith('{') || !line.includes('"CloudWatchMetrics"')) return [];
  const document = parse(line);
  const { Timestamp: at, CloudWatchMetrics: directives } = record(document['_aws']);
  if (typeof at !== 'number') return [];
  return records(directives).flatMap(({ Namespace: namespace, Dimensions: sets, Metrics: metrics }) => {
    if (typeof namespace !== 'string') return [];
    return list(sets).flatMap((names) => {
      const dimensions = Object.fromEntries(list(names).map((name) => [String(name), String(document[String(name)])]));
      return records(metrics).flatMap(({ Name: name, Unit: unit }) =>
        numbers(document[String(name)]).map((value) => ({
          region,
          namespace,
          name: String(name),
          dimensions,
          at,
          value,
          ...(typeof unit === 'string' ? { unit } : {}),
        })),
      );
    });
  });
}

function parse(line: string): Readonly<Record<string, unknown>> {
  try {
    return record(JSON.parse(line));
  } catch {
    // What only looks like JSON is a line like any other.
    return {};
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function records(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return list(value).map((entry) => record(entry));
}

function numbers(value: unknown): readonly number[] {
  return [value].flat().filter((entry): entry is number => typeof entry === 'number');
}
