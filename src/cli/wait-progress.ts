import type { Arrivals } from '../audit/await-arrivals.ts';
import type { Clock } from '../ports.ts';
import { formatDuration } from './duration-option.ts';
import type { Writer } from './io.ts';
import { formatCount } from './printable.ts';
import { createStatusLine, type StatusLine } from './status-line.ts';

export interface WaitProgress extends Pick<StatusLine, 'say' | 'end'> {
  /** Something was listed or looked at. */
  step(): void;
}

/** Says how many versions are listed and how many are left, with the rate and how long that will take if it goes on so. */
export function createWaitProgress(stderr: Writer, clock: Clock, arrivals: readonly Arrivals[]): WaitProgress {
  const line = createStatusLine(stderr, clock);
  const startedAtMs = clock.now().getTime();
  /** When everything was listed, and how much was left then. */
  let listedAt: { readonly ms: number; readonly left: number } | undefined;

  function describe(): string {
    const nowMs = clock.now().getTime();
    const left = arrivals.reduce((sum, each) => sum + each.waiting().size, 0);
    if (!arrivals.every((each) => each.isListed())) {
      const listed = arrivals.reduce((sum, each) => sum + each.listed(), 0);
      return `${formatCount(listed)} versions listed, ${perSecond(listed, nowMs - startedAtMs)}; ${formatCount(left)} waited for`;
    }
    listedAt ??= { ms: nowMs, left };
    const arrived = listedAt.left - left;
    const elapsedMs = nowMs - listedAt.ms;
    const eta = arrived > 0 ? `, about ${formatDuration((left * elapsedMs) / arrived)} to go` : '';
    return `waiting for ${formatCount(left)} versions, ${perSecond(Math.max(0, arrived), elapsedMs)}${eta}`;
  }

  return { step: () => line.show(describe), say: line.say, end: line.end };
}

function perSecond(count: number, elapsedMs: number): string {
  const rate = count / Math.max(0.001, elapsedMs / 1_000);
  return `${rate >= 10 ? formatCount(Math.round(rate)) : rate.toFixed(1)}/s`;
}
