import type { BucketSettings } from '../../model/bucket-settings.ts';
import type { Finding } from '../../model/finding.ts';
import { valueOf } from '../../model/observation.ts';
import type { PairFacts, Side } from '../../model/pair-facts.ts';
import { awsCommand } from '../../model/shell-command.ts';
import { bucketSubject, type PairCheck, settingOf, SIDES, unreadSettings } from './check.ts';

type Block = BucketSettings['publicAccessBlock'];

const ALL_CLOSED = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
} as const;

/**
 * A replica is as public as its own bucket lets it be, whatever protects the source. The block of a whole account is not looked
 * at: it can be lifted without anybody thinking of this bucket.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
export const exposedBucket: PairCheck = {
  id: 'exposed-bucket',
  states: 'neither bucket can be made public',
  needs: ['source.publicAccessBlock', 'destination.publicAccessBlock', 'source.policy', 'destination.policy'],
  applies: (facts) => SIDES.some((side) => facts[side].publicAccessBlock !== undefined),
  run: (facts) => [
    ...SIDES.flatMap((side) => open(facts, side)),
    ...unreadSettings(
      facts,
      'public-access-open',
      SIDES.map((side) => [side, 'publicAccessBlock']),
    ),
  ],
};

function open(facts: PairFacts, side: Side): readonly Finding[] {
  const block = settingOf(facts, side, 'publicAccessBlock');
  if (block === undefined || block.state === 'unreadable') return [];
  const missing = openSettings(valueOf(block));
  if (missing.length === 0) return [];
  const isPublic = valueOf(facts[side].policy)?.isPublic === true;
  const { bucket, region } = facts.link[side];
  return [
    {
      verdict: 'violated',
      code: 'public-access-open',
      subject: bucketSubject(facts, side),
      evidence: { missing: missing.join(', '), ...(isPublic ? { policy: 'public' } : {}) },
      remedy: {
        who: `owner of the ${side} bucket`,
        what: isPublic
          ? 'The policy of the bucket makes objects public now: make sure that nobody is meant to read them, then block public access.'
          : 'Block public access.',
        commands: [
          awsCommand('s3api put-public-access-block', {
            bucket,
            region,
            'public-access-block-configuration': ALL_CLOSED,
          }),
        ],
      },
    },
  ];
}

/** By the names of the API. Without any configuration all four are open. */
function openSettings(block: Block | undefined): readonly string[] {
  const closed = {
    BlockPublicAcls: block?.blockPublicAcls,
    IgnorePublicAcls: block?.ignorePublicAcls,
    BlockPublicPolicy: block?.blockPublicPolicy,
    RestrictPublicBuckets: block?.restrictPublicBuckets,
  };
  return Object.entries(closed).flatMap(([name, on]) => (on === true ? [] : name));
}
