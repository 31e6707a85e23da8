import { type AlertBook, openAlertBook } from './act/alert-book.ts';
import { HoldfastError } from './errors.ts';
import { type CountedBacklog, countBacklog } from './gather/count-backlog.ts';
import { type Examined, examinePending } from './gather/examine-pending.ts';
import { mapBounded } from './gather/map-bounded.ts';
import { samplePending } from './gather/sample-pending.ts';
import { nextSwath } from './gather/sweep-pending.ts';
import type { Severity } from './model/action.ts';
import type { Config } from './model/config.ts';
import type { FindingCode } from './model/finding.ts';
import { type Link, linkId, linksOf } from './model/link.ts';
import {
  BULK_VALID_MS,
  bulkNote,
  type Checkpoint,
  idleNote,
  type PendingVersion,
  progressNote,
} from './model/pending.ts';
import { isBulkNext, overdueFinding, toCheckpoint } from './policy/backlog.ts';
import { toAlerts } from './policy/to-alerts.ts';
import type { BacklogGauge, Call, Ports, SteeringLedger } from './ports.ts';

/** What the watch of what is on its way to this Region asks of the world. */
export interface BacklogWatchPorts extends Pick<
  Ports,
  'region' | 'objects' | 'pending' | 'peers' | 'notes' | 'alerts' | 'clock'
> {
  readonly steering: SteeringLedger;
  /** Absent: nobody draws it. */
  readonly gauge?: BacklogGauge;
  /** Of this stack, where accounts share the Region; absent: every link that ends in the Region is ours. */
  readonly account?: string;
  /** How much is written to the source of a link, where somebody measures it. */
  readonly writeRate?: (link: Link, call: Call) => Promise<Checkpoint['writeRate']>;
}

/** What one run made of one link. */
export interface WatchedBacklog {
  /** `linkId`. */
  readonly link: string;
  readonly backlog: CountedBacklog;
  readonly bulk: boolean;
  /** Absent: it is not known up to when the list is complete, so there is none. */
  readonly checkpoint?: Checkpoint;
  /** Rows that were taken off. */
  readonly settled: number;
  /** Codes of the alerts that went out now; what was open before is not repeated. */
  readonly opened: readonly FindingCode[];
}

const BOOK = 'open-backlog';

/**
 * Counts what is on its way over each link that ends in this Region, and leaves a checkpoint where it is found when the Region of
 * the source is gone. Takes off the lists what has arrived and no chain of looks follows any more. A link that fails holds up no
 * other: its error is thrown at the end. May be repeated.
 */
export async function watchBacklog(
  ports: BacklogWatchPorts,
  config: Pick<Config, 'pairs' | 'alerts'>,
  call: Call,
): Promise<readonly WatchedBacklog[]> {
  const { region, account } = ports;
  const links = linksOf(config).filter(
    ({ destination }) => destination.region === region && (account === undefined || destination.account === account),
  );
  if (links.length === 0) return [];
  const book = await openAlertBook(ports, BOOK, call);
  const watched: WatchedBacklog[] = [];
  const errors: unknown[] = [];
  for (const link of links) {
    try {
      watched.push(await watchLink(link, { ports, threshold: config.alerts.severity, book }, call));
    } catch (error) {
      book.keep(linkId(link)); // nothing was learnt
      errors.push(error);
    }
  }
  await book.save(call);
  for (const error of errors) throw error;
  return watched;
}

interface Watch {
  readonly ports: BacklogWatchPorts;
  readonly threshold: Severity;
  readonly book: AlertBook;
}

/** How long it is remembered when looks at single versions started again, in milliseconds. */
const BULK_END_KEPT_MS = 7 * 24 * 3_600_000;

