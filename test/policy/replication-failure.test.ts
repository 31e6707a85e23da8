import { describe, expect, it } from 'vitest';
import { FAILURE_REASONS, type FailureReason } from '../../src/model/failure-reason.ts';
import type { FailureContext } from '../../src/policy/failure-places.ts';
import { remedyOf } from '../../src/policy/replication-failure.ts';
import { DESTINATION, someLink, someRule, someSettings, SOURCE } from '../support/reported-link.ts';

const KEY = 'arn:aws:kms:eu-west-1:444455556666:key/1234abcd';
const OBJECTS = 'arn:aws:s3:::orders-use1/*';
const REPLICAS = 'arn:aws:s3:::orders-euw1/*';
const object = { bucket: SOURCE.bucket, region: SOURCE.region, key: "2026/it's a+b", versionId: 'v1' };
const rule = someRule({ kmsObjects: true, replicaKmsKeyId: KEY, ownerOverride: true });
const context: FailureContext = {
  link: someLink(),
  settings: someSettings(someRule({ id: 'other', destinationBucket: 'elsewhere' }), rule),
  report: { ruleId: 'all', destinationBucket: DESTINATION.bucket },
  object,
};
const REPEAT = `holdfast repair orders --failed --to orders-euw1 --prefix '2026/it'\\''s a+b'`;
const COPY =
  "aws s3api copy-object --bucket orders-use1 --region us-east-1 --key '2026/it'\\''s a+b' " +
  "--copy-source 'orders-use1/2026/it'\\''s%20a%2Bb?versionId=v1' --checksum-algorithm CRC64NVME";

function allowing(resource: string, ...actions: readonly string[]): object {
  return { Effect: 'Allow', Action: actions, Resource: resource };
}

interface Row {
  readonly class: string;
  /** A part of who acts. */
  readonly who: string;
  readonly statement?: object;
  /** A part of one command. */
  readonly command: string;
  /** What replicates it again; absent: nothing does. */
  readonly repeat?: string;
}

const ofRole = (...actions: readonly string[]): Row => ({
  class: 'permission',
  who: 'owner of the replication role (account 111122223333)',
  statement: allowing(OBJECTS, ...actions),
  command: 'aws iam put-role-policy --role-name s3-crr ',
  repeat: REPEAT,
});
const ofBoth = (...actions: readonly string[]): Row => ({
  ...ofRole(...actions),
  who: 'and of the destination bucket (account 444455556666)',
  statement: allowing(REPLICAS, ...actions),
  command: 'aws s3api put-bucket-policy --bucket orders-euw1 ',
});
const harmless: Row = { class: 'benign-race', who: 'nobody', command: 'aws s3api head-object --bucket orders-use1 ' };

