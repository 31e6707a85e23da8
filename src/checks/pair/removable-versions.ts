import type { Finding } from '../../model/finding.ts';
import { valueOf } from '../../model/observation.ts';
import type { PairFacts, Side } from '../../model/pair-facts.ts';
import { awsCommand } from '../../model/shell-command.ts';
import { bucketSubject, type PairCheck, SIDES, unreadSettings } from './check.ts';

/**
 * Replication never removes versions, but one stolen key can. MFA delete or Object Lock stands in its way; S3 takes no MFA delete
 * on a bucket with lifecycle rules, so nothing is asked of one that has any.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiFactorAuthenticationDelete.html
 */
export const removableVersions: PairCheck = {
  id: 'removable-versions',
  states: 'versions cannot be removed for good by one stolen key, where MFA delete is possible',
  needs: SIDES.flatMap((side) => [`${side}.versioning`, `${side}.lifecycle`, `${side}.objectLock`] as const),
  applies: (facts) => SIDES.some((side) => canHaveMfaDelete(facts, side)),
  run: (facts) => SIDES.flatMap((side) => [...unprotected(facts, side), ...unread(facts, side)]),
};

/** Versions are kept, and neither lifecycle rules nor anything else that was read stands against it. */
function canHaveMfaDelete(facts: PairFacts, side: Side): boolean {
  const { versioning, lifecycle } = facts[side];
  return valueOf(versioning)?.status === 'Enabled' && lifecycle?.state !== 'present';
}

function unprotected(facts: PairFacts, side: Side): readonly Finding[] {
  const { versioning, lifecycle, objectLock } = facts[side];
  if (!canHaveMfaDelete(facts, side) || valueOf(versioning)?.mfaDelete === true) return [];
  if (lifecycle?.state !== 'absent' || objectLock === undefined || objectLock.state === 'unreadable') return [];
  if (valueOf(objectLock)?.enabled === true) return [];
  const { bucket, region, account } = facts.link[side];
  return [
    {
      verdict: 'violated',
      code: 'mfa-delete-off',
      subject: bucketSubject(facts, side),
      evidence: { mfaDelete: 'off' },
      remedy: {
        who: `root user of the account ${account}`,
        what: 'Switch MFA delete on, with the code that the device of the root user shows (instead of 123456); or protect versions with Object Lock.',
        commands: [
          awsCommand('s3api put-bucket-versioning', {
            bucket,
            region,
            'versioning-configuration': 'Status=Enabled,MFADelete=Enabled',
            mfa: `arn:aws:iam::${account}:mfa/root-account-mfa-device 123456`,
          }),
        ],
      },
    },
  ];
}

/** Only where the rest leaves the question open. */
function unread(facts: PairFacts, side: Side): readonly Finding[] {
  if (!canHaveMfaDelete(facts, side) || valueOf(facts[side].versioning)?.mfaDelete === true) return [];
  return unreadSettings(facts, 'mfa-delete-off', [
    [side, 'lifecycle'],
    [side, 'objectLock'],
  ]);
}
