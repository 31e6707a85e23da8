import { identifyCase } from '../act/identify-case.ts';
import { pairChecks } from '../checks/pair/index.ts';
import type { Severity } from '../model/action.ts';
import type { Finding, FindingCode } from '../model/finding.ts';
import { CANARY_PREFIX } from '../model/canary.ts';
import type { PairFacts, Side } from '../model/pair-facts.ts';
import { type CanaryOff, canaryStance } from '../policy/canary.ts';
import { severityOf } from '../policy/severity.ts';
import { changedSetting } from './changed-setting.ts';
import type { KmsDiagnosis, KmsQuestion } from './diagnose-keys.ts';

/** What a question came to. `advice`: it could be better, and nobody's guarantee is weaker for it. */
export type Answer = 'yes' | 'no' | 'advice' | 'unknown' | 'not-asked';

export interface Diagnosed {
  readonly finding: Finding;
  /** What it would be if it were violated: tells a question that matters from one that does not. */
  readonly weight: Severity;
  readonly severity: Severity;
  /** The same in every link that it is found in. */
  readonly fingerprint: string;
  /** An earlier finding whose commands replace the same setting: after them, those of this one have to be asked for again. */
  readonly after?: FindingCode;
}

export interface AnsweredQuestion {
  readonly id: string;
  /** What is so where the answer is yes. */
  readonly states: string;
  readonly answer: Answer;
  readonly findings: readonly Diagnosed[];
}

/** Whether a link can be trusted today, and why. */
export interface Diagnosis {
  readonly facts: PairFacts;
  readonly trusted: 'yes' | 'no' | 'cannot-tell';
  readonly questions: readonly AnsweredQuestion[];
  /** What is no fault, and worth knowing. */
  readonly notes: readonly string[];
}

export interface Circumstances {
  readonly stage: string;
  /** What was asked about KMS besides. */
  readonly kms: KmsDiagnosis;
  /** Settings that the commands of earlier findings replace; grows. */
  readonly changed: Map<string, Changed>;
}

/** The finding whose commands replace a setting. */
export interface Changed {
  readonly code: FindingCode;
  readonly fingerprint: string;
}

/** Puts every question to the facts of a link. */
export function diagnosePair(facts: PairFacts, { stage, kms, changed }: Circumstances): Diagnosis {
  const asked = pairChecks.map((check): KmsQuestion => {
    const { id, states } = check;
    return { id, states, findings: check.run(facts), applies: check.applies(facts) };
  });
  const questions = [...asked, ...kms.questions].map(({ id, states, applies, findings: found }): AnsweredQuestion => {
    const findings = found.map((finding) => diagnose(finding, changed));
    return { id, states, answer: findings.length === 0 && !applies ? 'not-asked' : answerOf(findings), findings };
  });
  const notes = [...stackNotes(facts, stage), ...canaryNotes(facts), ...kms.notes];
  return { facts, trusted: trustIn(questions), questions, notes };
}

function diagnose(finding: Finding, changed: Map<string, Changed>): Diagnosed {
  const severity = severityOf(finding, []);
  const fingerprint = identifyCase({ finding, severity, state: 'opened' }).id;
  const weight = severityOf({ ...finding, verdict: 'violated' }, []);
  const settings = (finding.remedy?.commands ?? []).flatMap((command) => changedSetting(command) ?? []);
  const before = settings.map((setting) => changed.get(setting)).find((each) => each !== undefined);
  // Seen from another link, it is the same finding with the same commands.
  const after = before === undefined || before.fingerprint === fingerprint ? {} : { after: before.code };
  if (before === undefined) for (const setting of settings) changed.set(setting, { code: finding.code, fingerprint });
  return { finding, severity, fingerprint, weight, ...after };
}

function answerOf(findings: readonly Diagnosed[]): Answer {
  if (findings.some(({ finding, weight }) => finding.verdict === 'violated' && weight !== 'info')) return 'no';
  if (findings.some(({ finding }) => finding.verdict === 'unverifiable')) return 'unknown';
  return findings.length > 0 ? 'advice' : 'yes';
}

/** An open question leaves the trust open where its answer could take it away. */
function trustIn(questions: readonly AnsweredQuestion[]): Diagnosis['trusted'] {
  if (questions.some(({ answer }) => answer === 'no')) return 'no';
  const open = questions
    .flatMap(({ findings }) => findings)
    .filter(({ finding }) => finding.verdict === 'unverifiable');
  return open.some(({ weight }) => weight !== 'info') ? 'cannot-tell' : 'yes';
}

function stackNotes({ link, signals }: PairFacts, stage: string): readonly string[] {
  const sides: readonly Side[] = ['source', 'destination'];
  const regions = sides.filter((side) => signals[side]?.state === 'absent').map((side) => link[side].region);
  return [...new Set(regions)].map(
    (region) =>
      `there is no stack holdfast-${stage} in ${region} (yet): nothing watches there, and whether buckets notify it was not asked`,
  );
}

/** Canaries are objects that Holdfast writes: without rules that clear them away they stay off. */
function canaryNotes({ link, source }: PairFacts): readonly string[] {
  const { lifecycle, replication } = source;
  if (lifecycle === undefined || lifecycle.state === 'unreadable' || replication?.state !== 'present') return [];
  const stance = canaryStance({ link, settings: source });
  return 'off' in stance ? CANARIES_OFF[stance.off] : [];
}

const CANARIES_OFF: Readonly<Record<CanaryOff, readonly string[]>> = {
  'not-expired': [
    `canaries are off: no lifecycle rule of the source expires ${CANARY_PREFIX}, or none expires noncurrent versions there`,
  ],
  'no-key': [], // without SSE-KMS there is nothing to compare
  'not-replicated': [`canaries are off: no rule replicates SSE-KMS objects under ${CANARY_PREFIX}`],
};
