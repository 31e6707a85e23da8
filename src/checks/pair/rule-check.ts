import type { ReplicationRule, ReplicationSettings } from '../../model/bucket-settings.ts';
import type { Finding, FindingCode } from '../../model/finding.ts';
import { enabledRules, namesOf } from '../../model/link-rules.ts';
import { valueOf } from '../../model/observation.ts';
import type { PairFactName, PairFacts } from '../../model/pair-facts.ts';
import { putReplication } from '../../model/replication-document.ts';
import { type PairCheck, pairSubject } from './check.ts';

/** Something that each rule of a link should have. */
export interface RuleQuestion extends Pick<PairCheck, 'id' | 'states'> {
  readonly code: FindingCode;
  /** Beside the rules themselves. */
  readonly needs?: readonly PairFactName[];
  /** Whether this pair is to have it; absent: every pair is. */
  readonly applies?: (facts: PairFacts) => boolean;
  readonly lacks: (rule: ReplicationRule) => boolean;
  /** The same rule with it; `undefined`: a person has to choose something first. */
  readonly repair: (rule: ReplicationRule, facts: PairFacts) => ReplicationRule | undefined;
  /** What the repair is, for people. */
  readonly what: string;
  /** Commands that must be run before the repaired rules work. */
  readonly before?: (facts: PairFacts, repaired: ReplicationSettings) => readonly string[];
}

/** A check of the rules that replicate: one finding, whose command repairs all that lack it and keeps the others. */
export function checkRules(question: RuleQuestion): PairCheck {
  const { id, states, needs = [], applies } = question;
  return {
    id,
    states,
    needs: ['source.replication', ...needs],
    // Whether there are rules at all, and whether they may be read, is asked by another check.
    applies: (facts) =>
      enabledRules(valueOf(facts.source.replication), facts.link).length > 0 && applies?.(facts) !== false,
    run(facts) {
      const settings = valueOf(facts.source.replication);
      if (settings === undefined || applies?.(facts) === false) return [];
      const weak = enabledRules(settings, facts.link).filter((rule) => question.lacks(rule));
      return weak.length === 0 ? [] : [finding(question, facts, { settings, weak })];
    },
  };
}

interface Found {
  readonly settings: ReplicationSettings;
  readonly weak: readonly ReplicationRule[];
}

function finding(question: RuleQuestion, facts: PairFacts, found: Found): Finding {
  const { code, what } = question;
  return {
    verdict: 'violated',
    code,
    subject: pairSubject(facts.link),
    evidence: { rules: namesOf(found.weak) },
    remedy: { who: 'owner of the source bucket', what, commands: commandsFor(question, facts, found) },
  };
}

function commandsFor({ repair, before }: RuleQuestion, facts: PairFacts, { settings, weak }: Found): readonly string[] {
  const byRule = new Map(weak.map((rule) => [rule, repair(rule, facts)]));
  if ([...byRule.values()].includes(undefined)) return [];
  const repaired = { ...settings, rules: settings.rules.map((rule) => byRule.get(rule) ?? rule) };
  return [...(before?.(facts, repaired) ?? []), putReplication(facts.link.source, repaired)];
}
