import { formatAmount, formatDuration } from '../model/quantity-text.ts';
import type { Reason, RoutingSituation } from '../model/routing.ts';
import { changesOf, timeOf } from './route-table.ts';

/** Added to spans between the clocks of two controllers, in milliseconds: whoever is further off finds no quorum. */
export const CLOCK_SLACK_MS: number = 3 * 60_000;

const DAY_MS = 24 * 3_600_000;

/** Whoever made the last change, and wherever to. A change from the future counts as one of this moment. */
export function coolDown(situation: Pick<RoutingSituation, 'history' | 'mrap' | 'now'>): Reason {
  const guard = 'cool-down';
  const { coolDownMs } = situation.mrap.failover;
  const times = changesOf(situation).map((change) => timeOf(change));
  if (times.length === 0) return { guard, passes: true, text: 'no change is remembered' };
  const sinceMs = Math.max(0, situation.now.getTime() - Math.max(...times));
  const passes = sinceMs >= coolDownMs + CLOCK_SLACK_MS;
  const least = `${formatDuration(coolDownMs)}, and ${formatDuration(CLOCK_SLACK_MS)} for clocks that differ`;
  return { guard, passes, text: `the last change was ${formatDuration(sinceMs)} ago; the cool-down is ${least}` };
}

/** Changes that nobody asked for must not become a habit. */
export function flapLimit(situation: Pick<RoutingSituation, 'history' | 'mrap' | 'now'>): Reason {
  const { flaps } = situation.mrap.failover;
  const since = situation.now.getTime() - DAY_MS - CLOCK_SLACK_MS;
  const lately = changesOf(situation).filter((change) => change.by === 'automatic' && timeOf(change) > since).length;
  const text = `${formatAmount(lately, 'automatic change')} within 24h; at most ${flaps} are allowed`;
  return { guard: 'flap-limit', passes: lately < flaps, text };
}

export function notFrozen({ freezes, now }: Pick<RoutingSituation, 'freezes' | 'now'>): Reason {
  const frozen = freezes.filter(({ until }) => until > now);
  const text = frozen.map(({ reason, until }) => `frozen until ${until.toISOString()}: ${reason}`).join('; ');
  return {
    guard: 'not-frozen',
    passes: frozen.length === 0,
    text: frozen.length === 0 ? 'nothing freezes the routes' : text,
  };
}
