import type { ReplicaFacts } from '../model/facts.ts';
import { type Check, ofReplica, type SeenPair, seenPairs } from './check.ts';

/**
 * Tags. A HEAD tells how many there are, which is enough for a suspicion; the values are asked for before anybody is alarmed.
 * Only the names that differ are told.
 */
export const replicaTagDivergence: Check = {
  id: 'replica-tag-divergence',
  needs: ['replicas'],
  run(facts) {
    return seenPairs(facts).flatMap((pair) => {
      const difference = pair.replica.tags === undefined ? byCount(pair) : byValue(pair.replica.tags);
      if (difference === undefined) return [];
      const about = ofReplica(facts, pair.replica);
      return [
        { ...about, verdict: 'violated', code: 'replica-tags-differ', evidence: { ...about.evidence, ...difference } },
      ];
    });
  },
};

/** The number of tags is silently left out where our role may not see them. */
function byCount({ source: { tagCount: one = 0 }, found: { tagCount: other = 0 } }: SeenPair): object | undefined {
  return one === other ? undefined : { sourceTags: one, replicaTags: other };
}

function byValue({ source, replica }: NonNullable<ReplicaFacts['tags']>): object | undefined {
  if (source.state !== 'present' || replica.state !== 'present') return undefined;
  const names = new Set([...Object.keys(source.value), ...Object.keys(replica.value)]);
  const differing = [...names].filter((name) => source.value[name] !== replica.value[name]).toSorted();
  return differing.length === 0 ? undefined : { names: differing.join(', ') };
}
