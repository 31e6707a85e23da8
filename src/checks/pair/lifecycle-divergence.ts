import type { LifecycleRule } from '../../model/bucket-settings.ts';
import type { Finding } from '../../model/finding.ts';
import { alignLifecycle } from '../../model/aligned-lifecycle.ts';
import { putLifecycle } from '../../model/lifecycle-document.ts';
import {
  describeEffect,
  effectsOf,
  isAnticipated,
  isMatched,
  type LifecycleEffect,
} from '../../model/lifecycle-effect.ts';
import { type Observation, valueOf } from '../../model/observation.ts';
import type { PairFacts } from '../../model/pair-facts.ts';
import { type PairCheck, pairSubject, SIDES, unreadSettings } from './check.ts';

/**
 * Lifecycle rules are not replicated, and neither is what they do: each bucket follows its own. Asked in the direction of the pair
 * only, so that a two-way pair is told once what to change.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html
 */
export const lifecycleDivergence: PairCheck = {
  id: 'lifecycle-divergence',
  states: 'lifecycle rules treat source and replica alike',
  needs: ['source.lifecycle', 'destination.lifecycle'],
  applies: ({ link }) => !link.back && link.policy.expect.lifecycle === 'same',
  run(facts) {
    if (!lifecycleDivergence.applies(facts)) return [];
    const source = rulesIn(facts.source.lifecycle);
    const destination = rulesIn(facts.destination.lifecycle);
    if (source === undefined || destination === undefined) {
      return unreadSettings(
        facts,
        'lifecycle-differs',
        SIDES.map((side) => [side, 'lifecycle']),
      );
    }
    return compare(facts, source, destination);
  },
};

/** No configuration is no rules; `undefined`: nobody knows. */
function rulesIn(lifecycle: Observation<readonly LifecycleRule[]> | undefined): readonly LifecycleRule[] | undefined {
  return lifecycle?.state === 'absent' ? [] : valueOf(lifecycle);
}

function compare(
  { link }: PairFacts,
  source: readonly LifecycleRule[],
  destination: readonly LifecycleRule[],
): readonly Finding[] {
  // Where replicas are meant to have another class, their ways through the classes differ too.
  const transitions = link.policy.expect.storageClass === 'same';
  const atSource = effectsOf(source, transitions);
  const atDestination = effectsOf(destination, transitions);
  const early = atDestination.filter((effect) => effect.removes && !isAnticipated(effect, atSource));
  // An earlier removal explains every other difference of its kind: it is said once.
  const explained = new Set(early.map(({ kind }) => kind));
  const unmatched = (effects: readonly LifecycleEffect[], others: readonly LifecycleEffect[]): readonly string[] =>
    effects.filter((effect) => !explained.has(effect.kind) && !isMatched(effect, others)).map(describeEffect);
  const onlyAtSource = unmatched(atSource, atDestination);
  const onlyAtDestination = unmatched(atDestination, atSource);
  const finding = {
    verdict: 'violated',
    subject: pairSubject(link),
    replica: { bucket: link.destination.bucket, region: link.destination.region },
    remedy: {
      who: 'owner of the destination bucket',
      what: 'Give the destination the rules of the source; or, if the difference is meant, set `expect.lifecycle: any`.',
      commands: [putLifecycle(link.destination, alignLifecycle(source, destination, transitions))],
    },
  } as const;
  return [
    ...(early.length === 0
      ? []
      : [
          {
            ...finding,
            code: 'replica-expires-early',
            evidence: { atDestination: listed(early.map(describeEffect)) },
          } as const,
        ]),
    ...(onlyAtSource.length + onlyAtDestination.length === 0
      ? []
      : [
          {
            ...finding,
            code: 'lifecycle-differs',
            evidence: { atSource: listed(onlyAtSource), atDestination: listed(onlyAtDestination) },
          } as const,
        ]),
  ];
}

function listed(effects: readonly string[]): string {
  return effects.length === 0 ? 'nothing' : effects.join('; ');
}
