import { type ArrivalOptions, type Arrivals, createArrivals } from '../audit/await-arrivals.ts';
import type { LinkSettings } from '../audit/gather-arrival.ts';
import { HoldfastError } from '../errors.ts';
import { CANARY_PREFIX } from '../model/canary.ts';
import { enabledRules } from '../model/link-rules.ts';
import type { Link } from '../model/link.ts';
import type { Observation } from '../model/observation.ts';
import type { Call } from '../ports.ts';
import type { ExitCode, Io } from './io.ts';
import { linksOfPair } from './pair-options.ts';
import { type LinkArrivals, type OpenUpload, renderArrivals } from './render-arrivals.ts';
import type { Services } from './services.ts';
import { toSummaryRecord, toVersionRecord } from './arrival-record.ts';
import { createWaitProgress, type WaitProgress } from './wait-progress.ts';

export interface WaitForPair {
  readonly pair: string;
  readonly prefix: string;
  /** Absent: now. */
  readonly before?: Date;
  readonly timeoutMs: number;
  readonly intervalMs: number;
  readonly concurrency: number;
  /** Whether to go on after something that cannot become right by itself. */
  readonly keepGoing: boolean;
  readonly deleteMarkers: boolean;
  readonly json: boolean;
}

/** `holdfast wait`: all links of a pair, listed one after the other and then waited for together. */
export async function waitForPair(asked: WaitForPair, services: Services, io: Io): Promise<ExitCode> {
  const call: Call = { signal: io.signal };
  const startedAt = services.clock.now();
  const before = asked.before ?? startedAt;
  if (before > startedAt) {
    throw new HoldfastError('invalid-config', 'cli', `expected a time that has passed, got ${before.toISOString()}`);
  }
  const links = linksOfPair(services.config, asked.pair);
  const settings: LinkSettings[] = [];
  for (const link of links) settings.push(await readSettings(link, asked, services, call));
  const uploads = await findOpenUploads(links, { ...asked, before }, { services, call });
  const deadlineMs = startedAt.getTime() + asked.timeoutMs;
  const isLate = (): boolean => services.clock.now().getTime() >= deadlineMs;
  const watched: { progress?: WaitProgress } = {};
  const options = (link: Link): ArrivalOptions => ({
    concurrency: asked.concurrency,
    onProgress: () => watched.progress?.step(),
    stop: () => isLate() || (!asked.keepGoing && all.some(({ arrivals }) => isViolated(arrivals))),
    onSettled(settled) {
      if (asked.json && settled.arrival.state !== 'excused') io.stdout.write(line(toVersionRecord(link, settled)));
    },
  });
  const all = settings.map((each): LinkArrivals => {
    const barrier = { ...each, prefix: asked.prefix, before, ...leavingOut(asked.prefix) };
    return { link: each.link, arrivals: createArrivals(barrier, services, options(each.link)) };
  });
  const progress = createWaitProgress(
    io.stderr,
    services.clock,
    all.map(({ arrivals }) => arrivals),
  );
  watched.progress = progress;
  try {
    await waitForAll(all, asked, { services, call, isLate });
  } finally {
    progress.end();
    for (const { arrivals } of all) await arrivals.close();
  }
  const report = {
    pair: asked.pair,
    before,
    links: all,
    uploads,
    tookMs: services.clock.now().getTime() - startedAt.getTime(),
  };
  if (asked.json) {
    for (const { link, arrivals } of all)
      for (const settled of arrivals.waiting().values()) io.stdout.write(line(toVersionRecord(link, settled)));
    for (const record of toSummaryRecord(report)) io.stdout.write(line(record));
  } else {
    io.stdout.write(renderArrivals(report));
  }
  return toExitCode(all);
}

interface Circumstances {
  readonly services: Services;
  readonly call: Call;
}

