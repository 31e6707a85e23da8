import { formatDuration } from '../model/quantity-text.ts';
import type { Probe, RegionHealth, RoutingSituation } from '../model/routing.ts';
import { FUTURE_MS, STALE_MS, timely, type Vote, voteOf } from './region-votes.ts';

/** What observers say of a Region, and what follows. */
export interface RegionView {
  readonly region: string;
  readonly health: RegionHealth;
  /** One sentence for people. */
  readonly text: string;
  /** Observers outside the Region that say it fails; only they may. */
  readonly failing: readonly string[];
  /** How many observers could say so. */
  readonly outside: number;
}

type Watched = Pick<RoutingSituation, 'mrap' | 'buckets' | 'probes' | 'now'>;

/** What one observer has left, and what of it says something about now. */
interface Heard {
  readonly observer: string;
  readonly all: readonly Probe[];
  readonly inTime: readonly Probe[];
}

/**
 * Of every Region with a bucket, in the order of the configuration. That a Region fails is said by observers outside it; that it
 * answers, by its own as well: when another Region is out, its observer is silent too.
 */
export function viewRegions({ mrap, buckets, probes, now }: Watched): readonly RegionView[] {
  const heard = mrap.observers.map((observer): Heard => {
    const all = probes.filter((probe) => probe.observer === observer && probe.mrap === mrap.name);
    return { observer, all, inTime: timely(all, now) };
  });
  return buckets.map(({ region }) => viewOne(region, heard, { mrap, now }));
}

function viewOne(region: string, heard: readonly Heard[], { mrap, now }: Pick<Watched, 'mrap' | 'now'>): RegionView {
  const { quorum } = mrap.failover;
  const each = heard.map((own) => ({ ...own, vote: voteOf({ region, probes: own.inTime }, mrap.failover) }));
  const outside = each.filter(({ observer }) => observer !== region);
  const saying = (...wanted: readonly Vote[]): readonly string[] =>
    outside.filter(({ vote }) => wanted.includes(vote)).map(({ observer }) => observer);
  const failing = saying('fails');
  const isSlow = saying('fails', 'throttled').length >= quorum;
  const judge = (): RegionHealth => {
    if (failing.length >= quorum) return 'unhealthy';
    if (isSlow || saying('fails', 'throttled', 'kms').length >= quorum) return 'impaired';
    return each.filter(({ vote }) => vote === 'answers').length >= quorum ? 'healthy' : 'unknown';
  };
  const health = judge();
  const heading = health === 'impaired' && !isSlow ? ONLY_KMS : HEADINGS[health];
  const said = each.map((own) => `${own.observer} ${wordsOf(own, region, now)}`);
  const text = `${region} ${heading}: ${said.length === 0 ? 'nobody observes it' : said.join('; ')}`;
  return { region, health, text, failing, outside: outside.length };
}

const ONLY_KMS = 'is impaired by KMS: only objects without it are answered';

const HEADINGS: Readonly<Record<RegionHealth, string>> = {
  healthy: 'answers',
  impaired: 'is impaired',
  unhealthy: 'fails',
  unknown: 'cannot be judged',
};

const WORDS: Readonly<Record<Exclude<Vote, 'silent' | 'unsure'>, string>> = {
  answers: 'reads it',
  fails: 'cannot read it',
  throttled: 'is throttled there',
  kms: 'reads it, but not with KMS',
  'cut-off': 'reaches nothing at all and does not vote',
};

function wordsOf({ vote, all, inTime }: Heard & { readonly vote: Vote }, region: string, now: Date): string {
  if (vote === 'unsure') return doubtOf(inTime.filter((probe) => probe.region === region));
  if (vote !== 'silent') return WORDS[vote];
  const ages = all.filter((probe) => probe.region === region).map(({ at }) => now.getTime() - at.getTime());
  if (ages.length === 0) return 'has left no probe';
  const ageMs = Math.min(...ages);
  if (ageMs < -FUTURE_MS)
    return `has a clock that is off: its last probe is from ${formatDuration(-ageMs)} in the future`;
  return ageMs > STALE_MS
    ? `is silent, or its clock is off: its last probe is ${formatDuration(ageMs)} old`
    : 'has left too few probes';
}

function doubtOf(probes: readonly Probe[]): string {
  if (probes.some(({ plain }) => plain === 'missing')) return 'finds no canary to read';
  if (probes.some(({ plain }) => plain === 'denied')) return 'may not read the canary';
  return 'is answered sometimes';
}
