import type { Clock } from '../ports.ts';
import { formatDuration } from './duration-option.ts';
import type { Writer } from './io.ts';
import { formatBytes, formatCount, printable } from './printable.ts';
import { createStatusLine } from './status-line.ts';

/** How far an audit is, on stderr. */
export interface AuditProgress {
  /** Shards that an earlier run has finished. */
  done(shards: number): void;
  /** So many more versions were listed, both sides together. */
  listed(count: number): void;
  looked(): void;
  read(bytes: number): void;
  /** One more shard is finished, with so many findings. */
  shard(findings: number): void;
  say(text: string): void;
  end(): void;
}

export function createAuditProgress(stderr: Writer, clock: Clock, shards: number): AuditProgress {
  const startedAt = clock.now().getTime();
  const line = createStatusLine(stderr, clock);
  const counts = { listed: 0, looked: 0, bytes: 0, shards: 0, before: 0, findings: 0 };

  function describe(): string {
    const elapsedMs = Math.max(1, clock.now().getTime() - startedAt);
    const finished = counts.shards - counts.before;
    const leftMs = finished === 0 ? undefined : (elapsedMs / finished) * (shards - counts.shards);
    return [
      `shard ${counts.shards} of ${shards}`,
      `${formatCount(counts.listed)} listed, ${formatCount(Math.round((counts.listed * 1_000) / elapsedMs))}/s`,
      ...(counts.looked === 0 ? [] : [`${formatCount(counts.looked)} looks`]),
      ...(counts.bytes === 0 ? [] : [`${formatBytes(counts.bytes)} read`]),
      `${formatCount(counts.findings)} findings`,
      ...(leftMs === undefined ? [] : [`about ${formatDuration(leftMs)} left`]),
    ].join('; ');
  }

  const show = (): void => line.show(describe);
  return {
    done(count) {
      counts.before = count;
      counts.shards = count;
    },
    listed(count) {
      counts.listed += count;
      show();
    },
    looked() {
      counts.looked += 1;
      show();
    },
    read(bytes) {
      counts.bytes += bytes;
      show();
    },
    shard(findings) {
      counts.shards += 1;
      counts.findings += findings;
      show();
    },
    say: (text) => line.say(printable(text)),
    end: line.end,
  };
}
