/** Whether the functions run at all, come to an end, and are in time. */
const { expression, ofFunction, ofSchedules, stat } = require('./metrics.cjs');
const { SCHEDULES } = require('./schedules.cjs');

const QUARTER_S = 900;

/** Share of its time-out from which a run was nearly cut off. Readings pause at five sixths to save where they stand. */
const NEAR_TIMEOUT = 0.9;

/** A shard stops by itself a minute before its time-out, and what is left goes on in the next round: that is no news. */
const STOPS_ITSELF = { 'audit-shard': 0.97 };

/** Seconds between two runs, of `rate(…)`. */
function everyS(rate) {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(rate) ?? [];
  if (unit === undefined) throw new Error(`the alarm about silence does not understand the schedule ${rate}`);
  return Number(count) * { minute: 60, hour: 3600, day: 86_400 }[unit];
}

/** One failure is tried again, by its queue or by the next run; where that is far off, one is enough. */
const errors = ({ name, logicalId }) => {
  const isRare = logicalId in SCHEDULES && everyS(SCHEDULES[logicalId].rate) > 300;
  return {
    id: `${logicalId}ErrorsAlarm`,
    name: `function-errors-${name}`,
    section: 'function-errors',
    text: `The function ${name} fails, and what it was to do is tried again or left out`,
    ...ofFunction(logicalId, 'Errors'),
    Statistic: 'Sum',
    Threshold: isRare ? 0 : 2,
    Period: QUARTER_S,
  };
};

const slow = ({ name, logicalId, timeoutS }) => {
  const share = STOPS_ITSELF[name] ?? NEAR_TIMEOUT;
  return {
    id: `${logicalId}DurationAlarm`,
    name: `function-slow-${name}`,
    section: 'function-slow',
    text: `The function ${name} ran for more than ${share * 100} % of its ${timeoutS} s and is about to be cut off`,
    ...ofFunction(logicalId, 'Duration'),
    Threshold: share * timeoutS * 1000,
    Period: 300,
  };
};

/** What one expression may be made of, by a limit of CloudWatch: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.html */
const MOST_METRICS = 10;

const inTens = (all) =>
  Array.from({ length: Math.ceil(all.length / MOST_METRICS) }, (_, at) =>
    all.slice(at * MOST_METRICS, (at + 1) * MOST_METRICS),
  );

/** SQS starts no more functions than a lane may have, so lasting throttles mean that the account has none left. */
const throttledFunctions = (functions, at) => ({
  id: `FunctionThrottlesAlarm${at + 1}`,
  name: `function-throttles-${at + 1}`,
  section: 'function-throttles',
  text: 'Lambda keeps refusing to start functions of Holdfast because the concurrency of the account is used up',
  Metrics: [
    ...functions.map(({ logicalId }, index) => stat(`m${index}`, ofFunction(logicalId, 'Throttles'), 'Sum', 300)),
    expression(`SUM([${functions.map((_, index) => `FILL(m${index},0)`).join(',')}])`, 'throttled starts'),
  ],
  Threshold: 0,
  EvaluationPeriods: 3,
});

/**
 * Nothing at all is what a watcher that is gone looks like, so missing data breaches. Runs and periods do not begin together: a
 * run a second late leaves one period empty, and two in a row are silence. Where five runs fit into a period, one is.
 */
const silence = ({ name, logicalId }) => {
  const every = everyS(SCHEDULES[logicalId].rate);
  return {
    id: `${logicalId}SilenceAlarm`,
    name: `silence-${name}`,
    section: 'silence',
    text: `${name} has not run for ${every < 300 ? 5 : (2 * every) / 60} minutes, so nobody watches what it watches`,
    ...ofFunction(logicalId, 'Invocations'),
    Statistic: 'Sum',
    ComparisonOperator: 'LessThanThreshold',
    Threshold: 1,
    Period: Math.max(300, every),
    EvaluationPeriods: every < 300 ? 1 : 2,
    TreatMissingData: 'breaching',
  };
};

/** The next run does the same work, so one that is dropped is not missed. */
const DROPPED = {
  id: 'SchedulesDroppedAlarm',
  name: 'schedules-dropped',
  section: 'schedules-dropped',
  text: 'The scheduler could not start watchers: its role or the functions refuse',
  ...ofSchedules('InvocationDroppedCount'),
  Statistic: 'Sum',
  Threshold: 2,
  Period: QUARTER_S,
};

/** In the order in which they are worth looking at. */
module.exports = (functions) => [
  ...functions.filter(({ logicalId }) => logicalId in SCHEDULES).map(silence),
  ...functions.map(errors),
  ...functions.map(slow),
  ...inTens(functions).map(throttledFunctions),
  DROPPED,
];