const ROWS: Readonly<Record<FailureReason, Row>> = {
  AssumeRoleNotPermitted: {
    class: 'permission',
    who: 'owner of the replication role',
    statement: { Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sts:AssumeRole' },
    command: 'aws iam update-assume-role-policy --role-name s3-crr ',
    repeat: REPEAT,
  },
  DstBucketInvalidRegion: {
    class: 'batch',
    who: 'whoever created',
    command: 'aws s3api head-bucket --bucket orders-euw1 --region eu-west-1 --query BucketRegion',
    repeat: REPEAT,
  },
  DstBucketNotFound: {
    class: 'destination-configuration',
    who: 'owner of the source bucket (account 111122223333)',
    statement: { Destination: { Bucket: 'arn:aws:s3:::orders-euw1' } },
    command: 'aws s3api create-bucket --bucket orders-euw1 --region eu-west-1 --create-bucket-configuration \'{"Loc',
    repeat: 'holdfast repair orders --missing --to orders-euw1',
  },
  DstBucketObjectLockConfigMissing: {
    class: 'destination-configuration',
    who: 'owner of the destination bucket (account 444455556666)',
    statement: { ObjectLockEnabled: 'Enabled' },
    command: 'aws s3api put-object-lock-configuration --bucket orders-euw1 ',
    repeat: REPEAT,
  },
  DstBucketUnversioned: {
    class: 'destination-configuration',
    who: 'owner of the destination bucket (account 444455556666)',
    statement: { Status: 'Enabled' },
    command: 'aws s3api put-bucket-versioning --bucket orders-euw1 ',
    repeat: REPEAT,
  },
  DstDelObjNotPermitted: {
    ...ofBoth('s3:ReplicateDelete'),
    repeat: "aws s3api delete-object --bucket orders-use1 --region us-east-1 --key '2026/it'\\''s a+b'",
  },
  DstKmsKeyInvalidState: {
    class: 'key-state',
    who: 'owner of the KMS key (account 444455556666)',
    command: `aws kms enable-key --key-id ${KEY} --region eu-west-1`,
    repeat: REPEAT,
  },
  DstKmsKeyNotFound: {
    class: 'key-state',
    who: 'owner of the source bucket',
    statement: {
      EncryptionConfiguration: { ReplicaKmsKeyID: 'arn:aws:kms:eu-west-1:444455556666:key/KEY-ID' },
    },
    command: 'aws s3api put-bucket-replication --bucket orders-use1 ',
    repeat: REPEAT,
  },
  DstMultipartCompleteNotPermitted: ofBoth('s3:ReplicateObject'),
  DstMultipartInitNotPermitted: ofBoth('s3:ReplicateObject'),
  DstMultipartUploadNotPermitted: ofBoth('s3:ReplicateObject'),
  DstObjectHardDeleted: {
    class: 'batch',
    who: 'owner of the source bucket',
    command: 'aws s3api head-object --bucket orders-euw1 ',
    repeat: COPY,
  },
  DstPutAclNotPermitted: ofBoth('s3:ReplicateObject', 's3:ObjectOwnerOverrideToBucketOwner'),
  DstPutLegalHoldNotPermitted: ofBoth('s3:PutObjectLegalHold'),
  DstPutObjectNotPermitted: {
    ...ofBoth('s3:ReplicateObject', 's3:ObjectOwnerOverrideToBucketOwner'),
    statement: [
      allowing(REPLICAS, 's3:ReplicateObject', 's3:ObjectOwnerOverrideToBucketOwner'),
      {
        ...allowing(KEY, 'kms:GenerateDataKey', 'kms:Encrypt', 'kms:Decrypt'),
        Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } },
      },
    ],
    command: `aws kms put-key-policy --key-id ${KEY} --region eu-west-1 `,
  },
  DstPutRetentionNotPermitted: ofBoth('s3:PutObjectRetention'),
  DstPutTaggingNotPermitted: ofBoth('s3:ReplicateTags', 's3:ReplicateObject'),
  DstVersionNotFound: {
    class: 'ineligible',
    who: 'owner of the source bucket',
    command: 'aws s3api head-object --bucket orders-euw1 ',
    repeat: REPEAT,
  },
  InitiateReplicationNotPermitted: {
    ...ofRole('s3:InitiateReplication'),
    who: 'owner of the role of the job (account 111122223333)',
    command: 'aws iam put-role-policy --role-name JOB-ROLE ',
  },
  SrcBucketInvalidRegion: {
    class: 'batch',
    who: 'whoever created',
    command: 'aws s3api head-bucket --bucket orders-use1 --region us-east-1 --query BucketRegion',
    repeat: REPEAT,
  },
  SrcBucketNotFound: {
    class: 'source-configuration',
    who: 'owner of the source bucket',
    command: 'aws s3api head-bucket --bucket orders-use1 ',
  },
  SrcBucketReplicationConfigMissing: {
    class: 'source-configuration',
    who: 'owner of the source bucket',
    command: 'holdfast doctor orders',
    repeat: 'holdfast repair orders --missing --to orders-euw1',
  },
  SrcGetAclNotPermitted: ofRole('s3:GetObjectVersionAcl'),
  SrcGetLegalHoldNotPermitted: ofRole('s3:GetObjectLegalHold'),
  SrcGetObjectNotPermitted: ofRole('s3:GetObjectVersionForReplication'),
  SrcGetRetentionNotPermitted: ofRole('s3:GetObjectRetention'),
  SrcGetTaggingNotPermitted: ofRole('s3:GetObjectVersionTagging'),
  SrcHeadObjectNotPermitted: ofRole('s3:GetObjectVersionForReplication'),
  SrcKeyNotFound: harmless,
  SrcKmsKeyInvalidState: {
    class: 'key-state',
    who: 'owner of the KMS key (account 111122223333)',
    command: 'aws kms describe-key --key-id arn:aws:kms:us-east-1:111122223333:key/KEY-ID --region us-east-1 ',
    repeat: REPEAT,
  },
  SrcObjectNotEligible: {
    class: 'ineligible',
    who: 'owner of the source bucket',
    command: "--query '[StorageClass,ArchiveStatus,TagCount]'",
    repeat: COPY,
  },
  SrcObjectNotFound: harmless,
  SrcReplicationNotPending: harmless,
  SrcVersionNotFound: harmless,
};

