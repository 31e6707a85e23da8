import { openAlertBook } from './act/alert-book.ts';
import type { BucketRef } from './model/bucket-settings.ts';
import type { Config } from './model/config.ts';
import type { Finding } from './model/finding.ts';
import { firstLook } from './model/look.ts';
import { valueOf } from './model/observation.ts';
import { tells } from './model/signals.ts';
import { inPlaceOf, isOwed, type ListedCreation, lostEvents } from './policy/lost-events.ts';
import { toAlerts } from './policy/to-alerts.ts';
import type { BucketStore, Call, EventMemory, Ports, SignalsQueue, VersionLister } from './ports.ts';

/** What the watch of events asks of the world. */
export interface EventWatchPorts extends Pick<Ports, 'region' | 'clock' | 'alerts' | 'notes' | 'looks'> {
  readonly versions: VersionLister;
  readonly buckets: BucketStore;
  readonly memory: EventMemory;
  readonly signals: SignalsQueue;
}

/** What one run found in one bucket. */
export interface WatchedEvents {
  readonly bucket: string;
  /** Absent: the bucket does not notify this stack, as far as its configuration says. */
  readonly since?: Date;
  readonly listed: number;
  /** To be asked for again in the next run. */
  readonly suspects: number;
  readonly lost: number;
}

/** So much of a bucket is looked at in one run: twenty requests to S3, and as many small ones to the ledger as versions are young. */
const MOST_LISTED = 20_000;
const MOST_ASKED = 2_000;
const AT_ONCE = 16;

/** A note holds no more; the listing goes on from there in the next run. */
const MOST_SUSPECTS = 100;

/** With so much waiting, an event may well be among it. */
const MOST_WAITING = 1_000;

const NOTE = 'open-events';
const KEPT_FOR_MS = 400 * 24 * 3_600_000;

/** What one run leaves for the next. */
interface Progress {
  readonly since: string;
  /** The last key that was looked at; absent: the listing begins anew. */
  readonly after?: string;
  /** Versions that nobody told of, as of the last run. */
  readonly suspects: readonly (Omit<ListedCreation, 'lastModifiedAt'> & { readonly lastModifiedAt: string })[];
}

/**
 * Once an hour: lists some of each bucket of this Region, and asks the ledger whether it has heard of what was created. What nobody
 * has told of in two runs is told to people, and inspected as if its event had come.
 */
export async function watchEvents(
  ports: EventWatchPorts,
  config: Pick<Config, 'pairs' | 'alerts'>,
  call: Call,
): Promise<readonly WatchedEvents[]> {
  const book = await openAlertBook(ports, NOTE, call);
  const isBehind = (await ports.signals.waiting(call)) > MOST_WAITING;
  const watched: WatchedEvents[] = [];
  for (const bucket of bucketsOf(config, ports.region)) {
    const { findings, ...seen } = await watchBucket(bucket, { ports, isBehind, call });
    watched.push(seen);
    if (isBehind) {
      book.keep(bucket.bucket);
      continue;
    }
    const actions = toAlerts(findings, { all: findings, threshold: config.alerts.severity });
    await book.publish(bucket.bucket, { findings, actions }, call);
  }
  await book.save(call);
  return watched;
}

function bucketsOf({ pairs }: Pick<Config, 'pairs'>, region: string): readonly BucketRef[] {
  const all = pairs.flatMap(({ source, destinations }) => [source, ...destinations]);
  const here = all.filter((bucket) => bucket.region === region).map(({ bucket }) => bucket);
  return [...new Set(here)].map((bucket) => ({ bucket, region }));
}

interface Run {
  readonly ports: EventWatchPorts;
  /** So much waits in the lane that nothing can be called lost. */
  readonly isBehind: boolean;
  readonly call: Call;
}

