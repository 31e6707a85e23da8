import type { Finding } from '../../model/finding.ts';
import type { PairFacts, Side } from '../../model/pair-facts.ts';
import { awsCommand } from '../../model/shell-command.ts';
import { bucketSubject, type PairCheck, settingOf, SIDES, unreadSettings } from './check.ts';

/**
 * Without versions nothing is replicated, and nothing can arrive.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html
 */
export const versioningSuspension: PairCheck = {
  id: 'versioning-suspension',
  states: 'both buckets keep versions',
  needs: ['source.versioning', 'destination.versioning'],
  applies: () => true,
  run: (facts) => [
    ...SIDES.flatMap((side) => suspended(facts, side)),
    ...unreadSettings(
      facts,
      'versioning-off',
      SIDES.map((side) => [side, 'versioning']),
    ),
  ],
};

function suspended(facts: PairFacts, side: Side): readonly Finding[] {
  const versioning = settingOf(facts, side, 'versioning');
  const { bucket, region } = facts.link[side];
  const enable = awsCommand('s3api put-bucket-versioning', {
    bucket,
    region,
    'versioning-configuration': 'Status=Enabled',
  });
  const finding = { verdict: 'violated', code: 'versioning-off', subject: bucketSubject(facts, side) } as const;
  // Every bucket has a versioning state, even one that was never versioned: without any there is no bucket.
  if (versioning?.state === 'absent') {
    const place = region === 'us-east-1' ? {} : { 'create-bucket-configuration': `LocationConstraint=${region}` };
    return [
      {
        ...finding,
        evidence: { reason: 'no-such-bucket' },
        remedy: {
          who: `owner of the ${side} bucket`,
          what: `Create the bucket with versions in ${region}, or correct its name in the configuration.`,
          commands: [awsCommand('s3api create-bucket', { bucket, region, ...place }), enable],
        },
      },
    ];
  }
  if (versioning?.state !== 'present' || versioning.value.status === 'Enabled') return [];
  return [
    {
      ...finding,
      evidence: { versioning: versioning.value.status },
      remedy: {
        who: `owner of the ${side} bucket`,
        what: 'Switch versioning on, and replicate with a Batch Replication job what was written in the meantime.',
        commands: [enable],
      },
    },
  ];
}
