/**
 * One page for whoever is on call, read from the top: is anything wrong, what would a failover lose now, do the lanes keep up,
 * what was found, are KMS and S3 pressed, do the functions run. Twenty-four columns wide, as CloudWatch's grid is.
 */
const { sub } = require('./arns.cjs');
const collectAlarms = require('./alarms.cjs');
const describeFunctions = require('./functions.cjs');
const describeRegion = require('./region.cjs');

const LANES = ['Signals', 'Looks', 'Reads', 'Peer'];

/** Classes of size as `sizeClassOf` of the model makes them. */
const SIZE_CLASSES = ['below-1-MiB', 'below-100-MiB', 'below-5-GiB', 'larger'];

const WIDTH = 24;
const HEIGHT = 6;

/** As many as one widget takes. */
const MOST_ALARMS = 100;

/** A graph over time: `lines` are the metrics as CloudWatch writes them in a dashboard. */
function graph(title, label, lines, others = {}) {
  const { left = {}, ...properties } = others;
  return {
    type: 'metric',
    properties: {
      title,
      region: '${AWS::Region}',
      view: 'timeSeries',
      stat: 'Sum',
      period: 60,
      metrics: lines,
      yAxis: { left: { label, showUnits: false, min: 0, ...left } },
      ...properties,
    },
  };
}

const ofQueue = (queue, metric, rendering) => ['AWS/SQS', metric, 'QueueName', `\${${queue}.QueueName}`, rendering];
const ofTopic = (metric, label) => ['AWS/SNS', metric, 'TopicName', '${AlertTopic.TopicName}', { label }];
const ofSchedules = (metric, label) => ['AWS/Scheduler', metric, 'ScheduleGroup', '${ScheduleGroup}', { label }];

function row(widgets) {
  return widgets.map((widget, index) => ({ width: WIDTH / widgets.length, height: HEIGHT, index, ...widget }));
}

const heading = (stage, runbook) => ({
  type: 'text',
  height: 2,
  properties: {
    markdown:
      `# Holdfast ${stage} in \${AWS::Region}\n` +
      `Read from the top. A red alarm has its own section in \`${runbook}\`; findings about objects come as alerts, not here.`,
  },
});

const alarmStatus = (names) => ({
  type: 'alarm',
  height: 2 + Math.ceil(Math.min(names.length, MOST_ALARMS) / 8),
  properties: {
    title: 'Is anything wrong? (alarms that are on come first)',
    // By their names, which are fixed: where CloudFormation is only imitated, an alarm may have no attributes.
    alarms: names
      .slice(0, MOST_ALARMS)
      .map((name) => `arn:\${AWS::Partition}:cloudwatch:\${AWS::Region}:\${AWS::AccountId}:alarm:${name}`),
    sortBy: 'stateUpdatedTimestamp',
  },
});

const nothing = (text) => ({ type: 'text', height: 2, properties: { markdown: text } });

/** What a failover would lose now: in the Region where the links end. */
function atRisk(ofService, arriving) {
  if (arriving.length === 0)
    return [nothing('No replication ends in this Region, so a failover to it is out of question.')];
  const each = (metric) => arriving.map((link) => ofService(metric, { link }, { label: link, stat: 'Maximum' }));
  return [
    graph('Age of the oldest version on its way', 'seconds', each('OldestPendingAge'), {
      annotations: { horizontal: [{ label: 'one hour', value: 3600 }] },
    }),
    graph('Versions at risk', 'versions', each('PendingVersions')),
    graph('Bytes at risk', 'bytes', each('PendingBytes')),
  ];
}

/** Measured where replicas arrive, by pair; names of pairs have no slash. */
function lagOf(ofService, arriving) {
  const pairs = [...new Set(arriving.map((link) => link.split('/')[0]))];
  return pairs.map((pair) => {
    const lines = SIZE_CLASSES.map((sizeClass) =>
      ofService('ReplicationLag', { pair, sizeClass }, { label: sizeClass.replaceAll('-', ' '), stat: 'p99' }),
    );
    return graph(`How long replication takes: ${pair}, slowest 1 %`, 'milliseconds', lines);
  });
}

function lanes() {
  const each = (metric) =>
    LANES.map((lane) => ofQueue(`${lane}Queue`, metric, { label: lane.toLowerCase(), stat: 'Maximum' }));
  const given = LANES.map((lane) => [`${lane}DeadLetterQueue`, `dead letters of ${lane.toLowerCase()}`]);
  const lost = [...given, ['PoisonQueue', 'poison']].map(([queue, label]) =>
    ofQueue(queue, 'ApproximateNumberOfMessagesVisible', { label, stat: 'Maximum' }),
  );
  return [
    graph('Lanes: age of the oldest message', 'seconds', each('ApproximateAgeOfOldestMessage')),
    graph('Lanes: messages that wait', 'messages', each('ApproximateNumberOfMessagesVisible')),
    graph('Given up: to be redriven or replayed', 'messages', lost),
  ];
}

function verdicts(ofService) {
  const count = (metric, label) => ofService(metric, {}, { label });
  const latency = (stat) => ofService('DetectionLatency', {}, { label: stat, stat });
  return [
    graph('Verdicts', 'findings', [
      count('Verified', 'verified'),
      count('Violated', 'violated'),
      count('Unverifiable', 'unverifiable'),
      count('Denied', 'denied to our roles'),
    ]),
    graph('Events of S3', 'events', [
      count('EventsIngested', 'inspected'),
      count('EventsIgnored', 'need no look'),
      count('EventsPoisoned', 'unreadable'),
    ]),
    graph('From the event to the alert', 'milliseconds', [latency('p50'), latency('p99')]),
    graph('Content read', 'bytes', [count('BytesRead', 'read')]),
  ];
}

