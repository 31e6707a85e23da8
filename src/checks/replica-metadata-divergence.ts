import type { ObjectState } from '../model/facts.ts';
import { type Check, ofReplica, seenPairs } from './check.ts';

/** How many names are told. */
const MOST_NAMES = 10;

/** System and user metadata. Only names are told: values may be private. */
export const replicaMetadataDivergence: Check = {
  id: 'replica-metadata-divergence',
  needs: ['replicas'],
  run(facts) {
    return seenPairs(facts).flatMap(({ replica, source, found }) => {
      const names = differingNames(entriesOf(source), entriesOf(found));
      if (names.length === 0) return [];
      const about = ofReplica(facts, replica);
      const evidence = { ...about.evidence, names: names.slice(0, MOST_NAMES).join(', '), differences: names.length };
      return [{ ...about, verdict: 'violated', code: 'replica-metadata-differs', evidence }];
    });
  },
};

function entriesOf({ metadata, system, contentEncoding }: ObjectState): Readonly<Record<string, string>> {
  const own = Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value] as const);
  const encoding = contentEncoding === undefined ? {} : { 'content-encoding': contentEncoding };
  return { ...system, ...encoding, ...Object.fromEntries(own) };
}

function differingNames(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): readonly string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => one[name] !== other[name]).toSorted();
}
