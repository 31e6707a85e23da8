import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { METRICS } from '../../src/model/metric.ts';
import { pricesOf } from '../../src/model/prices.ts';
import { parseConfig } from '../../src/config-schema.ts';
import { auditingCost } from '../../src/policy/auditing-cost.ts';
import { stackCost } from '../../src/policy/stack-cost.ts';
import { isKnown, type NamedMetric, toNamed } from './metrics.ts';
import { readService, resolveTemplate, type Service } from './resolved.ts';
import { ofType, propertiesOf, type Template, toText } from './template.ts';

const CONFIG = 'test/infrastructure/two-regions.yml';
const AUDITED = 'test/infrastructure/audits.yml';
const RUNBOOK = 'docs/runbook.md';

/** What every section about an alarm has, in this order. */
const PARTS = ['What it means', 'Effect', 'Look at', 'Do', 'Over when'];

interface Alarm extends Readonly<Record<string, unknown>> {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Threshold: number;
  readonly Period?: number;
  readonly EvaluationPeriods: number;
  readonly TreatMissingData: string;
}

let service: Service;
let home: Template;
let away: Template;
/** Where audits are made. */
let audited: Template;
let runbook: string;
let sections: ReadonlyMap<string, string>;

/** The runbook's sections about alarms, by the anchor that their headings get. */
function sectionsOf(markdown: string): ReadonlyMap<string, string> {
  const [, ...parts] = (markdown.split('\n## Alarms\n')[1]?.split('\n## ')[0] ?? '').split('\n### ');
  return new Map(parts.map((part) => [/^`([a-z-]+)`\n/.exec(part)?.[1] ?? part.slice(0, 40), part]));
}

beforeAll(async () => {
  service = await readService(CONFIG, 'us-east-1');
  home = await resolveTemplate(CONFIG, 'us-east-1');
  away = await resolveTemplate(CONFIG, 'eu-west-1');
  audited = await resolveTemplate(AUDITED, 'us-east-1');
  runbook = await readFile(RUNBOOK, 'utf8');
  sections = sectionsOf(runbook);
});

const alarmsOf = (template: Template): readonly Alarm[] =>
  ofType(template, 'AWS::CloudWatch::Alarm').map(([, properties]) => properties as Alarm);

function alarmOf(template: Template, name: string): Alarm {
  const found = alarmsOf(template).find(({ AlarmName }) => AlarmName === `holdfast-test-${name}`);
  if (found === undefined) throw new Error(`there is no alarm ${name}`);
  return found;
}

/** The queue that an alarm is about, if it is about one. */
const queueOf = ({ Dimensions = [] }: Alarm): string | undefined =>
  Dimensions[0]?.Name === 'QueueName' ? toText(Dimensions[0].Value) : undefined;

const named = (alarm: Alarm): readonly NamedMetric[] =>
  (alarm['Metrics'] as readonly { MetricStat?: { Metric: Alarm } }[] | undefined)?.flatMap(({ MetricStat }) =>
    MetricStat === undefined ? [] : [toNamed(MetricStat.Metric)],
  ) ?? [toNamed(alarm)];

describe('every alarm', () => {
  it('says in one sentence what it means, and links the section of the runbook about it', () => {
    for (const { AlarmName, AlarmDescription } of [...alarmsOf(home), ...alarmsOf(away), ...alarmsOf(audited)]) {
      const [, text = '', anchor = ''] =
        /^([^.]+)\. What to do: docs\/runbook\.md#([a-z-]+)$/.exec(AlarmDescription) ?? [];
      expect([AlarmName, text.length > 30, sections.has(anchor)]).toEqual([AlarmName, true, true]);
      expect(AlarmName).toMatch(new RegExp(`^holdfast-test-${anchor}(?:-|$)`));
      expect(AlarmDescription.length).toBeLessThanOrEqual(1024);
    }
  });

  it('has a name of its own', () => {
    const names = alarmsOf(away).map(({ AlarmName }) => AlarmName);
    expect(new Set(names).size).toBe(names.length);
  });

  it('tells the subscribers of alerts when it goes on and off', () => {
    for (const alarm of alarmsOf(away))
      expect(alarm).toMatchObject({ AlarmActions: [{ Ref: 'AlertTopic' }], OKActions: [{ Ref: 'AlertTopic' }] });
  });

  it('is in the price of a stack, and those about a link in the price of the link', () => {
    const prices = pricesOf('us-east-1');
    const alarmed = stackCost(prices).alarms / prices.alarmMonth;
    expect(alarmsOf(home).flatMap(named)).toHaveLength(Math.round(alarmed));
    expect(alarmsOf(away).flatMap(named)).toHaveLength(Math.round(alarmed) + 1);
    const more = auditingCost(parseConfig(readFileSync(AUDITED, 'utf8'))).alarms / prices.alarmMonth;
    expect(alarmsOf(audited).flatMap(named)).toHaveLength(Math.round(alarmed + more));
  });

  it('is made of ten metrics at most, and of one value that is judged', () => {
    for (const alarm of [...alarmsOf(away), ...alarmsOf(audited)]) {
      const queries = (alarm['Metrics'] ?? []) as readonly { ReturnData: boolean }[];
      expect(named(alarm).length).toBeLessThanOrEqual(10); // a hard limit of CloudWatch
      expect(queries.filter(({ ReturnData }) => ReturnData)).toHaveLength(queries.length > 0 ? 1 : 0);
    }
  });

  it('is about metrics that somebody emits', () => {
    expect([...alarmsOf(away), ...alarmsOf(audited)].flatMap(named).filter((metric) => !isKnown(metric))).toEqual([]);
    expect(isKnown({ namespace: 'Holdfast', name: 'Verifed', dimensions: ['service'] })).toBe(false);
  });
});

