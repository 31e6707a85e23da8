import { bucketArn } from '../../model/arn.ts';
import type { Finding, Remedy } from '../../model/finding.ts';
import { type Observation, valueOf } from '../../model/observation.ts';
import type { PairFacts, RoleFacts } from '../../model/pair-facts.ts';
import { allowInTrust } from '../../model/replication-role.ts';
import { judgePolicy, type PolicyJudgement } from '../../model/resource-policy.ts';
import { type PairCheck, pairSubject, unverifiable } from './check.ts';

const CODE = 'replication-role-lacks';

/**
 * Whether S3 may assume the replication role for the source bucket.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
 */
export const untrustingRole: PairCheck = {
  id: 'untrusting-role',
  states: 'S3 may assume the replication role',
  needs: ['role'],
  // A role that is not there is another finding.
  applies: ({ role }) => role !== undefined && role.trust.state !== 'absent',
  run(facts) {
    const { link, role } = facts;
    if (role === undefined || role.trust.state === 'absent') return [];
    const judgement = judge(facts, role.trust);
    if (judgement?.denied === 'no' && judgement.allowed === 'yes') return [];
    if (judgement?.denied === 'yes' || judgement?.allowed === 'no') return [untrusting(facts, role, judgement)];
    const why =
      role.trust.state === 'unreadable'
        ? { reason: role.trust.reason, permission: 'iam:GetRole' }
        : { reason: 'condition-unknown' };
    return [unverifiable(CODE, pairSubject(link), { ...why, where: `trust policy of ${role.arn}` })];
  },
};

function judge({ link }: PairFacts, trust: Observation<string>): PolicyJudgement | undefined {
  const json = valueOf(trust);
  if (json === undefined) return undefined;
  return judgePolicy(json, {
    caller: { service: 's3.amazonaws.com' },
    action: 'sts:AssumeRole',
    context: { 'aws:SourceAccount': link.source.account, 'aws:SourceArn': bucketArn(link.source) },
  });
}

function untrusting({ link }: PairFacts, { arn, trust }: RoleFacts, { denied }: PolicyJudgement): Finding {
  const remedy: Remedy =
    denied === 'yes'
      ? {
          who: 'owner of the replication role',
          what: 'Remove the statement of the trust policy that denies it: no other statement can outweigh it.',
          commands: [],
        }
      : {
          who: 'owner of the replication role',
          what: 'Let S3 assume the role for this bucket, beside whoever may assume it now.',
          ...allowInTrust(link, arn, valueOf(trust) ?? ''),
        };
  const evidence = { role: arn, where: 'trust policy', lacks: 'sts:AssumeRole' };
  return { verdict: 'violated', code: CODE, subject: pairSubject(link), evidence, remedy };
}
