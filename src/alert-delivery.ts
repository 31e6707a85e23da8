import { noticeId } from './act/identify-case.ts';
import {
  type AlertCase,
  type AlertState,
  type EndedEpisode,
  endOf,
  type KnownCase,
  type Mute,
  type OutboxEntry,
} from './model/alert-state.ts';
import { AT_ONCE, nextNotice, type NextNotice, quietAt } from './policy/notices.ts';
import type { AlertStates, Call, CaseBook, Clock, KeptState, Outbox, Publisher, StateBook } from './ports.ts';
import { type NoticePlace, renderNotice } from './render/notice.ts';

/** What delivering asks of the world. */
export interface DeliveryPorts {
  readonly states: StateBook;
  readonly cases: CaseBook;
  readonly outbox: Outbox;
  readonly mutes: Pick<AlertStates, 'mutes'>;
  readonly publisher: Publisher;
  readonly clock: Clock;
}

export interface DeliveryOptions {
  /** Names this sender among all that are running. */
  readonly sender: string;
  readonly place: NoticePlace;
  /** Maintenance windows of the configuration. */
  readonly windows: readonly Mute[];
}

/** How long a notice may take to leave before its sender is taken for dead, in milliseconds. */
const CLAIM_MS = 30_000;

/**
 * After the first few notices whoever reports a case touches its cause only every few seconds: what was touched a moment ago is
 * looked at again before it is left alone. In milliseconds.
 */
const SETTLING_MS = 30_000;

/** One notice and what came meanwhile, and that again, as often as people are told at once. */
const MOST_ROUNDS = 3 * AT_ONCE;

/** Whoever reports a case writes the state within its own time; after this nobody does any more. In milliseconds. */
const ORPHANED_AFTER_MS = 3_600_000;

/** How many cases may seem to be open for a look at each to be worth its price: counters can be off by one after a crash. */
const NEARLY_HEALED = 2;

/** Examples in a notice. */
const EXAMPLES = 10;

/**
 * Tells people whatever there is to tell about one cause. Where somebody else is about to, or nothing is due, it does nothing.
 * Whoever dies in it leaves the cause in the outbox, and the next sender repeats at most one notice, under the same id. Throws
 * `HoldfastError`.
 */
export async function deliver(
  fingerprint: string,
  ports: DeliveryPorts,
  { signal, ...options }: Call & DeliveryOptions,
): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const entry = await ports.outbox.get(fingerprint, { signal });
    if (entry === undefined || !isDue(entry, ports.clock.now(), options.sender)) return;
    if (await takeStep(entry, ports, { ...options, signal })) return;
  }
}

/** Whether anything is to be done about an entry now, by this sender. */
export function isDue({ version, settledVersion, dueAt, claim }: OutboxEntry, now: Date, sender: string): boolean {
  if (claim !== undefined && claim.by !== sender && claim.until > now) return false;
  return version !== settledVersion || (dueAt !== undefined && dueAt <= now);
}

/** Whether nothing is left to be done; otherwise the entry has changed and is read again. */
async function takeStep(entry: OutboxEntry, ports: DeliveryPorts, options: Call & DeliveryOptions): Promise<boolean> {
  const { signal } = options;
  const now = ports.clock.now();
  const kept = await ports.states.get(entry.fingerprint, { signal });
  if (kept === undefined) return leaveOrphan(entry, ports, { signal });
  const current = await judge(kept, entry, ports, { signal });
  if (current === undefined) return false;
  const mutes = [...options.windows, ...(await ports.mutes.mutes({ signal }))];
  const attempted = entry.claim?.episode === current.state.episode ? { attempted: entry.claim } : {};
  const next = nextNotice(current.state, { mutes, now, ...attempted });
  if (next.kind === 'nothing') return settle(entry, { state: current.state, next }, ports, { signal });
  const told = await tell(current, next, entry, { ports, options });
  if (told === undefined) return false;
  const then = nextNotice(told.state, { mutes, now });
  return then.kind === 'nothing' && settle(told.entry, { state: told.state, next: then }, ports, { signal });
}