describe('the runbook', () => {
  it('has a section for each alarm, and none about an alarm that is gone', () => {
    const linked = [...alarmsOf(home), ...alarmsOf(away), ...alarmsOf(audited)].map(({ AlarmDescription }) =>
      String(AlarmDescription.split('#')[1]),
    );
    expect([...sections.keys()].toSorted()).toEqual([...new Set(linked)].toSorted());
  });

  it.each(PARTS)('says in each section: %s', (part) => {
    for (const [name, text] of sections) expect([name, text.split(`\n**${part}.** `).length - 1]).toEqual([name, 1]);
  });

  it('says of each alarm how urgent it is', () => {
    const table = runbook.split('| alarm ')[1]?.split('\n\n')[0] ?? '';
    const urgent = [...table.matchAll(/`([a-z-]+)`/g)].map(([, name]) => String(name));
    expect(urgent.toSorted()).toEqual([...sections.keys()].toSorted());
  });

  it('names commands and documents that are there', () => {
    const commands = [...runbook.matchAll(/npx holdfast ([a-z]+)/g)].map(([, name]) => String(name));
    const documents = [...runbook.matchAll(/docs\/[a-z-]+\.md/g)].map(([file]) => file);
    const help = execFileSync(process.execPath, ['bin/holdfast.mjs', '--help'], { encoding: 'utf8' });
    expect(commands.length).toBeGreaterThan(4);
    expect(commands.filter((name) => !new RegExp(`^ {2}${name} `, 'm').test(help))).toEqual([]);
    expect(documents.filter((file) => !existsSync(file))).toEqual([]);
  });

  it('keeps them in one order', () => {
    for (const [name, text] of sections)
      expect([name, ...[...text.matchAll(/^\*\*([A-Z][a-z ]+)\.\*\* /gm)].map(([, part]) => part)]).toEqual([
        name,
        ...PARTS,
      ]);
  });
});

describe('queues', () => {
  it.each([
    'SignalsDeadLetterQueue',
    'LooksDeadLetterQueue',
    'ReadsDeadLetterQueue',
    'PeerDeadLetterQueue',
    'PoisonQueue',
  ])('%s alarms with its first message', (queue) => {
    const found = alarmsOf(home).filter((alarm) => queueOf(alarm) === `<${queue}.QueueName>`);
    expect(found).toMatchObject([
      { MetricName: 'ApproximateNumberOfMessagesVisible', Statistic: 'Maximum', Threshold: 0, Period: 60 },
    ]);
  });

  it('are watched without exception', () => {
    const watched = alarmsOf(home).flatMap((alarm) => queueOf(alarm) ?? []);
    expect(watched.toSorted()).toEqual(
      ofType(home, 'AWS::SQS::Queue')
        .map(([id]) => `<${id}.QueueName>`)
        .toSorted(),
    );
  });

  it.each(['Signals', 'Looks', 'Reads', 'Peer'])(
    'of the %s lane alarm by age when they are longer than one message that fails takes to be given up',
    (lane) => {
      const { VisibilityTimeout, RedrivePolicy } = propertiesOf(home, `${lane}Queue`) as {
        VisibilityTimeout: number;
        RedrivePolicy: { maxReceiveCount: number };
      };
      const putOffS = lane === 'Looks' || lane === 'Reads' ? 900 : 0;
      const { MetricName, Threshold } = alarmOf(home, `lane-behind-${lane.toLowerCase()}`);
      expect(MetricName).toBe('ApproximateAgeOfOldestMessage');
      expect(Threshold).toBeGreaterThan(putOffS + VisibilityTimeout * RedrivePolicy.maxReceiveCount);
    },
  );
});

