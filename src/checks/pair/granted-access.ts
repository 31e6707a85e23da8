import type { AccessAnswer } from '../../model/access.ts';
import { accountOf, bucketArn } from '../../model/arn.ts';
import { allOf, anyOf, type Certainty, not } from '../../model/certainty.ts';
import { type Observation, valueOf } from '../../model/observation.ts';
import type { PairFacts, RoleFacts, Side } from '../../model/pair-facts.ts';
import { judgePolicy, type PolicyJudgement } from '../../model/resource-policy.ts';

/** Whose policy stands in the way. A deny is not answered by another statement. */
export type Obstacle = 'role' | 'role-deny' | 'resource' | 'resource-deny';

/** What role and resource together say to one request. */
export interface Access {
  readonly answer: AccessAnswer;
  readonly on: 'bucket' | 'key';
  readonly side: Side;
  readonly permitted: Certainty;
  /** Where it is not permitted. */
  readonly obstacles: readonly Obstacle[];
  /** The policy of the bucket or key. */
  readonly policy: Observation<string>;
  /** Nobody can change the policy of a key that AWS manages. */
  readonly managedByAws: boolean;
}

const SILENT: PolicyJudgement = { denied: 'no', allowed: 'no', delegated: 'no' };
const UNKNOWN: PolicyJudgement = { denied: 'maybe', allowed: 'maybe', delegated: 'maybe' };
const GRANTING: PolicyJudgement = { denied: 'no', allowed: 'yes', delegated: 'yes' };

const OWN: Readonly<Record<AccessAnswer['decision'], Certainty>> = {
  allowed: 'yes',
  denied: 'no',
  silent: 'no',
  unclear: 'maybe',
};

/** Judges every permission that the rules of a link ask of the role. Keys that are not there are another finding. */
export function judgeAccess(facts: PairFacts, role: RoleFacts, answers: readonly AccessAnswer[]): readonly Access[] {
  return answers.flatMap((answer): readonly Access[] => {
    const place = placeOf(facts, answer);
    const policy = policyAt(facts, answer, place);
    const key = keyAt(facts, answer);
    if (place.on === 'key' && key?.state === 'absent') return [];
    const judgement = policy.state === 'absent' ? SILENT : toJudgement(policy, role, answer);
    const account = place.on === 'key' ? accountOf(answer.resource) : facts.link[place.side].account;
    const sameAccount = account === accountOf(role.arn);
    const decide = (own: Certainty, said: PolicyJudgement): Certainty =>
      permit({ own, said, sameAccount, on: place.on });
    const permitted = decide(OWN[answer.decision], judgement);
    const obstacles = permitted === 'no' ? obstaclesOf(answer, judgement, decide) : [];
    const managedByAws = valueOf(key)?.manager === 'aws';
    return [{ answer, ...place, permitted, obstacles, policy, managedByAws }];
  });
}

function obstaclesOf(
  { decision }: AccessAnswer,
  judgement: PolicyJudgement,
  decide: (own: Certainty, said: PolicyJudgement) => Certainty,
): readonly Obstacle[] {
  if (decision === 'denied') return ['role-deny'];
  if (judgement.denied === 'yes') return ['resource-deny'];
  const resource: readonly Obstacle[] = decide('yes', judgement) === 'no' ? ['resource'] : [];
  const role: readonly Obstacle[] = decide(OWN[decision], GRANTING) === 'no' ? ['role'] : [];
  // Where either would do, it is the role's own business.
  return resource.length + role.length === 0 ? ['role'] : [...role, ...resource];
}

interface Judged {
  readonly own: Certainty;
  readonly said: PolicyJudgement;
  readonly sameAccount: boolean;
  readonly on: Access['on'];
}

/**
 * Within one account the policy of a bucket need not say anything; across accounts both must allow. The policy of a key must
 * always allow the role, or leave it to its account.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
 */
function permit({ own, said, sameAccount, on }: Judged): Certainty {
  const { allowed, delegated } = said;
  const granted = sameAccount
    ? anyOf([allowed, on === 'key' ? allOf([delegated, own]) : own])
    : allOf([own, anyOf([allowed, delegated])]);
  return allOf([not(said.denied), granted]);
}

function placeOf({ link, keys = [] }: PairFacts, { action, resource }: AccessAnswer): Pick<Access, 'on' | 'side'> {
  if (!action.startsWith('kms:')) {
    const isSource = resource === bucketArn(link.source) || resource.startsWith(`${bucketArn(link.source)}/`);
    return { on: 'bucket', side: isSource ? 'source' : 'destination' };
  }
  const isSource = action === 'kms:Decrypt' && keys.some((key) => key.side === 'source' && names(key, resource));
  return { on: 'key', side: isSource ? 'source' : 'destination' };
}

type Key = NonNullable<PairFacts['keys']>[number];

function names({ ref, key }: Key, arn: string): boolean {
  return ref.id === arn || valueOf(key)?.arn === arn;
}

function keyAt({ keys = [] }: PairFacts, { resource }: AccessAnswer): Key['key'] | undefined {
  return keys.find((key) => names(key, resource))?.key;
}

function policyAt(
  facts: PairFacts,
  answer: AccessAnswer,
  { on, side }: Pick<Access, 'on' | 'side'>,
): Observation<string> {
  const unknown = { state: 'unreadable', reason: 'access-denied' } as const;
  if (on === 'key') return valueOf(keyAt(facts, answer))?.policy ?? unknown;
  const policy = facts[side].policy ?? unknown;
  return policy.state === 'present' ? { state: 'present', value: policy.value.json } : policy;
}

function toJudgement(policy: Observation<string>, role: RoleFacts, answer: AccessAnswer): PolicyJudgement {
  const json = valueOf(policy);
  if (json === undefined) return UNKNOWN;
  const { action, example, context } = answer;
  return judgePolicy(json, { caller: { roleArn: role.arn }, action, resource: example, context });
}
