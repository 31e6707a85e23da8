import { bucketArn, regionOf } from '../../model/arn.ts';
import type { Finding, Remedy, Subject } from '../../model/finding.ts';
import { openedForBucket } from '../../model/key-policy-context.ts';
import type { KmsKey } from '../../model/kms-key.ts';
import { valueOf } from '../../model/observation.ts';
import type { PressureFacts, UsedKey } from '../../model/pressure-facts.ts';
import { awsCommand, holdfastCommand } from '../../model/shell-command.ts';
import { type PressureCheck, unread } from './check.ts';

/** States in which a key encrypts and decrypts nothing. https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html */
const UNUSABLE: Readonly<Record<string, string>> = {
  Disabled: 'disabled',
  PendingDeletion: 'pending-deletion',
  PendingReplicaDeletion: 'pending-deletion',
  PendingImport: 'pending-import',
  Unavailable: 'unavailable',
};

/** Whether the keys can be used that objects and replicas are encrypted with: without them neither can be read nor made. */
export const unusableKey: PressureCheck = {
  id: 'unusable-key',
  needs: ['keys'],
  run: ({ keys = [] }: PressureFacts) => keys.flatMap(judge),
};

function judge(used: UsedKey): readonly Finding[] {
  const { ref, key } = used;
  const elsewhere = regionOf(ref.id);
  if (elsewhere !== '' && elsewhere !== ref.region)
    return [unusable(used, { reason: 'wrong-region' }, nameAnother(used))];
  if (key.state === 'absent') return [unusable(used, { reason: 'not-found' }, nameAnother(used))];
  if (key.state === 'unreadable') return [unread('kms-key-unusable', subjectOf(used), key.reason)];
  const reason = UNUSABLE[key.value.state];
  if (reason === undefined) return trapped(used, key.value);
  const { deletionAt } = key.value;
  const evidence = { reason, ...(deletionAt === undefined ? {} : { deletionAt: deletionAt.toISOString() }) };
  return [unusable(used, evidence, revive(used, key.value))];
}

/**
 * With a bucket key the encryption context is the ARN of the bucket: a policy that allows only those of objects refuses it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
 */
function trapped(used: UsedKey, { arn, policy }: KmsKey): readonly Finding[] {
  const json = valueOf(policy);
  if (!used.bucketKey || json === undefined) return [];
  const opened = openedForBucket(json, bucketArn(used.bucket));
  if (opened === undefined) return [];
  return [
    unusable(
      used,
      { reason: 'bucket-key-context' },
      {
        who: 'administrator of the KMS key',
        what: `Allow the key for ${bucketArn(used.bucket)} as well: with a bucket key S3 names the bucket, not the object.`,
        statement: opened.statement,
        commands: [
          awsCommand('kms put-key-policy', {
            'key-id': arn,
            'policy-name': 'default',
            policy: opened.policy,
            region: used.ref.region,
          }),
        ],
      },
    ),
  ];
}

function unusable(used: UsedKey, evidence: Finding['evidence'], remedy: Remedy): Finding {
  const { bucket } = used.bucket;
  return {
    verdict: 'violated',
    code: 'kms-key-unusable',
    subject: subjectOf(used),
    evidence: { ...evidence, bucket },
    remedy,
  };
}

function subjectOf({ ref, key }: UsedKey): Subject {
  return { kind: 'kms-key', keyArn: valueOf(key)?.arn ?? ref.id, region: ref.region };
}

function revive({ ref }: UsedKey, { arn, account, state }: KmsKey): Remedy {
  const at = { 'key-id': arn, region: ref.region };
  const who = `owner of the KMS key (account ${account})`;
  const describe = awsCommand('kms describe-key', { ...at, query: 'KeyMetadata.[KeyState,DeletionDate]' });
  const enable = awsCommand('kms enable-key', at);
  switch (state) {
    case 'Disabled':
      return { who, what: `Enable ${arn}.`, commands: [enable, describe] };
    case 'PendingDeletion':
    case 'PendingReplicaDeletion':
      return {
        who,
        what: `Cancel the deletion of ${arn} and enable it: without it nothing that it encrypted can ever be read again.`,
        commands: [awsCommand('kms cancel-key-deletion', at), enable, describe],
      };
    default:
      return { who, what: `Make the key material of ${arn} available again.`, commands: [describe] };
  }
}

/** S3 takes any key name without a word; only what is written with it fails. */
function nameAnother({ ref, bucket }: UsedKey): Remedy {
  return {
    who: `owner of the bucket ${bucket.bucket}`,
    what: `Name a key that exists in ${ref.region}, in the encryption of the bucket and in the rules that replicate into it.`,
    commands: [
      awsCommand('kms list-keys', { region: ref.region }),
      awsCommand('s3api get-bucket-encryption', { bucket: bucket.bucket, region: bucket.region }),
      holdfastCommand('doctor'),
    ],
  };
}
