import type { Finding } from '../../model/finding.ts';
import { valueOf } from '../../model/observation.ts';
import type { PairFacts, RoleFacts } from '../../model/pair-facts.ts';
import { accessRemedy, createMissingRole, type Refusal } from './access-remedy.ts';
import { type PairCheck, pairSubject, unreadSettings, unverifiable } from './check.ts';
import { type Access, judgeAccess, type Obstacle } from './granted-access.ts';

const CODE = 'replication-role-lacks';

/**
 * What the rules ask of the role that S3 assumes, held against its own policies, those of both buckets and those of the keys. S3
 * takes any role in a rule, and finds out object by object.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
 */
export const missingPermissions: PairCheck = {
  id: 'missing-permissions',
  states: 'the replication role may do what the rules ask of it',
  needs: ['role', 'keys', 'source.policy', 'destination.policy'],
  applies: ({ role }) => role !== undefined,
  run(facts) {
    const { role, link } = facts;
    if (role === undefined) return [];
    const subject = pairSubject(link);
    // One alone may be the answer for a role of another account.
    if (role.trust.state === 'absent' && role.answers.state === 'absent') {
      const evidence = { role: role.arn, where: 'role', lacks: 'the role does not exist' };
      return [{ verdict: 'violated', code: CODE, subject, evidence, remedy: createMissingRole(facts, role) }];
    }
    if (role.answers.state !== 'present') {
      const reason = role.answers.state === 'unreadable' ? role.answers.reason : 'access-denied';
      return [unverifiable(CODE, subject, { reason, where: role.arn, permission: 'iam:SimulatePrincipalPolicy' })];
    }
    const judged = judgeAccess(facts, role, role.answers.value);
    const asked = judged.filter((access) => !hasAlternative(access, judged));
    return [...refused(facts, role, asked), ...open(facts, role, asked)];
  },
};

/** S3 encrypts a replica by a data key or directly: either permission is enough. */
const EITHER: readonly string[] = ['kms:GenerateDataKey', 'kms:Encrypt'];

/** Whether it is not needed, because something else is allowed that does as well, or because it is only such a substitute. */
function hasAlternative({ answer, permitted }: Access, all: readonly Access[]): boolean {
  if (answer.insteadOf !== undefined) return true;
  if (permitted === 'yes') return false;
  return all.some((other) => {
    const { action, resource, insteadOf } = other.answer;
    if (other.permitted !== 'yes' || resource !== answer.resource) return false;
    return insteadOf === answer.action || (EITHER.includes(action) && EITHER.includes(answer.action));
  });
}

/** One finding for each policy that stands in the way. */
function refused(facts: PairFacts, role: RoleFacts, asked: readonly Access[]): readonly Finding[] {
  const refusals = asked.flatMap((access) =>
    access.obstacles.map((obstacle) => ({ access, obstacle, where: whereIs(facts, access, obstacle) })),
  );
  const byPlace = new Map<string, Refusal & { readonly where: string }>();
  for (const { access, obstacle, where } of refusals) {
    const known = byPlace.get(`${obstacle} ${where}`);
    const lacking: Refusal['lacking'] = known === undefined ? [access] : [...known.lacking, access];
    byPlace.set(`${obstacle} ${where}`, { obstacle, where, asked, lacking });
  }
  return [...byPlace.values()].map(({ where, ...refusal }) => ({
    verdict: 'violated',
    code: CODE,
    subject: pairSubject(facts.link),
    evidence: {
      role: role.arn,
      where,
      lacks: actionsOf(refusal.lacking),
      ...(refusal.obstacle.endsWith('deny') ? { reason: 'explicit-deny' } : {}),
    },
    remedy: accessRemedy(refusal, facts, role),
  }));
}

function whereIs(facts: PairFacts, access: Access, obstacle: Obstacle): string {
  return obstacle.startsWith('role') ? 'policies of the role' : `policy of ${resourceOf(facts, access)}`;
}

/** What could not be decided, and what would have to be known. */
function open(facts: PairFacts, role: RoleFacts, asked: readonly Access[]): readonly Finding[] {
  const undecided = asked.filter(({ permitted }) => permitted === 'maybe');
  if (undecided.length === 0) return [];
  const unread = undecided.filter(({ policy }) => policy.state === 'unreadable');
  const buckets = [...new Set(unread.flatMap(({ on, side }) => (on === 'bucket' ? side : [])))];
  const keys = [...new Set(unread.flatMap(({ on, answer }) => (on === 'key' ? answer.resource : [])))];
  const conditional = undecided.filter((access) => !unread.includes(access));
  const subject = pairSubject(facts.link);
  return [
    ...buckets.flatMap((side) => unreadSettings(facts, CODE, [[side, 'policy']])),
    ...keys.map((where) => {
      return unverifiable(CODE, subject, {
        reason: reasonFor(facts, where),
        where,
        permission: 'kms:DescribeKey and kms:GetKeyPolicy',
      });
    }),
    ...(conditional.length === 0
      ? []
      : [
          unverifiable(CODE, subject, {
            reason: 'condition-unknown',
            where: role.arn,
            undecided: actionsOf(conditional),
          }),
        ]),
  ];
}

function reasonFor({ keys = [] }: PairFacts, arn: string): string {
  const key = keys.find(({ ref, key: seen }) => ref.id === arn || valueOf(seen)?.arn === arn)?.key;
  if (key?.state === 'unreadable') return key.reason;
  const policy = valueOf(key)?.policy;
  return policy?.state === 'unreadable' ? policy.reason : 'access-denied';
}

function actionsOf(accesses: readonly Access[]): string {
  return [...new Set(accesses.map(({ answer }) => answer.action))].join(', ');
}

/** A bucket or a key, for people and for fingerprints. */
function resourceOf({ link }: PairFacts, { on, side, answer }: Access): string {
  return on === 'key' ? answer.resource : link[side].bucket;
}
