import type { ReplicationRule, ReplicationSettings } from '../../model/bucket-settings.ts';
import type { Finding } from '../../model/finding.ts';
import { namesOf } from '../../model/link-rules.ts';
import { valueOf } from '../../model/observation.ts';
import type { PairFacts, Side } from '../../model/pair-facts.ts';
import { putReplication } from '../../model/replication-document.ts';
import { bucketSubject, type PairCheck, SIDES, unreadSettings } from './check.ts';

/** Objects that leave for a bucket or an account that the configuration does not name: somebody else may be reading along. */
export const unexpectedDestination: PairCheck = {
  id: 'unexpected-destination',
  states: 'nothing is replicated to anywhere else',
  needs: ['source.replication', 'destination.replication'],
  applies: (facts) => SIDES.some((side) => facts[side].replication !== undefined),
  run: (facts) => [
    ...SIDES.flatMap((side) => strayRules(facts, side)),
    // That the rules of the source cannot be read is said where they are asked for first.
    ...unreadSettings(facts, 'replication-destination-unexpected', [['destination', 'replication']]),
  ],
};

function strayRules(facts: PairFacts, side: Side): readonly Finding[] {
  const settings = valueOf(facts[side].replication);
  if (settings === undefined) return [];
  const stray = settings.rules.filter((rule) => rule.enabled && !isIntended(rule, facts.intended[side]));
  const buckets = [...new Set(stray.map(({ destinationBucket }) => destinationBucket))];
  return buckets.map((bucket): Finding => {
    const toBucket = stray.filter(({ destinationBucket }) => destinationBucket === bucket);
    const account = toBucket.find(({ destinationAccount }) => destinationAccount !== undefined)?.destinationAccount;
    return {
      verdict: 'violated',
      code: 'replication-destination-unexpected',
      subject: bucketSubject(facts, side),
      evidence: {
        destinationBucket: bucket,
        rules: namesOf(toBucket),
        ...(account === undefined ? {} : { destinationAccount: account }),
      },
      remedy: {
        who: `owner of the ${side} bucket`,
        what: `Find out who added the rule. If ${bucket} is meant to have the objects, name it in the configuration; otherwise remove the rule, and what has arrived there.`,
        commands: [putReplication(facts.link[side], without(settings, toBucket))],
      },
    };
  });
}

function isIntended(
  { destinationBucket, destinationAccount }: ReplicationRule,
  intended: PairFacts['intended'][Side],
): boolean {
  return intended.some(
    ({ bucket, account }) =>
      bucket === destinationBucket && (destinationAccount === undefined || destinationAccount === account),
  );
}

function without(settings: ReplicationSettings, removed: readonly ReplicationRule[]): ReplicationSettings {
  return { ...settings, rules: settings.rules.filter((rule) => !removed.includes(rule)) };
}
