import { type Link, linkId } from '../model/link.ts';
import { BULK_ABOVE } from '../model/pending.ts';
import type { Call, Ports } from '../ports.ts';

/** How long a full count of a long list is good for, in milliseconds. */
const COUNTED_AGAIN_MS = 15 * 60_000;

/** What was created within this time before a count is counted each time, because it may be noted late. In milliseconds. */
const NOTED_LATE_MS = 5 * 60_000;

/** How long the count of a long list is remembered, in milliseconds. */
const KEPT_FOR_MS = 60 * 60_000;

/** How many versions, and how large they are together. */
export interface Amount {
  readonly versions: number;
  readonly bytes: number;
}

/** What is on the list of one link. */
export interface CountedBacklog extends Amount {
  readonly oldestAt?: Date;
  readonly newestAt?: Date;
  /** What is older than the last look that its chain makes. */
  readonly overdue: Amount;
}

/** A full count, as it is remembered. */
interface Count extends Amount {
  readonly countedAt: number;
  /** The amount is of what was created before. */
  readonly horizon: number;
  readonly overdue: Amount;
}

type World = Pick<Ports, 'pending' | 'notes' | 'clock'>;

/**
 * Counts the list of a link. A list that is too long to be read every minute is read as a whole each 15 minutes, and in between
 * from its recent end: what settles meanwhile is still counted, so that the number is never too low.
 */
export async function countBacklog(link: Link, overdueBefore: Date, world: World, call: Call): Promise<CountedBacklog> {
  const note = `backlog#${linkId(link)}`;
  const nowMs = world.clock.now().getTime();
  const last = parseCount(await world.notes.get(note, call));
  const known = last !== undefined && nowMs - last.countedAt < COUNTED_AGAIN_MS ? last : undefined;
  const horizon = known?.horizon ?? nowMs - NOTED_LATE_MS;
  const recent = await read(link, { overdueBefore, horizon, ...(known && { from: new Date(horizon) }) }, world, call);
  if (known !== undefined) {
    const oldestAt = (await oldest(link, world, call)) ?? recent.oldestAt;
    return { ...toBacklog(recent, known), ...(oldestAt === undefined ? {} : { oldestAt }) };
  }
  if (recent.versions > BULK_ABOVE) {
    const { before, overdue } = recent;
    const count: Count = { ...before, overdue, countedAt: nowMs, horizon };
    await world.notes.put(note, JSON.stringify(count), { signal: call.signal, keepForMs: KEPT_FOR_MS });
  }
  return toBacklog(recent, { versions: 0, bytes: 0, overdue: { versions: 0, bytes: 0 } });
}

interface Reading extends CountedBacklog {
  /** What was created before the horizon. */
  readonly before: Amount;
}

interface Span {
  readonly overdueBefore: Date;
  readonly horizon: number;
  readonly from?: Date;
}

/** Folds the rows as they come: none is kept. */
async function read(
  link: Link,
  { overdueBefore, horizon, from }: Span,
  { pending }: World,
  call: Call,
): Promise<Reading> {
  const all = { versions: 0, bytes: 0 };
  const before = { versions: 0, bytes: 0 };
  const overdue = { versions: 0, bytes: 0 };
  const overdueMs = overdueBefore.getTime();
  let oldestAt: Date | undefined;
  let newestAt: Date | undefined;
  const options = { signal: call.signal, ...(from === undefined ? {} : { from }) };
  for await (const { createdAt, sizeBytes } of pending.list(linkId(link), options)) {
    oldestAt ??= createdAt;
    newestAt = createdAt;
    add(all, sizeBytes);
    const createdMs = createdAt.getTime(); // a list can have a million rows
    if (createdMs < horizon) add(before, sizeBytes);
    if (createdMs < overdueMs) add(overdue, sizeBytes);
  }
  return { ...all, before, overdue, ...(oldestAt && { oldestAt }), ...(newestAt && { newestAt }) };
}

function add(amount: { versions: number; bytes: number }, sizeBytes: number): void {
  amount.versions += 1;
  amount.bytes += sizeBytes;
}

function toBacklog(recent: Reading, known: Pick<Count, 'versions' | 'bytes' | 'overdue'>): CountedBacklog {
  const { oldestAt, newestAt } = recent;
  return {
    ...sum(recent, known),
    overdue: sum(recent.overdue, known.overdue),
    ...(oldestAt === undefined ? {} : { oldestAt }),
    ...(newestAt === undefined ? {} : { newestAt }),
  };
}

function sum(one: Amount, other: Amount): Amount {
  return { versions: one.versions + other.versions, bytes: one.bytes + other.bytes };
}

async function oldest(link: Link, { pending }: World, { signal }: Call): Promise<Date | undefined> {
  for await (const { createdAt } of pending.list(linkId(link), { signal, atMost: 1 })) return createdAt;
  return undefined;
}

/** Nobody else writes this note; what cannot be read is counted again. */
function parseCount(text: string | undefined): Count | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written above
  return text === undefined ? undefined : (JSON.parse(text) as Count);
}
