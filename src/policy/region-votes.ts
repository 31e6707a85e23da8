import type { FailoverConfig } from '../model/config.ts';
import type { Probe } from '../model/routing.ts';

/**
 * What an observer says of a Region by its last probes. `unsure`: they say different things, or the canary is missing or denied;
 * `cut-off`: it reached nothing at all in the rounds that failed; `silent`: too few probes in time.
 */
export type Vote = 'answers' | 'fails' | 'throttled' | 'kms' | 'unsure' | 'cut-off' | 'silent';

/** Probes further in the future than this come from a clock that is off, in milliseconds. */
export const FUTURE_MS: number = 30_000;

/** Older probes say nothing about now, in milliseconds. */
export const STALE_MS: number = 2 * 60_000;

/** Probes of one observer closer than this are of one round, in milliseconds. Rounds are 10 seconds apart. */
const SAME_ROUND_MS = 5_000;

/** What of an observer's probes says anything about now; nothing where its clock is ahead: it saw minutes ago what seems to be from now. */
export function timely<P extends Pick<Probe, 'at'>>(probes: readonly P[], now: Date): readonly P[] {
  const ageMsOf = ({ at }: P): number => now.getTime() - at.getTime();
  if (probes.some((probe) => ageMsOf(probe) < -FUTURE_MS)) return [];
  return probes.filter((probe) => ageMsOf(probe) <= STALE_MS);
}

/** The probes that one observer made in time. */
export interface Watched {
  readonly region: string;
  /** Of every Region, this one included. */
  readonly probes: readonly Probe[];
}

/**
 * Counted in rounds of the observer, newest first, and never between observers: a clock that is a minute off changes nothing. A
 * failed probe counts only where the observer reached another bucket in the same round.
 */
export function voteOf({ region, probes }: Watched, { confirmations, window }: FailoverConfig): Vote {
  const rounds = roundsOf(probes.filter((probe) => probe.region === region)).slice(0, window);
  const newest = rounds[0];
  if (newest === undefined || rounds.length < confirmations) return 'silent';
  const enough = (matches: (probe: Probe) => boolean): boolean => rounds.filter(matches).length >= confirmations;
  const blamed = (probe: Probe): boolean => failed(probe) && reachedElsewhere(probe, probes);
  if (failed(newest) && enough(blamed)) return 'fails';
  if (failed(newest) && enough(failed)) return 'cut-off';
  if (newest.plain === 'throttled' && enough((probe) => probe.plain === 'throttled' || blamed(probe)))
    return 'throttled';
  if (newest.plain !== 'answered' || !enough(({ plain }) => plain === 'answered')) return 'unsure';
  return isKmsTrouble(newest) && enough(isKmsTrouble) ? 'kms' : 'answers';
}

function failed({ plain }: Probe): boolean {
  return plain === 'failed';
}

function roundsOf(probes: readonly Probe[]): readonly Probe[] {
  const rounds: Probe[] = [];
  for (const probe of probes.toSorted(newestFirst)) {
    const last = rounds.at(-1);
    if (last === undefined || last.at.getTime() - probe.at.getTime() >= SAME_ROUND_MS) rounds.push(probe);
  }
  return rounds;
}

/** Probes of one time are ordered by what they say, so that the order in which they are read does not matter. */
function newestFirst(a: Probe, b: Probe): number {
  const later = b.at.getTime() - a.at.getTime();
  return later === 0 ? (outcomeText(a) < outcomeText(b) ? -1 : 1) : later;
}

function outcomeText({ plain, kms }: Probe): string {
  return `${plain} ${kms ?? ''}`;
}

/** A throttle, a refusal and a 404 are answers: the way there is open. */
function reachedElsewhere({ region, at }: Probe, probes: readonly Probe[]): boolean {
  return probes.some(
    (other) =>
      other.region !== region &&
      other.plain !== 'failed' &&
      Math.abs(other.at.getTime() - at.getTime()) < SAME_ROUND_MS,
  );
}

/** A canary that is not there says nothing about KMS. */
function isKmsTrouble({ plain, kms }: Probe): boolean {
  return plain === 'answered' && (kms === 'failed' || kms === 'throttled' || kms === 'denied');
}