async function waitForAll(
  all: readonly LinkArrivals[],
  { intervalMs, keepGoing }: WaitForPair,
  { services, call, isLate }: Circumstances & { readonly isLate: () => boolean },
): Promise<void> {
  for (;;) {
    for (const { arrivals } of all) await arrivals.list(call);
    if (all.every(({ arrivals }) => arrivals.isListed() && arrivals.waiting().size === 0)) return;
    if (isLate() || (!keepGoing && all.some(({ arrivals }) => isViolated(arrivals)))) return;
    await services.wait(intervalMs, call.signal);
    for (const { arrivals } of all) await arrivals.lookAgain(call);
  }
}

function isViolated({ tally: { outcomes } }: Arrivals): boolean {
  return outcomes.failed.versions + outcomes.missing.versions + outcomes.differs.versions > 0;
}

/** Something violated wins; what is late, in doubt or not listed to its end is not judged. */
function toExitCode(all: readonly LinkArrivals[]): ExitCode {
  if (all.some(({ arrivals }) => isViolated(arrivals))) return 1;
  if (all.every(({ arrivals }) => arrivals.listed() === 0)) return 2; // a prefix that nothing has proves nothing
  const open = all.some(
    ({ arrivals }) =>
      !arrivals.isListed() || arrivals.waiting().size > 0 || arrivals.tally.outcomes.unproved.versions > 0,
  );
  return open ? 2 : 0;
}

/** Without a rule nothing ever arrives, and without knowing the rules nobody can say what has to. */
async function readSettings(
  link: Link,
  { deleteMarkers }: WaitForPair,
  { buckets }: Services,
  call: Call,
): Promise<LinkSettings> {
  const [replication, source, destination] = await Promise.all([
    buckets.setting(link.source, 'replication', call),
    buckets.setting(link.source, 'lifecycle', call),
    buckets.setting(link.destination, 'lifecycle', call),
  ]);
  const name = `${link.source.bucket} to ${link.destination.bucket}`;
  if (replication.state === 'unreadable') {
    const problem = `the replication rules of ${link.source.bucket} cannot be read (${replication.reason})`;
    throw new HoldfastError('access-denied', 'cli', `${problem}: s3:GetReplicationConfiguration is needed`);
  }
  const rules = enabledRules(replication.state === 'present' ? replication.value : undefined, link);
  if (rules.length === 0) {
    throw new HoldfastError(
      'invalid-config',
      'cli',
      `no enabled rule replicates ${name}: ask holdfast doctor ${link.pair}`,
    );
  }
  return {
    link,
    rules: deleteMarkers ? rules : rules.map((rule) => ({ ...rule, deleteMarkers: false })),
    lifecycle: { source: orNone(source), destination: orNone(destination) },
  };
}

/** `undefined` where it may not be known. */
function orNone<T>(setting: Observation<readonly T[]>): readonly T[] | undefined {
  if (setting.state === 'present') return setting.value;
  return setting.state === 'absent' ? [] : undefined;
}

/** Uploads that were begun before the time and are no versions yet, once for each source bucket. */
async function findOpenUploads(
  links: readonly Link[],
  { prefix, before }: { readonly prefix: string; readonly before: Date },
  { services, call }: Circumstances,
): Promise<readonly OpenUpload[]> {
  const sources = new Map(links.map(({ source }) => [source.bucket, source]));
  const found = await Promise.all(
    [...sources.values()].map(async (source): Promise<readonly OpenUpload[]> => {
      const uploads = orNone(await services.buckets.setting(source, 'uploads', call));
      if (uploads === undefined) return [{ bucket: source.bucket, unknown: true }];
      return uploads
        .filter(({ key, initiatedAt }) => key.startsWith(prefix) && initiatedAt <= before)
        .map(({ key, initiatedAt }) => ({ bucket: source.bucket, key, initiatedAt }));
    }),
  );
  return found.flat();
}

/** Holdfast's own canaries are nobody's data, unless somebody asks for them. */
function leavingOut(prefix: string): { readonly leaveOut?: string } {
  return prefix.startsWith(CANARY_PREFIX) ? {} : { leaveOut: CANARY_PREFIX };
}

function line(record: object): string {
  return `${JSON.stringify(record)}\n`;
}