describe('functions', () => {
  const functions = (): readonly string[] => Object.keys(service.functions);

  it('alarm each when they fail, and before they are cut off', () => {
    for (const name of functions()) {
      const timeoutMs = 1000 * Number(service.functions[name]?.timeout ?? service.provider['timeout']);
      expect(alarmOf(home, `function-errors-${name}`)).toMatchObject({ MetricName: 'Errors', Statistic: 'Sum' });
      const slow = alarmOf(home, `function-slow-${name}`);
      expect(slow).toMatchObject({ MetricName: 'Duration', Statistic: 'Maximum' });
      expect(slow.Threshold / timeoutMs).toBeCloseTo(0.9);
    }
  });

  it('alarm together when Lambda does not start them', () => {
    const counted = named(alarmOf(home, 'function-throttles-1'));
    expect(counted.map(({ name }) => name)).toEqual(functions().map(() => 'Throttles'));
  });

  it('that are started by the clock alarm when they are not: without any data', () => {
    const schedules = ofType(home, 'AWS::Scheduler::Schedule').map(
      ([, { Target }]) => (Target as { Arn: unknown }).Arn,
    );
    const silent = alarmsOf(home).filter(({ AlarmName }) => AlarmName.startsWith('holdfast-test-silence-'));
    expect(silent.map(({ Dimensions }) => toText(Dimensions?.[0]?.Value).replace('>', '.Arn>')).toSorted()).toEqual(
      schedules.map(toText).toSorted(),
    );
    for (const alarm of silent)
      expect(alarm).toMatchObject({
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        TreatMissingData: 'breaching',
      });
  });

  it.each([
    ['watch-pressure', 300, 1],
    ['watch-config', 900, 2],
  ])('%s is silent after periods of %i s, %i of them', (name, Period, EvaluationPeriods) => {
    expect(alarmOf(home, `silence-${name}`)).toMatchObject({ Period, EvaluationPeriods });
  });

  it('are counted apart from what else the scheduler of the account starts', () => {
    expect(alarmOf(home, 'schedules-dropped').Dimensions).toEqual([
      { Name: 'ScheduleGroup', Value: { Ref: 'ScheduleGroup' } },
    ]);
    for (const [, { GroupName }] of ofType(home, 'AWS::Scheduler::Schedule'))
      expect(GroupName).toEqual({ Ref: 'ScheduleGroup' });
  });
});

describe('what is on its way', () => {
  it('alarms for each link in the Region where it ends, and an alarm that is on stays on while nobody counts', () => {
    expect(alarmsOf(home).filter(({ AlarmName }) => AlarmName.includes('-lag-'))).toEqual([]);
    expect(alarmOf(away, 'lag-orders_orders-use1_orders-euw1')).toMatchObject({
      MetricName: 'OldestPendingAge',
      Dimensions: [
        { Name: 'service', Value: 'holdfast-test' },
        { Name: 'link', Value: 'orders/orders-use1/orders-euw1' },
      ],
      Statistic: 'Maximum',
      TreatMissingData: 'ignore',
    });
    expect(METRICS.OldestPendingAge.unit).toBe('Seconds');
  });
});

describe('limits', () => {
  it('alarm from the same share of the KMS quota on as the check of headroom', async () => {
    const { LOW_HEADROOM } = await import('../../src/model/kms-load.ts');
    expect(alarmOf(home, 'kms-headroom').Threshold).toBe(LOW_HEADROOM * 100);
  });

  it('alarm when throttles last', () => {
    expect(alarmOf(home, 'throttled')).toMatchObject({
      MetricName: 'HiddenThrottles',
      Period: 300,
      EvaluationPeriods: 3,
    });
  });

  it('alarm when our own roles are wrong', () => {
    expect(alarmOf(home, 'denied')).toMatchObject({ MetricName: 'Denied', Statistic: 'Sum', Threshold: 10 });
  });

  it('alarm when a subscriber does not take what is sent', () => {
    expect(alarmOf(home, 'alerts-undelivered')).toMatchObject({
      MetricName: 'NumberOfNotificationsFailed',
      Threshold: 0,
    });
  });
});
