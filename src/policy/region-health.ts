import { formatDuration } from '../model/quantity-text.ts';
import type { Probe, RegionHealth, RoutingSituation } from '../model/routing.ts';
import { isInTime, type Vote, voteOf } from './region-votes.ts';

/** What observers say of a Region, and what follows. */
export interface RegionView {
  readonly region: string;
  readonly health: RegionHealth;
  /** One sentence for people. */
  readonly text: string;
  readonly votes: readonly { readonly observer: string; readonly vote: Vote }[];
  /** Observers outside the Region that say it fails; only they may. */
  readonly failing: readonly string[];
  /** How many observers could say so. */
  readonly outside: number;
}

type Watched = Pick<RoutingSituation, 'mrap' | 'buckets' | 'probes' | 'now'>;

/**
 * Of every Region with a bucket, in the order of the configuration. That a Region fails is said by observers outside it; that it
 * answers, by its own as well: when another Region is out, its observer is silent too.
 */
export function viewRegions({ mrap, buckets, probes, now }: Watched): readonly RegionView[] {
  const inTime = probes.filter((probe) => probe.mrap === mrap.name && isInTime(probe, now));
  return buckets.map(({ region }) => {
    const votes = mrap.observers.map((observer) => {
      const watched = { region, probes: inTime.filter((probe) => probe.observer === observer) };
      return { observer, vote: voteOf(watched, mrap.failover) };
    });
    const saying = (...wanted: readonly Vote[]): readonly string[] =>
      votes
        .filter(({ observer, vote }) => observer !== region && wanted.includes(vote))
        .map(({ observer }) => observer);
    const failing = saying('fails');
    const outside = mrap.observers.filter((observer) => observer !== region).length;
    const answering = votes.filter(({ vote }) => vote === 'answers').length;
    const { quorum } = mrap.failover;
    const judge = (): RegionHealth => {
      if (failing.length >= quorum) return 'unhealthy';
      if (saying('fails', 'throttled', 'kms').length >= quorum) return 'impaired';
      return answering >= quorum ? 'healthy' : 'unknown';
    };
    const health = judge();
    const onlyKms = health === 'impaired' && saying('fails', 'throttled').length < quorum;
    const said = votes.map(({ observer, vote }) => `${observer} ${wordsOf(vote, { region, observer, probes, now })}`);
    const heading = onlyKms ? 'is impaired by KMS: objects without KMS are answered' : HEADINGS[health];
    const text = `${region} ${heading}: ${said.length === 0 ? 'nobody observes it' : said.join('; ')}`;
    return { region, health, text, votes, failing, outside };
  });
}

const HEADINGS: Readonly<Record<RegionHealth, string>> = {
  healthy: 'answers',
  impaired: 'is impaired',
  unhealthy: 'fails',
  unknown: 'cannot be judged',
};

const WORDS: Readonly<Record<Exclude<Vote, 'silent'>, string>> = {
  answers: 'reads it',
  fails: 'cannot read it',
  throttled: 'is throttled there',
  kms: 'reads it, but not with KMS',
  unsure: 'sees different answers',
  'cut-off': 'reaches nothing at all and does not vote',
};

interface Heard extends Pick<RoutingSituation, 'probes' | 'now'> {
  readonly region: string;
  readonly observer: string;
}

function wordsOf(vote: Vote, { region, observer, probes, now }: Heard): string {
  const own = probes.filter((probe) => probe.observer === observer && probe.region === region);
  if (vote !== 'silent') return vote === 'unsure' ? WORDS.unsure + missing(own) : WORDS[vote];
  const latest = own.reduce<Probe | undefined>(
    (last, probe) => (last !== undefined && last.at > probe.at ? last : probe),
    undefined,
  );
  if (latest === undefined) return 'has left no probe';
  const ageMs = now.getTime() - latest.at.getTime();
  if (isInTime(latest, now)) return 'has left too few probes';
  return ageMs < 0
    ? `has a clock that is off: its last probe is from ${formatDuration(-ageMs)} in the future`
    : `is silent, or its clock is off: its last probe is ${formatDuration(ageMs)} old`;
}

function missing(probes: readonly Probe[]): string {
  if (probes.some(({ plain }) => plain === 'missing')) return ': there is no canary to read';
  return probes.some(({ plain }) => plain === 'denied') ? ': it may not read the canary' : '';
}
