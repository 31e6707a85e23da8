import type { ReplicationSettings } from '../../model/bucket-settings.ts';
import type { Finding, FindingCode, Remedy } from '../../model/finding.ts';
import { covers, enabledRules, namesOf, rulesTo, withRules } from '../../model/link-rules.ts';
import { valueOf } from '../../model/observation.ts';
import type { PairFacts } from '../../model/pair-facts.ts';
import { proposeRule } from '../../model/proposed-rule.ts';
import { putReplication } from '../../model/replication-document.ts';
import { createRole, grantReplication, proposeRoleArn } from '../../model/replication-role.ts';
import { type PairCheck, pairSubject, unreadSettings } from './check.ts';

/** Whether what the configuration says is replicated at all. A rule for a part of the bucket only is taken as meant. */
export const ruleAbsence: PairCheck = {
  id: 'rule-absence',
  states: 'a rule that is switched on replicates to the destination',
  needs: ['source.replication', 'source.encryption', 'source.objectLock', 'destination.encryption'],
  applies: ({ source }) => source.replication !== undefined,
  run(facts) {
    const { link } = facts;
    const { replication } = facts.source;
    if (replication === undefined) return [];
    const code = link.back ? 'two-way-rule-missing' : 'rule-missing';
    if (replication.state === 'unreadable') return unreadSettings(facts, code, [['source', 'replication']]);
    const settings = valueOf(replication);
    if (settings === undefined || rulesTo(settings, link).length === 0) return [missing(facts, code, settings)];
    return disabled(facts, settings);
  },
};

function missing(facts: PairFacts, code: FindingCode, existing: ReplicationSettings | undefined): Finding {
  const { link } = facts;
  const { role, rules } = existing ?? { role: proposeRoleArn(link), rules: [] };
  const rule = proposeRule(facts, rules);
  const remedy: Remedy = {
    who: 'owner of the source bucket',
    what: `Add a rule to ${link.destination.bucket}, beside those that are there; then replicate with a Batch Replication job what was written before.`,
    commands: [
      ...(existing === undefined ? [createRole(link, role)] : []),
      grantReplication(facts, role, [rule]),
      putReplication(link.source, { role, rules: [...rules, rule] }),
    ],
  };
  const evidence = { otherRules: rules.length };
  return { verdict: 'violated', code, subject: pairSubject(link), evidence, remedy };
}

/** Rules that are switched off, and whose objects no other rule replicates to this destination. */
function disabled({ link }: PairFacts, settings: ReplicationSettings): readonly Finding[] {
  const enabled = enabledRules(settings, link);
  const idle = rulesTo(settings, link).filter((rule) => !rule.enabled && !enabled.some((other) => covers(other, rule)));
  if (idle.length === 0) return [];
  return [
    {
      verdict: 'violated',
      code: 'rule-disabled',
      subject: pairSubject(link),
      evidence: { rules: namesOf(idle) },
      remedy: {
        who: 'owner of the source bucket',
        what: 'Switch the rule on, or remove it if it is not needed; then replicate what was written in the meantime.',
        commands: [
          putReplication(
            link.source,
            withRules(settings, idle, (rule) => ({ ...rule, enabled: true })),
          ),
        ],
      },
    },
  ];
}
