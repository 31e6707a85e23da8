import { AwsError } from '../aws-error.ts';
import { checkMembers, optionalText, text, type JsonInput } from '../json-protocol.ts';
import { isRecord } from '../record.ts';
import type { Measurement, Statistics } from './metric-store.ts';
import { dimensionsOf, timeMs } from './read-metric.ts';

const MEMBERS = [
  'MetricName',
  'Dimensions',
  'Timestamp',
  'Value',
  'Values',
  'Counts',
  'StatisticValues',
  'Unit',
  'StorageResolution',
];

export interface PutSurroundings {
  readonly region: string;
  readonly namespace: string;
  /** Epoch milliseconds, for what comes without a time. */
  readonly now: number;
}

/** What one `MetricDatum` says: a value, values with how often each came, or a summary. */
export function parseMeasurements(
  datum: JsonInput,
  { region, namespace, now }: PutSurroundings,
): readonly Measurement[] {
  checkMembers('MetricData', datum, MEMBERS);
  const unit = optionalText(datum, 'Unit');
  const common = {
    region,
    namespace,
    name: text(datum, 'MetricName'),
    dimensions: dimensionsOf(datum),
    at: datum['Timestamp'] === undefined ? now : timeMs(datum, 'Timestamp'),
    ...(unit === undefined ? {} : { unit }),
  };
  return valuesOf(datum).map((value) => ({ ...common, value }));
}

function valuesOf(datum: JsonInput): readonly (number | Statistics)[] {
  const { Value: single, Values: several, Counts: counts, StatisticValues: summary } = datum;
  if (typeof single === 'number') return [single];
  if (isRecord(summary)) {
    const { SampleCount, Sum, Minimum, Maximum } = summary;
    return [{ count: Number(SampleCount), sum: Number(Sum), min: Number(Minimum), max: Number(Maximum) }];
  }
  if (!Array.isArray(several))
    throw new AwsError('MissingParameter', 400, 'The parameter MetricData.member.1.Value is required.');
  return several.map((entry, index) => {
    const value = Number(entry);
    const count = Array.isArray(counts) ? Number(counts[index]) : 1;
    return { count, sum: value * count, min: value, max: value };
  });
}