/** One minute of one link, seen from the Region where it ends. */
async function watchLink(link: Link, { ports, threshold, book }: Watch, call: Call): Promise<WatchedBacklog> {
  const now = ports.clock.now();
  const id = linkId(link);
  const overdueBefore = new Date(now.getTime() - Math.max(...link.policy.lookAfterMs));
  const backlog = await countBacklog(link, overdueBefore, ports, call);
  const { versions, bytes, oldestAt = now } = backlog;
  ports.gauge?.counted(id, { versions, bytes, oldestAgeMs: Math.max(0, now.getTime() - oldestAt.getTime()) });
  const before = (await ports.notes.get(bulkNote(id), call)) === 'on';
  const sample = await samplePending(link, { backlog, overdueBefore }, ports, call);
  const bulk = isBulkNext({ bulk: before, versions: backlog.versions, ...(sample && { sample: sample.seen }) });
  const checkpoint = await putCheckpoint(link, { backlog, bulk }, ports, call); // early: the rest may take its time
  if (bulk || before) await spreadBulk(link, bulk, ports, call);
  await forgetAll(sample?.settled ?? [], ports, call);
  const swept = bulk ? NOTHING : await sweep(link, overdueBefore, ports, call);

  const missing = [...(sample?.missing ?? []), ...swept.missing].filter(({ createdAt }) => createdAt < overdueBefore);
  const [oldest] = missing.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  const result = { link: id, backlog, bulk, ...(checkpoint && { checkpoint }) };
  const settled = (sample?.settled.length ?? 0) + swept.settled.length;
  if (oldest === undefined && backlog.overdue.versions > 0) {
    book.keep(id); // nobody looked at these again in this minute
    return { ...result, settled, opened: [] };
  }
  const { overdue } = backlog;
  const findings = oldest === undefined ? [] : [overdueFinding(link, { ...overdue, oldestAt: oldest.createdAt, now })];
  const actions = toAlerts(findings, { all: findings, threshold });
  return { ...result, settled, opened: await book.publish(id, { findings, actions }, call) };
}

async function putCheckpoint(
  link: Link,
  { backlog, bulk }: { readonly backlog: CountedBacklog; readonly bulk: boolean },
  ports: BacklogWatchPorts,
  call: Call,
): Promise<Checkpoint | undefined> {
  const [heard, idle] = await Promise.all(
    [progressNote, idleNote].map(async (note) => ports.notes.get(note(linkId(link)), call)),
  );
  const isKnown = heard !== undefined || idle !== undefined;
  const writeRate = isKnown ? await ports.writeRate?.(link, call) : undefined;
  const checkpoint = toCheckpoint(link, {
    ...backlog,
    bulk,
    asOf: ports.clock.now(),
    ...(heard === undefined ? {} : { heardAt: new Date(heard) }),
    ...(idle === undefined ? {} : { idleAt: new Date(idle) }),
    ...(writeRate === undefined ? {} : { writeRate }),
  });
  if (checkpoint !== undefined) await ports.steering.putCheckpoint(checkpoint, call);
  return checkpoint;
}

/** Remembers it here and tells the stack of the source, each minute while it lasts: what is not repeated there ends by itself. */
async function spreadBulk(link: Link, on: boolean, ports: BacklogWatchPorts, call: Call): Promise<void> {
  const { notes, peers, clock } = ports;
  const { signal } = call;
  const id = linkId(link);
  await notes.put(bulkNote(id), on ? 'on' : 'off', { signal, keepForMs: BULK_VALID_MS });
  if (!on) await notes.put(endNote(id), clock.now().toISOString(), { signal, keepForMs: BULK_END_KEPT_MS });
  const { region, account } = link.source;
  try {
    await peers.tell({ region, account }, { kind: 'bulk', link: id, on, at: clock.now() }, call);
  } catch (error) {
    // With its Region gone the source's stack makes no looks either.
    if (!(error instanceof HoldfastError) || error.kind !== 'unavailable') throw error;
  }
}

/** Looks at each version that no chain of looks follows any more: those that are overdue, and those from before a bulk ended. */
async function sweep(
  link: Link,
  overdueBefore: Date,
  ports: BacklogWatchPorts,
  call: Call,
): Promise<Pick<Examined, 'settled' | 'missing'>> {
  const ended = await ports.notes.get(endNote(linkId(link)), call);
  const before = ended === undefined || new Date(ended) < overdueBefore ? overdueBefore : new Date(ended);
  const swath = await nextSwath(link, before, ports, call);
  const examined = await examinePending(swath.rows, { link, overdueBefore }, ports, call);
  await forgetAll(examined.settled, ports, call);
  await swath.done();
  return examined;
}

const NOTHING: Pick<Examined, 'settled' | 'missing'> = { settled: [], missing: [] };

async function forgetAll(rows: readonly PendingVersion[], { pending }: BacklogWatchPorts, call: Call): Promise<void> {
  await mapBounded(rows, async (row) => pending.forget(row, call));
}

function endNote(link: string): string {
  return `bulk-end#${link}`;
}
