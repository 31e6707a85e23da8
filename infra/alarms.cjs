/**
 * Who watches the watcher. Each alarm says in one sentence what it means and where docs/runbook.md says what to do. The reasons
 * for the thresholds stand beside them. CloudWatch's own alarms need none of our code to run: what they say holds when
 * Holdfast is broken.
 */
const alarmsOfFunctions = require('./function-alarms.cjs');
const describeFunctions = require('./functions.cjs');
const { expression, KMS_CALLS, ofMachine, ofQueue, ofService, ofTopic, stat } = require('./metrics.cjs');
const describeRegion = require('./region.cjs');

/**
 * By lane, what its age means, and from which age in seconds. A single message that fails again and again gets this old before
 * its dead-letter queue has it: as often as the lane tries, as long as it hides a message, and a look is put off for up to
 * a quarter of an hour before. Only what is older is a queue. Readings may queue: they are slowed while KMS has no room.
 */
const LANES = {
  Signals: { olderThanS: 45 * 60, falls: 'events of S3 wait, so damage and failed replications are found late' },
  Looks: { olderThanS: 3600, falls: 'looks wait, so replicas are followed late' },
  Reads: { olderThanS: 6 * 3600, falls: 'readings wait, so content is verified late' },
  Peer: { olderThanS: 45 * 60, falls: 'news of other stacks wait, so what is on its way to this Region is unknown' },
};

/** So many objects that our own roles may not read within a quarter of an hour are a wrong role or key policy, not objects. */
const DENIED = 10;

/** More throttles in five minutes than that slow us noticeably; `throttle-storm` draws the same line. */
const THROTTLES = 20;

/** Percent of the quota, as `LOW_HEADROOM` of the model: a minute is an average, and bursts in it are throttled before it is full. */
const KMS_USED_PERCENT = 60;

/** S3 replicates nearly everything within a quarter of an hour; an hour is not chance. Objects above 5 GiB may need a larger value. */
const LATE_S = 3600;

const QUARTER_S = 900;

const dead = (lane, what) => ({
  id: `${lane}DeadLetterQueueAlarm`,
  name: `dead-letters-${lane.toLowerCase()}`,
  section: 'dead-letters',
  text: `${what} failed five times and are not tried any more`,
  ...ofQueue(`${lane}DeadLetterQueue`, 'ApproximateNumberOfMessagesVisible'),
  Threshold: 0,
  Period: 60,
});

const inWords = (seconds) => (seconds < 2 * 3600 ? `${seconds / 60} minutes` : `${seconds / 3600} hours`);

const age = ([lane, { olderThanS, falls }]) => ({
  id: `${lane}QueueAgeAlarm`,
  name: `lane-behind-${lane.toLowerCase()}`,
  section: 'lane-behind',
  text: `The ${lane.toLowerCase()} lane is more than ${inWords(olderThanS)} behind: ${falls}`,
  ...ofQueue(`${lane}Queue`, 'ApproximateAgeOfOldestMessage'),
  Threshold: olderThanS,
  Period: 300,
});

const POISON = {
  id: 'PoisonQueueAlarm',
  name: 'poison',
  section: 'poison',
  text: 'Records arrived that Holdfast could not read, so the objects in them are not verified',
  ...ofQueue('PoisonQueue', 'ApproximateNumberOfMessagesVisible'),
  Threshold: 0,
  Period: 60,
};

const denied = (stage) => ({
  id: 'DeniedAlarm',
  name: 'denied',
  section: 'denied',
  text: 'Objects could not be read because a role or a key policy denies it, so nothing there is verified',
  ...ofService(stage, 'Denied'),
  Statistic: 'Sum',
  Threshold: DENIED,
  Period: QUARTER_S,
});

const UNDELIVERED = {
  id: 'AlertsUndeliveredAlarm',
  name: 'alerts-undelivered',
  section: 'alerts-undelivered',
  text: 'Alerts were published that a subscriber did not take',
  ...ofTopic('NumberOfNotificationsFailed'),
  Statistic: 'Sum',
  Threshold: 0,
  Period: 300,
};

/** The sender tries every minute; five attempts that fail are no throttle that passes. */
const UNSENT_S = 300;

