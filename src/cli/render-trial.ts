import { SEVERITIES } from '../model/action.ts';
import type { TopicSubscription } from '../model/alert-subscription.ts';
import type { ExitCode } from './io.ts';
import { formatCount, printable } from './printable.ts';
import { isProved, type Trial, type Tried } from './try-topic.ts';

/** 1: something is heard by nobody, or a delivery failed; 2: it is not known, or not proved yet. */
export function verdictOf({ coverage, deliveries, tried, testId }: Trial): ExitCode {
  if (coverage.unheard.length > 0 || (deliveries?.failed ?? 0) > 0) return 1;
  if (coverage.unclear.length > 0) return 2;
  return testId === undefined || isProved({ tried, ...(deliveries === undefined ? {} : { deliveries }) }) ? 0 : 2;
}

export function renderTrial(trial: Trial): string {
  const { region, testId, tried, coverage } = trial;
  const lines = [
    `${region}: ${testId === undefined ? 'nothing was sent' : `test ${testId} is published`}`,
    ...tried.flatMap((each, index) => sayTried(each, trial, index)),
    ...(tried.length === 0 ? ['  nobody is subscribed: see alerts.subscriptions in holdfast.yml'] : []),
    ...(testId === undefined ? [] : [`  ${sayProof(trial)}`]),
    ...sayList('NOBODY HEARS of critical findings of', coverage.unheard),
    ...sayList('it cannot be told whether somebody hears of critical findings of', coverage.unclear),
  ];
  return lines.map((line) => `${printable(line)}\n`).join('');
}

function sayTried({ subscription, passage, seen }: Tried, { coverage, testId }: Trial, index: number): string[] {
  const { protocol, confirmed } = subscription;
  const name = `  ${protocol.padEnd(6)} ${endpointOf(subscription)}`;
  if (!confirmed)
    return [name, '         NOT CONFIRMED: nothing is delivered before whoever it is follows the link that SNS sent'];
  const shares = coverage.shares[index];
  const gets = SEVERITIES.toReversed().map((severity) => `${severity}: ${shares?.[severity] ?? 'unknown'}`);
  const what = { yes: 'sent', no: 'kept back by its filter policy', unknown: 'not known' }[passage];
  const found = seen === undefined ? '' : seen ? ', found in the queue' : ', not found in the queue';
  return [name, `         gets ${gets.join(', ')}${testId === undefined ? '' : `; this test: ${what}${found}`}`];
}

function sayProof({ tried, deliveries }: Trial): string {
  const isEverywhere = tried.some(({ passage }) => passage === 'yes');
  if (!isEverywhere) return 'nobody was to get this test';
  if (deliveries === undefined)
    return tried.every(({ passage, seen }) => passage !== 'yes' || seen === true)
      ? 'proved: it is in every queue that was to get it'
      : 'NOT PROVED: SNS has counted nothing yet, which takes some minutes: --wait 10m';
  const { delivered, failed, filteredOut } = deliveries;
  const counts = `${formatCount(delivered)} delivered, ${formatCount(failed)} failed, ${formatCount(filteredOut)} kept back by filter policies`;
  const isWell = failed === 0 && isProved({ tried, deliveries });
  return `${isWell ? 'proved' : failed > 0 ? 'FAILED' : 'NOT PROVED'}: SNS counted ${counts} since the minute of the test`;
}

function sayList(what: string, names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`  ${what}: ${names.join(', ')}`];
}

/** A URL can hold a secret: only where it leads is shown. */
function endpointOf({ protocol, endpoint }: TopicSubscription): string {
  if (!protocol.startsWith('http')) return endpoint;
  return `${/^https?:\/\/[^/?#]*/.exec(endpoint)?.[0].replace(/\/\/.*@/, '//') ?? protocol}/...`;
}

/** One line of NDJSON. */
export function toTrialRecord(trial: Trial): object {
  const { region, topicArn, testId, tried, coverage, deliveries } = trial;
  return {
    kind: 'topic',
    region,
    topicArn,
    ...(testId === undefined ? {} : { testId, proved: isProved(trial) && (deliveries?.failed ?? 0) === 0 }),
    subscriptions: tried.map(({ subscription, passage, seen }, index) => ({
      protocol: subscription.protocol,
      endpoint: endpointOf(subscription),
      confirmed: subscription.confirmed,
      ...(subscription.filterPolicy === undefined ? {} : { filterPolicy: subscription.filterPolicy }),
      gets: coverage.shares[index],
      ...(testId === undefined ? {} : { test: passage }),
      ...(seen === undefined ? {} : { seen }),
    })),
    unheard: coverage.unheard,
    unclear: coverage.unclear,
    ...(deliveries === undefined ? {} : { deliveries }),
  };
}
