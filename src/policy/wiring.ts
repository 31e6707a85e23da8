import type { BucketRef } from '../model/bucket-settings.ts';
import { isOnEventBridge, isTaken, membersOf } from '../model/signals.ts';
import {
  type DocumentEntry,
  entriesOf,
  type EventRule,
  isSameDocument,
  type NotificationDocument,
} from '../model/wiring.ts';
import { bridgeRule, isTurnedOnByUs } from './bridge-rule.ts';

/** A bucket, and what is known of whom it tells. */
export interface WiringQuestion {
  readonly at: BucketRef;
  readonly stage: string;
  /** Of the signals queue; empty: there is no stack any more. */
  readonly queueArn: string;
  /** Events that should reach the queue; none, to take everything away again. */
  readonly wanted: readonly string[];
  /** Whether a rule may send to the queue: only within one account. */
  readonly canBridge: boolean;
  readonly document: NotificationDocument;
  /** The rule of this stage for this bucket; absent: there is none. */
  readonly rule?: EventRule;
  /** Names of other rules that events of this bucket can match. */
  readonly listeners: readonly string[];
}

/** An event that cannot reach the queue, and the entries of others that have it. */
export interface UnseenEvent {
  readonly event: string;
  readonly takenBy: readonly DocumentEntry[];
}

/** What becomes of EventBridge on the bucket. `left-on`: we switched it on, and others listen by now. */
export type BridgeChange = 'unchanged' | 'turn-on' | 'turn-off' | 'left-on';

export type RuleChange =
  | { readonly kind: 'none' }
  | { readonly kind: 'keep' | 'put'; readonly rule: EventRule }
  | { readonly kind: 'remove'; readonly name: string };

export interface WiringPlan {
  /** The whole configuration as it should be: entries of others as they were, in their order. */
  readonly document: NotificationDocument;
  /** Whether it differs from what is there. */
  readonly writes: boolean;
  /** Events that come by an entry of our own. */
  readonly direct: readonly string[];
  /** Events that come by EventBridge, with the entries of others that have them already. */
  readonly bridged: readonly UnseenEvent[];
  readonly unseen: readonly UnseenEvent[];
  readonly rule: RuleChange;
  readonly eventBridge: BridgeChange;
}

/** ID of the one entry of a stage in a bucket. */
export function entryId(stage: string): string {
  return `holdfast-${stage}-signals`;
}

/** Whether anything is to be done. */
export function isPending({ writes, rule }: WiringPlan): boolean {
  return writes || rule.kind === 'put' || rule.kind === 'remove';
}

/**
 * How a bucket tells the queue what happens: by an entry of our own where no other entry has the event, because S3 refuses a second
 * one, and by EventBridge otherwise. Entries of others are never changed.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
 */
export function planWiring(question: WiringQuestion): WiringPlan {
  const { document, wanted } = question;
  const others = entriesOf(document).filter((entry) => !isOwn(question, entry));
  const ways = wanted.map((event) => wayOf(event, others, question.canBridge));
  const direct = ways.flatMap((way) => way.direct);
  const bridged = ways.flatMap((way) => way.bridged);
  const { rule, eventBridge } = planBridge(question, bridged);
  const changed = withEventBridge(withEntry(question, direct), eventBridge);
  return {
    document: changed,
    writes: !isSameDocument(document, changed),
    direct,
    bridged,
    unseen: ways.flatMap((way) => way.unseen),
    rule,
    eventBridge,
  };
}

/** An entry to our queue is ours, whoever made it; so is one of our name that points at a queue of a former stack. */
function isOwn({ stage, queueArn }: WiringQuestion, entry: DocumentEntry): boolean {
  return entry.Id === entryId(stage) || (queueArn !== '' && entry.QueueArn === queueArn);
}

interface Way {
  readonly direct: readonly string[];
  readonly bridged: readonly UnseenEvent[];
  readonly unseen: readonly UnseenEvent[];
}

function wayOf(event: string, others: readonly DocumentEntry[], canBridge: boolean): Way {
  const takenBy = takersOf(event, others);
  if (takenBy.length === 0) return { direct: [event], bridged: [], unseen: [] };
  if (canBridge && isOnEventBridge(event)) return { direct: [], bridged: [{ event, takenBy }], unseen: [] };
  // What a wildcard stands for can be free in part.
  const members = membersOf(event).map((member) => ({ event: member, takenBy: takersOf(member, others) }));
  return {
    direct: members.filter((member) => member.takenBy.length === 0).map((member) => member.event),
    bridged: [],
    unseen: members.filter((member) => member.takenBy.length > 0),
  };
}

function takersOf(event: string, others: readonly DocumentEntry[]): readonly DocumentEntry[] {
  return others.filter(({ Events: events = [] }) => isTaken({ events }, event));
}

/** Our entry in the place of the first one that is ours, or behind all others. */
function withEntry(question: WiringQuestion, direct: readonly string[]): NotificationDocument {
  const { document, stage, queueArn } = question;
  const { QueueConfigurations: queues = [], ...rest } = document;
  const own: readonly DocumentEntry[] =
    direct.length === 0 ? [] : [{ Id: entryId(stage), QueueArn: queueArn, Events: direct }];
  const place = queues.findIndex((entry) => isOwn(question, entry));
  const before = (place < 0 ? queues : queues.slice(0, place)).filter((entry) => !isOwn(question, entry));
  const after = place < 0 ? [] : queues.slice(place).filter((entry) => !isOwn(question, entry));
  const entries = [...before, ...own, ...after];
  return entries.length === 0 ? rest : { ...document, QueueConfigurations: entries };
}

function withEventBridge(document: NotificationDocument, change: BridgeChange): NotificationDocument {
  if (change === 'turn-on') return { ...document, EventBridgeConfiguration: {} };
  if (change !== 'turn-off') return document;
  const { EventBridgeConfiguration: _, ...rest } = document;
  return rest;
}

function planBridge(
  question: WiringQuestion,
  bridged: readonly UnseenEvent[],
): { readonly rule: RuleChange; readonly eventBridge: BridgeChange } {
  const { document, rule, listeners } = question;
  const isOn = document.EventBridgeConfiguration !== undefined;
  if (bridged.length > 0) {
    const events = bridged.map(({ event }) => event);
    const wanted = bridgeRule(question, { events, turnedOn: !isOn || isTurnedOnByUs(rule) });
    const kind = rule !== undefined && isSameRule(rule, wanted) ? 'keep' : 'put';
    return { rule: { kind, rule: wanted }, eventBridge: isOn ? 'unchanged' : 'turn-on' };
  }
  if (rule === undefined) return { rule: { kind: 'none' }, eventBridge: 'unchanged' };
  const removed = { kind: 'remove', name: rule.name } as const;
  if (!isOn || !isTurnedOnByUs(rule)) return { rule: removed, eventBridge: 'unchanged' };
  return { rule: removed, eventBridge: listeners.length > 0 ? 'left-on' : 'turn-off' };
}

function isSameRule(a: EventRule, b: EventRule): boolean {
  return (
    a.pattern === b.pattern && a.description === b.description && a.enabled && a.targets.join() === b.targets.join()
  );
}