const unsent = (stage) => ({
  id: 'AlertsWaitingAlarm',
  name: 'alerts-waiting',
  section: 'alerts-waiting',
  text: `A notice has not left for more than ${inWords(UNSENT_S)}, although its sender tries every minute`,
  ...ofService(stage, 'OldestUndelivered'),
  Threshold: UNSENT_S,
  Period: 60,
});

const throttled = (stage) => ({
  id: 'ThrottledAlarm',
  name: 'throttled',
  section: 'throttled',
  text: 'S3 or KMS has been slowing our requests for a quarter of an hour, and probably those of others',
  ...ofService(stage, 'HiddenThrottles'),
  Statistic: 'Sum',
  Threshold: THROTTLES,
  Period: 300,
  EvaluationPeriods: 3,
});

const KMS_HEADROOM = {
  id: 'KmsHeadroomAlarm',
  name: 'kms-headroom',
  section: 'kms-headroom',
  text: `More than ${KMS_USED_PERCENT} % of the KMS quota of this account and Region is used; bursts are already throttled`,
  Metrics: [
    stat('calls', KMS_CALLS, 'Sum', 60),
    expression('calls / SERVICE_QUOTA(calls) * 100', 'used share of the quota in percent'),
  ],
  Threshold: KMS_USED_PERCENT,
  EvaluationPeriods: 5,
  DatapointsToAlarm: 3,
};

/** A run that was refused, or that another stands in the way of, succeeds: what it found and why is said by alerts. */
const AUDITS_FAILED = {
  id: 'AuditsFailedAlarm',
  name: 'audits-failed',
  section: 'audits-failed',
  text: 'A run of an audit ended by a fault or took longer than six days, so that nothing is proved by it',
  Metrics: [
    stat('failed', ofMachine('AuditMachine', 'ExecutionsFailed'), 'Sum', 300),
    stat('late', ofMachine('AuditMachine', 'ExecutionsTimedOut'), 'Sum', 300),
    expression('FILL(failed,0) + FILL(late,0)', 'runs without a report'),
  ],
  Threshold: 0,
};

/** Its watcher may be gone: then nothing is known, and it is silence that alarms. An alarm that is on stays on. */
const lag = (stage) => (link, index) => ({
  id: `LagAlarm${index + 1}`,
  name: `lag-${link.replaceAll('/', '_')}`, // no bucket has one in its name
  section: 'lag',
  text: `Versions have been on their way over ${link} for more than ${inWords(LATE_S)}; a failover now would lose them`,
  ...ofService(stage, 'OldestPendingAge', { link }),
  Threshold: LATE_S,
  Period: 300,
  EvaluationPeriods: 3,
  TreatMissingData: 'ignore',
});

module.exports = async ({ resolveVariable, resolveConfigurationProperty }) => {
  const { stage, arriving, audits, hasBuckets } = await describeRegion(resolveVariable);
  const runbook = await resolveConfigurationProperty(['custom', 'runbook']);
  const functions = await describeFunctions(resolveConfigurationProperty);
  const ofLanes = [
    dead('Signals', 'Events about objects'),
    dead('Looks', 'Looks at objects'),
    dead('Reads', 'Readings of objects'),
    dead('Peer', 'Messages of other stacks'),
    POISON,
    ...Object.entries(LANES).map(age),
  ];
  const alarms = [
    ...(hasBuckets ? ofLanes : []),
    unsent(stage),
    UNDELIVERED,
    ...arriving.map(lag(stage)),
    ...(hasBuckets ? [denied(stage)] : []),
    ...(audits.length > 0 ? [AUDITS_FAILED] : []),
    ...alarmsOfFunctions(functions),
    ...(hasBuckets ? [throttled(stage), KMS_HEADROOM] : []),
  ];
  const toResource = ({ id, name, section, text, ...properties }) => [
    id,
    {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        AlarmName: `holdfast-${stage}-${name}`,
        AlarmDescription: `${text}. What to do: ${runbook}#${section}`,
        ...('Metrics' in properties ? {} : { Statistic: 'Maximum' }),
        EvaluationPeriods: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
        AlarmActions: [{ Ref: 'AlertTopic' }],
        OKActions: [{ Ref: 'AlertTopic' }],
        ...properties,
      },
    },
  ];
  return { Resources: Object.fromEntries(alarms.map(toResource)) };
};