interface Settled {
  readonly state: AlertState;
  readonly next: Extract<NextNotice, { kind: 'nothing' }>;
}

/** Leaves the cause alone until something is due or comes. Whether nothing came meanwhile. */
async function settle(
  entry: OutboxEntry,
  { state, next }: Settled,
  { outbox, clock }: DeliveryPorts,
  { signal }: Call,
): Promise<boolean> {
  const quiet = state.phase === 'resolved' ? undefined : quietAt(state);
  const dueAt = earliest([next.until, quiet, settlingUntil(entry, state, clock.now())]);
  return outbox.settle(entry, { signal, ...(dueAt === undefined ? {} : { dueAt }) });
}

/** A cause that was touched and never written: whoever reported it writes it soon, or its message comes again. */
async function leaveOrphan(entry: OutboxEntry, { outbox, clock }: DeliveryPorts, call: Call): Promise<boolean> {
  if (clock.now().getTime() - entry.touchedAt.getTime() < ORPHANED_AFTER_MS) return true;
  await outbox.settle(entry, call);
  return true;
}

/** Nobody has told of it or tried to: the case that opened it is enough to begin with, and the next notice has the others. */
function isFresh({ told, phase }: AlertState, { settledVersion, claim }: OutboxEntry): boolean {
  return phase !== 'resolved' && told === undefined && settledVersion === undefined && claim === undefined;
}

/** With everything that the cases and the outbox know by now. */
async function bringUp(
  state: AlertState,
  { latest }: OutboxEntry,
  { cases }: DeliveryPorts,
  call: Call,
): Promise<AlertState> {
  const { count, healed, some } = await cases.tally(state.fingerprint, state.episode, call);
  const recent = latest === undefined || latest.at < state.firstAt ? [] : [latest];
  const examples = latestOf([...recent, ...some, ...state.examples]);
  const lastAt = examples.reduce((last, { at }) => (at > last ? at : last), state.lastAt);
  return { ...state, count: Math.max(count, state.count), healed: Math.max(0, healed), examples, lastAt };
}

function latestOf(all: readonly AlertCase[]): readonly AlertCase[] {
  const different = new Map(all.map((each) => [each.id, each]));
  return [...different.values()].toSorted((a, b) => b.at.getTime() - a.at.getTime()).slice(0, EXAMPLES);
}

/**
 * As it is now. What is over is resolved, and that is taken back where a case came in the same moment. `undefined`: somebody else
 * has written.
 */
async function judge(
  { state, version }: KeptState,
  entry: OutboxEntry,
  ports: DeliveryPorts,
  call: Call,
): Promise<KeptState | undefined> {
  await takeOver(state, { ports, call });
  const now = isFresh(state, entry) ? state : await bringUp(state, entry, ports, call);
  const changed =
    state.phase === 'resolved'
      ? await reopened(state, now, { ports, call })
      : await resolved(now, entry, { ports, call });
  if (changed === undefined) return { state: now, version };
  return (await ports.states.save({ state: changed, version }, call))
    ? { state: changed, version: version + 1 }
    : undefined;
}

interface Means {
  readonly ports: DeliveryPorts;
  readonly call: Call;
}

/** Only what was there when it was resolved is over: a case that came in the same moment takes that back. */
async function reopened(before: AlertState, now: AlertState, means: Means): Promise<AlertState | undefined> {
  const ended = endOf(before);
  if (ended === undefined) return undefined;
  const isGrown = now.count > ended.count;
  if (!isGrown && now.lastAt <= ended.resolvedAt) return undefined;
  const { resolution: _, resolvedAt: __, closing: ___, ...again } = now;
  const open = { ...again, phase: 'open' } as const;
  // Of what was not healed when it ended a new case can be told by its number alone: S3 may have said it long before.
  if (isGrown && ended.resolution !== 'gone') return open;
  const first = await casesAfter(now.fingerprint, ended, means).next();
  return first.done === true ? undefined : open;
}