async function watchBucket(
  bucket: BucketRef,
  run: Run,
): Promise<WatchedEvents & { readonly findings: readonly Finding[] }> {
  const { ports, isBehind, call } = run;
  const name = `events#${bucket.bucket}`;
  const now = ports.clock.now();
  const save = async (progress: Progress): Promise<void> =>
    ports.notes.put(name, JSON.stringify(progress), { signal: call.signal, keepForMs: KEPT_FOR_MS });
  const nothing = { bucket: bucket.bucket, listed: 0, suspects: 0, lost: 0, findings: [] };
  if (!(await isWired(bucket, run))) {
    await ports.notes.put(name, '', { signal: call.signal, keepForMs: KEPT_FOR_MS });
    return nothing;
  }
  const before = parse(await ports.notes.get(name, call));
  if (before === undefined) {
    await save({ since: now.toISOString(), suspects: [] }); // what was written before, nobody has promised to tell of
    return { ...nothing, since: now };
  }
  const since = new Date(before.since);
  if (isBehind) return { ...nothing, since, suspects: before.suspects.length };
  const suspected = before.suspects.map((each) => ({ ...each, lastModifiedAt: new Date(each.lastModifiedAt) }));
  const lost = await unheard(suspected, run);
  for (const version of lost) await ports.looks.enqueue(firstLook(inPlaceOf(version)), call);
  const { suspects, listed, after } = await list(bucket, { run, since, now, after: before.after });
  await save({
    since: before.since,
    ...(after === undefined ? {} : { after }),
    suspects: suspects.map((each) => ({ ...each, lastModifiedAt: each.lastModifiedAt.toISOString() })),
  });
  const seen = { bucket: bucket.bucket, since, listed, suspects: suspects.length, lost: lost.length };
  return { ...seen, findings: lostEvents(bucket, lost) };
}

/** By its own configuration: an entry for our queue, or EventBridge, of whose rules this function knows nothing. */
async function isWired(bucket: BucketRef, { ports, call }: Run): Promise<boolean> {
  const found = await ports.buckets.setting(bucket, 'notifications', call);
  const notifications = valueOf(found);
  if (notifications === undefined) return found.state === 'unreadable'; // then nobody can tell otherwise
  return (
    notifications.eventBridge ||
    notifications.entries.some((entry) => entry.targetArn === ports.signals.arn && tells(entry, 's3:ObjectCreated:*'))
  );
}

/** A part of the bucket, to the end of a key. */
async function list(
  { bucket, region }: BucketRef,
  { run, since, now, after }: { run: Run; since: Date; now: Date; after: string | undefined },
): Promise<{ readonly suspects: readonly ListedCreation[]; readonly listed: number; readonly after?: string }> {
  const { versions } = run.ports;
  const target = { bucket, region, prefix: '', ...(after === undefined ? {} : { after }) };
  const suspects: ListedCreation[] = [];
  let [listed, asked] = [0, 0];
  let owed: ListedCreation[] = [];
  let key: string | undefined;
  const ask = async (): Promise<void> => {
    suspects.push(...(await unheard(owed, run)));
    asked += owed.length;
    owed = [];
  };
  for await (const version of versions.list(target, run.call)) {
    const isNextKey = key !== undefined && version.object.key !== key;
    if (isNextKey && owed.length >= AT_ONCE) await ask();
    const isEnough = listed >= MOST_LISTED || asked >= MOST_ASKED || suspects.length >= MOST_SUSPECTS;
    if (isNextKey && isEnough && key !== undefined) return { suspects, listed, after: key };
    key = version.object.key;
    listed += 1;
    if (isOwed(version, { since, now })) owed.push(version);
  }
  await ask();
  return { suspects, listed };
}

/** Those of which the ledger knows no event. */
async function unheard(versions: readonly ListedCreation[], { ports, call }: Run): Promise<readonly ListedCreation[]> {
  const found: ListedCreation[] = [];
  for (let start = 0; start < versions.length; start += AT_ONCE) {
    const some = versions.slice(start, start + AT_ONCE);
    const known = await Promise.all(some.map(async ({ object }) => ports.memory.hasHeardOf(object, call)));
    found.push(...some.filter((_, index) => known[index] !== true));
  }
  return found.map(({ object, sizeBytes, etag, lastModifiedAt }) => ({ object, sizeBytes, etag, lastModifiedAt }));
}

/** An unreadable note is none. */
function parse(note: string | undefined): Progress | undefined {
  if (note === undefined || note === '') return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody else writes this note
  return JSON.parse(note) as Progress;
}
