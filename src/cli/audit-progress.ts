import type { Verdict } from '../model/finding.ts';
import type { Clock } from '../ports.ts';
import { formatDuration } from './duration-option.ts';
import type { Writer } from './io.ts';
import { formatAmount, formatBytes, formatCount, printable } from './printable.ts';
import { createRateMeter } from './rate-meter.ts';
import { createStatusLine } from './status-line.ts';

/** How far an audit is, on stderr. */
export interface AuditProgress {
  /** So many more versions were listed, both sides together, and their size where it is known. */
  listed(count: number, bytes?: number): void;
  looked(): void;
  read(bytes: number): void;
  found(verdict: Verdict): void;
  /** The keys of one more shard have been walked: what differs there is left to be seen again. */
  walked(): void;
  /** One more shard is finished, with so many versions. `earlier`: by the run that this one goes on with. */
  shard(versions: number, when?: 'now' | 'earlier'): void;
  say(text: string): void;
  /** Wipes the line, so that results can be written; the next change draws it again. */
  clear(): void;
  end(): void;
}

/** Between two lines while nothing happens, such as during the time to a second look, in milliseconds. */
const IDLE_MS = 1_000;

/** Characters of the bar. */
const BAR = 20;

export function createAuditProgress(stderr: Writer, clock: Clock, shards: number): AuditProgress {
  const line = createStatusLine(stderr, clock);
  const rate = createRateMeter(clock);
  const counts = { listed: 0, bytes: 0, looked: 0, readBytes: 0, findings: 0, violated: 0 };
  /** Versions of earlier runs, and of all finished shards. */
  const versions = { earlier: 0, finished: 0 };
  const done = { now: 0, earlier: 0, walked: 0 };

  /** Shards are cut to be alike: the rest is as large as what is finished. `undefined`: nothing is. */
  function expected(): number | undefined {
    const finished = done.now + done.earlier;
    if (finished === 0) return undefined;
    return Math.max((versions.finished / finished) * shards, versions.earlier + counts.listed);
  }

  function describeTime(share: number | undefined, left: number | undefined): readonly string[] {
    const isWalked = done.earlier + done.walked >= shards;
    if (isWalked) return done.now + done.earlier < shards ? ['looking again at what differs'] : [];
    const perSecond = rate.perSecond();
    const percent = share === undefined ? [] : [`${Math.floor(share * 100)} %`];
    if (left === undefined || perSecond === 0) return percent;
    return [...percent, `about ${formatDuration((left * 1_000) / perSecond)} left`];
  }

  function describe(): string {
    const all = expected();
    const seen = versions.earlier + counts.listed;
    const share = all === undefined || all === 0 ? undefined : seen / all;
    const finished = done.now + done.earlier;
    const bar = stderr.isTerminal ? `${drawBar(Math.max(share ?? 0, finished / shards))} ` : '';
    const found = counts.violated === 0 ? '' : `, ${formatCount(counts.violated)} violated`;
    // What matters most comes first: a narrow terminal cuts the end.
    return [
      `${bar}shard ${formatCount(finished)} of ${formatCount(shards)}`,
      ...describeTime(share, all === undefined ? undefined : all - seen),
      `${formatAmount(counts.findings, 'finding')}${found}`,
      `${formatCount(counts.listed)} listed, ${formatCount(Math.round(rate.perSecond()))}/s`,
      ...(counts.bytes === 0 ? [] : [formatBytes(counts.bytes)]),
      ...(counts.looked === 0 ? [] : [formatAmount(counts.looked, 'look')]),
      ...(counts.readBytes === 0 ? [] : [`${formatBytes(counts.readBytes)} read`]),
    ].join('; ');
  }

  const show = (): void => line.show(describe);
  const idle = setInterval(show, IDLE_MS).unref();
  return {
    listed(count, bytes = 0) {
      counts.listed += count;
      counts.bytes += bytes;
      rate.add(count);
      show();
    },
    looked() {
      counts.looked += 1;
      show();
    },
    read(bytes) {
      counts.readBytes += bytes;
      show();
    },
    found(verdict) {
      counts.findings += 1;
      if (verdict === 'violated') counts.violated += 1;
    },
    walked() {
      done.walked += 1;
      show();
    },
    shard(count, when = 'now') {
      done[when] += 1;
      versions.finished += count;
      if (when === 'earlier') versions.earlier += count;
      show();
    },
    say: (text) => line.say(printable(text)),
    clear: line.end,
    end() {
      clearInterval(idle);
      line.end();
    },
  };
}

function drawBar(share: number): string {
  const full = Math.min(BAR, Math.floor(share * BAR));
  return `[${'#'.repeat(full)}${'.'.repeat(BAR - full)}]`;
}
