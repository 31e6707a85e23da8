import type { BucketSettings, NotificationEntry } from '../../model/bucket-settings.ts';
import type { Finding, Remedy } from '../../model/finding.ts';
import { putNotifications } from '../../model/notification-document.ts';
import { type Observation, valueOf } from '../../model/observation.ts';
import type { PairFacts, Side } from '../../model/pair-facts.ts';
import { holdfastCommand, quote } from '../../model/shell-command.ts';
import { isOnEventBridge, isTaken, neededEvents, tells, wantedEvents } from '../../model/signals.ts';
import { bucketSubject, type PairCheck, SIDES, unreadSettings, unverifiable } from './check.ts';

type Notifications = BucketSettings['notifications'];

const CODE = 'notification-missing';

/**
 * Whether both buckets tell the stack of their Region what happens in them. Nothing is asked where no stack is deployed. What
 * reaches the queue through a topic cannot be seen in the bucket, and what through EventBridge only where somebody looked at its
 * rules; neither is guessed.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html
 */
export const missingNotification: PairCheck = {
  id: 'missing-notification',
  states: 'both buckets tell Holdfast what happens in them',
  needs: SIDES.flatMap((side) => [`${side}.notifications`, `signals.${side}`] as const),
  applies: ({ signals }) => SIDES.some((side) => signals[side] !== undefined && signals[side].state !== 'absent'),
  run: (facts) => SIDES.flatMap((side) => judge(facts, side, facts.signals[side])),
};

function judge(facts: PairFacts, side: Side, queue: Observation<string> | undefined): readonly Finding[] {
  if (queue === undefined || queue.state === 'absent') return [];
  const subject = bucketSubject(facts, side);
  if (queue.state === 'unreadable') {
    const where = `stack in ${facts.link[side].region}`;
    return [unverifiable(CODE, subject, { reason: queue.reason, where, permission: 'sqs:ListQueues' })];
  }
  const observed = facts[side].notifications;
  if (observed === undefined || observed.state === 'unreadable')
    return unreadSettings(facts, CODE, [[side, 'notifications']]);
  const notifications = valueOf(observed) ?? { entries: [], eventBridge: false };
  const silent = neededEvents(isSource(facts, side)).filter(
    (event) => !isTold(notifications, event, queue.value) && facts.bridged?.[side]?.includes(event) !== true,
  );
  if (silent.length === 0) return [];
  const open = silent.filter((event) => isElsewhere(notifications, event));
  const missing = silent.filter((event) => !open.includes(event));
  if (missing.length > 0) {
    const evidence = { queue: queue.value, missing: missing.join(', ') };
    const remedy = notify(facts, side, { notifications, queueArn: queue.value });
    return [{ verdict: 'violated', code: CODE, subject, evidence, remedy }];
  }
  return [unverifiable(CODE, subject, { reason: 'not-direct', where: queue.value, undecided: open.join(', ') })];
}

/** Whether the configuration has the bucket replicate: then it has more to tell. */
function isSource({ intended }: PairFacts, side: Side): boolean {
  return intended[side].length > 0;
}

function isTold({ entries }: Notifications, event: string, queueArn: string): boolean {
  return entries.some((entry) => entry.targetArn === queueArn && tells(entry, event));
}

/** A topic may pass it on, and EventBridge may have a rule: neither is seen in the bucket. */
function isElsewhere({ entries, eventBridge }: Notifications, event: string): boolean {
  if (entries.some((entry) => entry.kind === 'topic' && tells(entry, event))) return true;
  return eventBridge && isOnEventBridge(event);
}

interface Wiring {
  readonly notifications: Notifications;
  readonly queueArn: string;
}

/**
 * Adds an entry of Holdfast's own. Where S3 would refuse it because others have the same events, those come by EventBridge: that is
 * for `holdfast wire`, which also remembers how to take it back.
 */
function notify(facts: PairFacts, side: Side, { notifications, queueArn }: Wiring): Remedy {
  const at = facts.link[side];
  const others = notifications.entries.filter(({ targetArn }) => targetArn !== queueArn);
  const own = notifications.entries.filter(({ targetArn }) => targetArn === queueArn);
  const isFree = (event: string): boolean => !others.some((entry) => isTaken(entry, event));
  const who = `owner of the ${side} bucket`;
  if (!neededEvents(isSource(facts, side)).every((event) => isFree(event)))
    return {
      who,
      what: 'Other entries have some of the events already, and S3 takes no second one: those come through EventBridge. The command only shows what it would change; --yes does it.',
      commands: [wire(facts.link.pair, at.bucket, queueArn)],
    };
  const events = [...new Set([...own.flatMap((entry) => entry.events), ...wantedEvents(isSource(facts, side))])];
  const entry: NotificationEntry = {
    id: own[0]?.id ?? 'holdfast',
    kind: 'queue',
    targetArn: queueArn,
    events: withoutCovered(events.filter((event) => isFree(event))),
    prefix: '',
    suffix: '',
  };
  return {
    who,
    what: "Add an entry for Holdfast's queue, beside those that are there.",
    commands: [putNotifications(at, { ...notifications, entries: [...others, entry] })],
  };
}

/** The stage is in the name of the queue, as CloudFormation gives it. */
function wire(pair: string, bucket: string, queueArn: string): string {
  const stage = /:holdfast-(.+)-SignalsQueue-[^-]+$/.exec(queueArn)?.[1];
  return holdfastCommand(`wire ${quote(pair)}`, { bucket, stage, only: 'notifications' });
}

/** A wildcard includes what is named beside it, which S3 would refuse. */
function withoutCovered(events: readonly string[]): readonly string[] {
  const wildcards = events.filter((event) => event.endsWith('*')).map((event) => event.slice(0, -1));
  return events.filter((event) => event.endsWith('*') || !wildcards.some((wildcard) => event.startsWith(wildcard)));
}
