import { bucketArn } from '../../model/arn.ts';
import type { Remedy } from '../../model/finding.ts';
import type { PairFacts } from '../../model/pair-facts.ts';
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
    const subject = pairSubject(link);
    const at = `trust policy of ${role.arn}`;
    if (role.trust.state === 'unreadable') {
      return [unverifiable(CODE, subject, { reason: role.trust.reason, where: at, permission: 'iam:GetRole' })];
    }
    const { denied, allowed } = judge(facts, role.trust.value);
    if (denied === 'no' && allowed === 'yes') return [];
    const evidence = { role: role.arn, where: 'trust policy', lacks: 'sts:AssumeRole' };
    const finding = { verdict: 'violated', code: CODE, subject, evidence } as const;
    if (denied === 'yes') return [{ ...finding, remedy: UNDENY }];
    if (allowed === 'no') return [{ ...finding, remedy: trustS3(facts, role.arn, role.trust.value) }];
    return [unverifiable(CODE, subject, { reason: 'condition-unknown', where: at })];
  },
};

function judge({ link }: PairFacts, trust: string): PolicyJudgement {
  return judgePolicy(trust, {
    caller: { service: 's3.amazonaws.com' },
    action: 'sts:AssumeRole',
    context: { 'aws:SourceAccount': link.source.account, 'aws:SourceArn': bucketArn(link.source) },
  });
}

const UNDENY: Remedy = {
  who: 'owner of the replication role',
  what: 'Remove the statement of the trust policy that denies it: no other statement can outweigh it.',
  commands: [],
};

function trustS3({ link }: PairFacts, roleArn: string, trust: string): Remedy {
  return {
    who: 'owner of the replication role',
    what: 'Let S3 assume the role for this bucket, beside whoever may assume it now.',
    ...allowInTrust(link, roleArn, trust),
  };
}