/** Cases of an episode that were not over with it. Counters alone do not tell: one may be counted that never was. */
async function* casesAfter(
  fingerprint: string,
  { episode, resolution, resolvedAt }: EndedEpisode,
  { ports, call }: Means,
): AsyncGenerator<KnownCase> {
  for await (const known of ports.cases.list(fingerprint, episode, call)) {
    if (known.healedAt === undefined && (resolution === 'gone' || known.at > resolvedAt)) yield known;
  }
}

/** Cases that came while the episode before was ending, and that nobody has told, are cases of this one. */
async function takeOver({ fingerprint, episode, before, told }: AlertState, means: Means): Promise<void> {
  if (before === undefined || told !== undefined) return;
  const { ports, call } = means;
  const { count } = await ports.cases.tally(fingerprint, before.episode, call);
  if (count <= before.count) return;
  for await (const known of casesAfter(fingerprint, before, means)) {
    await ports.cases.add(fingerprint, { ...known, episode }, { ...call, before: known });
  }
}

async function resolved(
  state: AlertState,
  entry: OutboxEntry,
  { ports, call }: Means,
): Promise<AlertState | undefined> {
  const now = ports.clock.now();
  if (settlingUntil(entry, state, now) !== undefined) return undefined;
  const over = { ...state, phase: 'resolved', resolvedAt: now } as const;
  const nearlyHealed = state.healed > 0 && state.count - state.healed <= NEARLY_HEALED;
  const count = nearlyHealed ? await countHealed(state, ports, call) : undefined;
  if (count !== undefined) return { ...over, count, resolution: 'gone' };
  return quietAt(state) <= now ? { ...over, resolution: 'quiet' } : undefined;
}

/** How many cases there are, if all of them are healed. */
async function countHealed(
  { fingerprint, episode }: AlertState,
  { cases }: DeliveryPorts,
  call: Call,
): Promise<number | undefined> {
  let count = 0;
  for await (const { healedAt } of cases.list(fingerprint, episode, call)) {
    if (healedAt === undefined) return undefined;
    count += 1;
  }
  return count;
}

function settlingUntil({ touchedAt }: OutboxEntry, { told }: AlertState, now: Date): Date | undefined {
  const until = new Date(touchedAt.getTime() + SETTLING_MS);
  return told !== undefined && told.notices >= AT_ONCE && until > now ? until : undefined;
}

interface Sending {
  readonly ports: DeliveryPorts;
  readonly options: Call & DeliveryOptions;
}

/** Claims the notice, sends it, and writes down that it has left. `undefined`: whoever else was faster, all is to be read again. */
async function tell(
  { state, version }: KeptState,
  notice: Extract<NextNotice, { kind: 'notice' }>,
  entry: OutboxEntry,
  { ports, options: { sender, place, signal } }: Sending,
): Promise<{ readonly entry: OutboxEntry; readonly state: AlertState } | undefined> {
  const { fingerprint, episode, told } = state;
  const { number, severity } = notice;
  const now = ports.clock.now();
  const until = new Date(now.getTime() + CLAIM_MS);
  const since = entry.claim?.episode === episode && entry.claim.notice === number ? entry.claim.since : now;
  const claim = { by: sender, since, until, episode, notice: number, state: notice.state, count: state.count };
  const claimed = await ports.outbox.claim(entry, claim, { signal });
  if (claimed === undefined) return undefined;
  const id = noticeId(fingerprint, { episode, number });
  await ports.publisher.publish(renderNotice(state, { ...notice, id, at: now }, place), { signal });
  const reminders = notice.state === 'repeated' ? { reminders: (told?.reminders ?? 0) + 1 } : {};
  const heard = {
    ...state,
    told: { notices: number, at: now, phase: state.phase, count: state.count, severity, ...reminders },
  };
  // Where somebody else has written meanwhile, the next round reads it and says the same again, under the same id.
  return (await ports.states.save({ state: heard, version }, { signal }))
    ? { entry: claimed, state: heard }
    : undefined;
}

function earliest(times: readonly (Date | undefined)[]): Date | undefined {
  return times.reduce(
    (first, time) => (first === undefined || (time !== undefined && time < first) ? time : first),
    undefined,
  );
}
