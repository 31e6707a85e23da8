import { type Link, linkId } from '../model/link.ts';
import { BULK_BELOW, type PendingVersion } from '../model/pending.ts';
import type { Call, ListPendingOptions, Ports } from '../ports.ts';
import type { CountedBacklog } from './count-backlog.ts';
import { type Examined, examinePending } from './examine-pending.ts';

/** How many of the oldest, and how many of all, are looked at while a list is too long to look at each. */
const SAMPLE = 100;

/** From how many places of the list the hundred are taken. */
const PLACES = 5;

const MINUTE_MS = 60_000;

/** A share of 1 that, added again and again, comes back to no place soon and leaves no gap: the golden ratio. */
const GOLDEN = 0.618_033_988_749_895;

export interface Sample extends Pick<Examined, 'settled' | 'missing'> {
  /** What those from all over the list showed. */
  readonly seen: { readonly settled: number; readonly missing: number; readonly unknown: number };
}

/** The oldest and a hundred from all over a long list; none of a short one. */
export async function samplePending(
  link: Link,
  { backlog, overdueBefore }: { readonly backlog: CountedBacklog; readonly overdueBefore: Date },
  world: Pick<Ports, 'objects' | 'pending' | 'clock'>,
  call: Call,
): Promise<Sample | undefined> {
  const { versions, oldestAt, newestAt = oldestAt } = backlog;
  if (versions < BULK_BELOW || oldestAt === undefined || newestAt === undefined) return undefined;
  const scattered = await scatteredPending(link, { oldestAt, newestAt }, world, call);
  const oldest = await oldestPending(link, world, call);
  const seen = await examinePending(scattered, { link, overdueBefore }, world, call);
  const old = await examinePending(oldest, { link, overdueBefore }, world, call);
  return {
    settled: [...seen.settled, ...old.settled],
    missing: [...seen.missing, ...old.missing],
    seen: { settled: seen.settled.length, missing: seen.missing.length, unknown: seen.unknown },
  };
}

interface Span {
  readonly oldestAt: Date;
  readonly newestAt: Date;
}

async function oldestPending(
  link: Link,
  world: Pick<Ports, 'pending'>,
  call: Call,
): Promise<readonly PendingVersion[]> {
  return take(link, { signal: call.signal, atMost: SAMPLE }, world);
}

/** A hundred from all over the list, others in every minute, evenly in time: the minute itself is the dice. */
async function scatteredPending(
  link: Link,
  { oldestAt, newestAt }: Span,
  world: Pick<Ports, 'pending' | 'clock'>,
  call: Call,
): Promise<readonly PendingVersion[]> {
  const minute = Math.floor(world.clock.now().getTime() / MINUTE_MS);
  const spanMs = newestAt.getTime() - oldestAt.getTime();
  const picks = await Promise.all(
    Array.from({ length: PLACES }, async (_, index) => {
      const from = new Date(oldestAt.getTime() + spanMs * ((minute * GOLDEN + index / PLACES) % 1));
      return take(link, { signal: call.signal, from, atMost: SAMPLE / PLACES }, world);
    }),
  );
  return [...new Map(picks.flat().map((row) => [JSON.stringify(row.object), row])).values()];
}

/** The next rows from a place on. */
export async function take(
  link: Link,
  options: ListPendingOptions & { readonly atMost: number },
  { pending }: Pick<Ports, 'pending'>,
): Promise<readonly PendingVersion[]> {
  const rows: PendingVersion[] = [];
  for await (const row of pending.list(linkId(link), options)) {
    rows.push(row);
    if (rows.length >= options.atMost) break;
  }
  return rows;
}
