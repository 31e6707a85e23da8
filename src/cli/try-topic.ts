import { HoldfastError } from '../errors.ts';
import type { Severity } from '../model/action.ts';
import type { AlertAttributes } from '../model/alert.ts';
import type { TopicDeliveries, TopicSubscription } from '../model/alert-subscription.ts';
import type { PairConfig } from '../model/config.ts';
import type { Observation } from '../model/observation.ts';
import { type Coverage, coverageOf, passageTo } from '../policy/alert-coverage.ts';
import type { Passage } from '../policy/filter-policy.ts';
import type { AlertTopics, Clock } from '../ports.ts';
import { toTestNotice } from './test-notice.ts';

export interface TrialQuestion {
  readonly stage: string;
  readonly region: string;
  readonly severity: Severity;
  readonly pairs: readonly PairConfig[];
  readonly pair?: PairConfig;
  readonly waitMs: number;
  readonly listen: boolean;
  readonly dryRun: boolean;
}

export interface TrialTools {
  readonly topics: AlertTopics;
  readonly clock: Clock;
  wait(ms: number, signal: AbortSignal): Promise<void>;
  readonly signal: AbortSignal;
}

/** What became of the test at one subscription. */
export interface Tried {
  readonly subscription: TopicSubscription;
  /** Whether its filter policy lets this very test through. */
  readonly passage: Passage;
  /** Whether the test was found in its queue; absent: nobody looked, or nobody may. */
  readonly seen?: boolean;
}

export interface Trial {
  readonly region: string;
  readonly topicArn: string;
  /** Absent: nothing was sent. */
  readonly testId?: string;
  readonly tried: readonly Tried[];
  readonly coverage: Coverage;
  /** As CloudWatch has it by now. */
  readonly deliveries?: TopicDeliveries;
}

/** Time between two looks, in milliseconds. */
const LOOK_EVERY_MS = 5_000;

/** Sends the test and looks until it is known what became of it, or the time is over. */
export async function tryTopic(question: TrialQuestion, tools: TrialTools): Promise<Trial> {
  const { region, pairs } = question;
  const { topics, clock, signal } = tools;
  const topicArn = valueOr(await topics.topic(region, { signal }), `no topic of the stage ${question.stage}`);
  const subscriptions = valueOr(await topics.subscriptions(topicArn, { signal }), `no topic ${topicArn}`);
  const at = clock.now();
  const notice = toTestNotice({ ...question, at });
  const trial: Trial = {
    region,
    topicArn,
    coverage: coverageOf(subscriptions, { region, pairs }),
    tried: subscriptions.map((each) => toTried(each, notice.attributes)),
  };
  if (question.dryRun) return trial;
  await topics.publish(topicArn, notice, { signal });
  return follow({ ...trial, testId: notice.event.id }, { ...question, since: at }, tools);
}

function toTried(subscription: TopicSubscription, attributes: AlertAttributes): Tried {
  return { subscription, passage: passageTo(subscription, attributes) };
}

async function follow(
  sent: Trial & { readonly testId: string },
  { waitMs, listen, since }: TrialQuestion & { readonly since: Date },
  { topics, clock, wait, signal }: TrialTools,
): Promise<Trial> {
  const until = since.getTime() + waitMs;
  // CloudWatch counts by the minute.
  const counted = new Date(Math.floor(since.getTime() / 60_000) * 60_000);
  let { tried, deliveries }: Pick<Trial, 'tried' | 'deliveries'> = sent;
  for (;;) {
    if (listen) tried = await listenTo(tried, sent.testId, { topics, signal });
    const now = clock.now();
    if (!isProved({ tried })) {
      const found = await topics.deliveries(sent.topicArn, { since: counted, until: now, signal });
      if (found.state === 'present') deliveries = found.value;
    }
    const known = { tried, ...(deliveries === undefined ? {} : { deliveries }) };
    if (isProved(known) || now.getTime() >= until) return { ...sent, ...known };
    await wait(Math.min(LOOK_EVERY_MS, until - now.getTime()), signal);
  }
}

/** One queue after the other: what is held for one look cannot be seen by another. */
async function listenTo(
  tried: readonly Tried[],
  testId: string,
  { topics, signal }: Pick<TrialTools, 'topics' | 'signal'>,
): Promise<readonly Tried[]> {
  const heard: Tried[] = [];
  for (const each of tried) {
    const { subscription, passage, seen } = each;
    const isWorthwhile = subscription.protocol === 'sqs' && passage !== 'no' && seen !== true;
    const found = isWorthwhile ? await topics.isIn(subscription.endpoint, testId, { signal }) : undefined;
    heard.push(found?.state === 'present' ? { ...each, seen: found.value } : each);
  }
  return heard;
}

/** Whether everybody who was to get the test has it, or a delivery has failed: nothing more can be learnt. */
export function isProved({ tried, deliveries }: Pick<Trial, 'tried' | 'deliveries'>): boolean {
  const expected = tried.filter(({ passage }) => passage === 'yes');
  if (expected.every(({ seen }) => seen === true)) return true;
  return deliveries !== undefined && (deliveries.failed > 0 || deliveries.delivered >= expected.length);
}

function valueOr<T>(observation: Observation<T>, absent: string): T {
  if (observation.state === 'present') return observation.value;
  const why = observation.state === 'absent' ? absent : `it may not be looked at: ${observation.reason}`;
  throw new HoldfastError('unavailable', 'test-alert', why);
}