describe('remedyOf', () => {
  it.each(Object.entries(ROWS))('says of %s who acts, with real names', (reason, row) => {
    const advice = remedyOf(reason, context);
    const { remedy, steps } = advice;
    expect(advice).toMatchObject({ reason, class: row.class, severity: row.who === 'nobody' ? 'info' : 'warning' });
    expect(remedy.who).toContain(row.who);
    expect(remedy.statement === undefined ? undefined : JSON.parse(remedy.statement)).toEqual(row.statement);
    expect(remedy.commands.join('\n')).toContain(row.command);
    expect(steps.repeat.at(-1)).toBe(row.repeat);
    expect(remedy.commands).toEqual([...steps.fix, ...steps.verify, ...steps.repeat]);
    // Only what nobody can know is left to be filled in.
    expect(remedy.commands.join('\n')).not.toMatch(
      /SOURCE-|DESTINATION-|REPLICATION-ROLE|\b(?:RULE|KEY|VERSION|PAIR)\b(?!-)/,
    );
  });

  it.each(Object.keys(FAILURE_REASONS))('explains %s in sentences, without any context', (reason) => {
    const { meaning, remedy } = remedyOf(reason, {});
    expect(meaning).toMatch(/^[A-Z].*\.$/);
    expect(remedy.what).toMatch(/^[A-Z].*\.$/);
    expect(remedy.commands.length).toBeGreaterThan(0);
    expect(remedy.commands.join('\n')).not.toContain('undefined');
  });

  it.each(['DstMultipartPartUploadNotPermitted', 'dstmultipartuploadnotpermitted'])('knows %s', (spelling) => {
    expect(remedyOf(spelling, {}).reason).toBe('DstMultipartUploadNotPermitted');
  });

  it.each([
    ['SomethingOf2031', 'SomethingOf2031', 'S3 gave the reason SomethingOf2031, which is not documented.'],
    ['constructor', 'constructor', 'S3 gave the reason constructor, which is not documented.'],
    [undefined, 'none', 'S3 gave no reason.'],
  ])('passes %s on as a warning', (given, reason, meaning) => {
    const advice = remedyOf(given, context);
    expect(advice).toMatchObject({ reason, class: 'unknown', severity: 'warning', meaning });
    expect(advice.remedy.commands).toContain('holdfast doctor orders');
    expect(advice.steps.repeat).toEqual([REPEAT]);
  });
});

