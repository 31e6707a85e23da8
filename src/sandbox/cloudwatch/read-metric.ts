import { AwsError, notImplemented } from '../aws-error.ts';
import { integer, objects, text, type JsonInput } from '../json-protocol.ts';
import {
  merge,
  type Dimensions,
  type MetricStore,
  type MetricName,
  type Period,
  type Statistics,
} from './metric-store.ts';

export type StatisticName = 'SampleCount' | 'Sum' | 'Average' | 'Minimum' | 'Maximum';

const READ: Readonly<Record<StatisticName, (statistics: Statistics) => number>> = {
  SampleCount: ({ count }) => count,
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ min }) => min,
  Maximum: ({ max }) => max,
};

/** Refuses by name what the sandbox does not keep: percentiles need every single value. */
export function parseStatistic(name: string): (statistics: Statistics) => number {
  if (isStatistic(name)) return READ[name];
  throw notImplemented(`the statistic ${name}`);
}

function isStatistic(name: string): name is StatisticName {
  return Object.hasOwn(READ, name);
}

const MINUTE_SECONDS = 60;
const DAY_SECONDS = 86_400;

/** Milliseconds of a `Period`, which is given in seconds. */
export function periodMs(input: JsonInput): number {
  const seconds = integer(input, 'Period', [1, DAY_SECONDS]);
  if (seconds === undefined) throw new AwsError('MissingParameter', 400, 'The parameter Period is required.');
  if (seconds % MINUTE_SECONDS !== 0)
    throw notImplemented(`the period of ${seconds} s, which is no whole number of minutes`);
  return seconds * 1000;
}

/** Epoch milliseconds of a time, which clients send in seconds. */
export function timeMs(input: JsonInput, name: string): number {
  const value = input[name];
  if (typeof value === 'number') return value * 1000;
  throw new AwsError('MissingParameter', 400, `The parameter ${name} is required.`);
}

export function dimensionsOf(input: JsonInput): Dimensions {
  return Object.fromEntries(objects(input, 'Dimensions').map((entry) => [text(entry, 'Name'), text(entry, 'Value')]));
}

export interface Window {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly periodMs: number;
}

/** A metric in periods, oldest first; those without a measurement are left out. */
export function readPeriods(store: MetricStore, metric: MetricName, window: Window): readonly Period[] {
  const periods = new Map<number, Statistics>();
  // CloudWatch rounds the beginning down to the minute.
  const fromMs = Math.floor(window.fromMs / (MINUTE_SECONDS * 1000)) * MINUTE_SECONDS * 1000;
  for (const { startMs, ...statistics } of store.minutes(metric, fromMs, window.untilMs)) {
    const start = Math.floor(startMs / window.periodMs) * window.periodMs;
    periods.set(start, merge(periods.get(start), statistics));
  }
  return [...periods].map(([startMs, statistics]) => ({ startMs, ...statistics }));
}