function limits(ofService) {
  const used = { expression: 'calls / SERVICE_QUOTA(calls) * 100', label: 'used share of the quota', id: 'used' };
  const calls = ['Service', 'KMS', 'Type', 'API', 'Resource', 'CryptographicOperationsSymmetric', 'Class', 'None'];
  return [
    graph(
      'KMS: used share of this Region’s quota',
      'percent',
      [[used], ['AWS/Usage', 'CallCount', ...calls, { id: 'calls', visible: false }]],
      {
        left: { max: 100 },
        annotations: { horizontal: [{ label: 'low headroom', value: 60 }] },
      },
    ),
    graph('Slowed by S3 or KMS', 'requests', [
      ofService('HiddenThrottles', {}, { label: 'throttled' }),
      ofService('HiddenRetries', {}, { label: 'tried again' }),
    ]),
    ...alertsSent(ofService),
  ];
}

function alertsSent(ofService) {
  return [
    graph('Alerts and alarms sent', 'messages', [
      ofTopic('NumberOfMessagesPublished', 'published'),
      ofTopic('NumberOfNotificationsFailed', 'not taken by a subscriber'),
    ]),
    graph('Notices that could not leave: age of the oldest', 'seconds', [
      ofService('OldestUndelivered', {}, { label: 'oldest', stat: 'Maximum' }),
    ]),
  ];
}

function running(functions) {
  const each = (metric, stat) =>
    functions.map(({ name, logicalId }) => [
      'AWS/Lambda',
      metric,
      'FunctionName',
      `\${${logicalId}}`,
      { label: name, stat },
    ]);
  return [
    graph('Functions: errors', 'errors', each('Errors', 'Sum')),
    graph('Functions: longest run', 'milliseconds', each('Duration', 'Maximum')),
    graph('Functions: starts', 'starts', each('Invocations', 'Sum')),
    graph('Starts refused', 'starts', [
      ...each('Throttles', 'Sum'),
      ofSchedules('InvocationDroppedCount', 'dropped by the scheduler'),
    ]),
  ];
}

const runsOfAudits = (metric, label) => ['AWS/States', metric, 'StateMachineArn', '${AuditMachine}', { label }];

const longestStep = (name, label) => [
  'AWS/Lambda',
  'Duration',
  'FunctionName',
  `\${AuditDash${name}LambdaFunction}`,
  { label, stat: 'Maximum' },
];

/** Whether audits are made, and how long their parts take. */
function auditing() {
  return [
    graph(
      'Audits: runs',
      'runs',
      [
        runsOfAudits('ExecutionsStarted', 'begun'),
        runsOfAudits('ExecutionsSucceeded', 'ended'),
        runsOfAudits('ExecutionsFailed', 'failed'),
        runsOfAudits('ExecutionsTimedOut', 'took too long'),
      ],
      { period: 3600 },
    ),
    graph('Audits: longest step', 'milliseconds', [
      longestStep('plan', 'plan'),
      longestStep('shard', 'one shard'),
      longestStep('report', 'report'),
    ]),
  ];
}

/** Rows under each other, each as high as its highest widget. */
function layOut(rows) {
  let y = 0;
  return rows.flatMap((widgets) => {
    const top = y;
    y += Math.max(0, ...widgets.map(({ height }) => height));
    return widgets.map(({ index, ...widget }) => ({ x: index * widget.width, y: top, ...widget }));
  });
}

/** Several rows where one would be too narrow to read. */
const inRows = (widgets, most = 4) =>
  Array.from({ length: Math.ceil(widgets.length / most) }, (_, at) => row(widgets.slice(at * most, (at + 1) * most)));

module.exports = async (resolvers) => {
  const { resolveVariable, resolveConfigurationProperty } = resolvers;
  const { stage, arriving, audits, hasBuckets } = await describeRegion(resolveVariable);
  const runbook = await resolveConfigurationProperty(['custom', 'runbook']);
  const functions = await describeFunctions(resolveConfigurationProperty);
  const { Resources: alarms } = await collectAlarms(resolvers);
  const ofService = (metric, dimensions, rendering) => [
    'Holdfast',
    metric,
    ...Object.entries({ service: `holdfast-${stage}`, ...dimensions }).flat(),
    rendering,
  ];
  const rows = [
    row([heading(stage, runbook)]),
    row([alarmStatus(Object.values(alarms).map(({ Properties }) => Properties.AlarmName))]),
    ...(hasBuckets
      ? [
          row(atRisk(ofService, arriving)),
          ...inRows(lagOf(ofService, arriving)),
          row(lanes()),
          row(verdicts(ofService)),
          row(limits(ofService)),
        ]
      : [row(alertsSent(ofService))]),
    ...(audits.length > 0 ? [row(auditing())] : []),
    row(running(functions)),
  ];
  const body = { start: '-PT3H', periodOverride: 'inherit', widgets: layOut(rows) };
  return {
    Resources: {
      Dashboard: {
        Type: 'AWS::CloudWatch::Dashboard',
        Properties: {
          DashboardName: sub(`holdfast-${stage}-\${AWS::Region}`),
          DashboardBody: sub(JSON.stringify(body)),
        },
      },
    },
    Outputs: { DashboardName: { Description: 'What is going on in this Region', Value: { Ref: 'Dashboard' } } },
  };
};