describe('the words of a remedy', () => {
  it('leave the policy of the bucket alone where both buckets belong to one account', () => {
    const destination = { ...DESTINATION, account: SOURCE.account };
    const { remedy } = remedyOf('DstPutObjectNotPermitted', { ...context, link: someLink({ destination }) });
    expect(remedy.who).toBe('owner of the replication role (account 111122223333)');
    expect(remedy.commands.join('\n')).not.toMatch(/bucket-policy|key-policy/);
  });

  it('name no key and no override that the rule does not have', () => {
    const { remedy } = remedyOf('DstPutObjectNotPermitted', { ...context, settings: someSettings(someRule()) });
    expect(JSON.parse(remedy.statement ?? '')).toEqual(allowing(REPLICAS, 's3:ReplicateObject'));
  });

  it('name the keys of the configuration where the rules could not be read', () => {
    const destination = { ...DESTINATION, kmsKeys: [KEY] };
    const { settings: _, ...unread } = context;
    const { remedy } = remedyOf('DstPutObjectNotPermitted', { ...unread, link: someLink({ destination }) });
    expect(remedy.statement).toContain(KEY);
    expect(remedy.statement).toContain('s3:ObjectOwnerOverrideToBucketOwner');
  });

  it('add the key of the source where one is configured', () => {
    const source = { ...SOURCE, kmsKeys: ['arn:aws:kms:us-east-1:111122223333:key/src'] };
    const { remedy } = remedyOf('SrcGetObjectNotPermitted', { ...context, link: someLink({ source }) });
    expect(JSON.parse(remedy.statement ?? '')).toEqual([
      allowing(OBJECTS, 's3:GetObjectVersionForReplication'),
      {
        ...allowing('arn:aws:kms:us-east-1:111122223333:key/src', 'kms:Decrypt'),
        Condition: { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } },
      },
    ]);
  });

  it.each([
    ['1234-abcd', 'arn:aws:kms:eu-west-1:444455556666:key/1234-abcd'],
    ['alias/replicas', 'arn:aws:kms:eu-west-1:444455556666:alias/replicas'],
  ])('make an ARN of the key %s', (replicaKmsKeyId, arn) => {
    const settings = someSettings(someRule({ replicaKmsKeyId }));
    expect(remedyOf('DstKmsKeyInvalidState', { ...context, settings }).remedy.commands.join('\n')).toContain(arn);
  });

  it('give the rule the key of the configuration that is in the right Region', () => {
    const wrong = 'arn:aws:kms:us-east-1:444455556666:key/wrong';
    const destination = { ...DESTINATION, kmsKeys: [wrong, KEY] };
    const settings = someSettings(someRule({ replicaKmsKeyId: wrong, kmsObjects: true }));
    const { remedy } = remedyOf('DstKmsKeyNotFound', { ...context, settings, link: someLink({ destination }) });
    expect(remedy.what).toBe(`Give the rule all a key that exists in eu-west-1: ${wrong} does not.`);
    const put = remedy.commands.find((command) => command.includes('put-bucket-replication')) ?? '';
    expect(put).toContain(`"ReplicaKmsKeyID":"${KEY}"`);
    expect(put).not.toContain(wrong);
  });

  it('edit the configuration where it is, if it could not be read here', () => {
    const { settings: _, ...unread } = context;
    const { remedy } = remedyOf('DstKmsKeyNotFound', unread);
    expect(remedy.what).toBe('Give the rule all a key that exists in eu-west-1.');
    expect(remedy.commands.join('\n')).toMatch(
      /get-bucket-replication.*> replication\.json\njq -e .*select\(\.ID == "all"\)/,
    );
  });

  it('take the rule that leads there, an enabled one first, where S3 names none that exists', () => {
    const off = someRule({ id: 'off', enabled: false, replicaKmsKeyId: 'off' });
    const on = someRule({ id: 'on', replicaKmsKeyId: 'on' });
    const report = { ruleId: 'renamed', destinationBucket: DESTINATION.bucket };
    const advise = (...rules: readonly (typeof on)[]): string =>
      remedyOf('DstKmsKeyInvalidState', { ...context, report, settings: someSettings(...rules) }).remedy.what;
    expect(advise(off, on)).toContain('key/on');
    expect(advise(off)).toContain('key/off');
  });

  it('name the destination of the event and its account by the rule, without a pair', () => {
    const settings = someSettings(someRule({ destinationAccount: '444455556666' }));
    const { remedy } = remedyOf('DstPutTaggingNotPermitted', { object, settings });
    expect(remedy.who).toContain('destination bucket (account 444455556666)');
    expect(remedy.statement).toContain(REPLICAS);
    expect(remedyOf('DstBucketUnversioned', { report: { destinationBucket: 'b' } }).remedy.commands[0]).toContain(
      '--bucket b --region DESTINATION-REGION',
    );
  });

  it('name no location for us-east-1', () => {
    const link = someLink({ source: DESTINATION, destination: SOURCE, back: true });
    expect(remedyOf('DstBucketNotFound', { link }).remedy.commands[0]).toBe(
      'aws s3api create-bucket --bucket orders-use1 --region us-east-1',
    );
  });

  it('leave the version out where the bucket has none', () => {
    const { versionId: _, ...unversioned } = object;
    const { remedy } = remedyOf('DstObjectHardDeleted', { ...context, object: unversioned });
    expect(remedy.commands.join('\n')).not.toMatch(/version-id|versionId/);
  });
});
