import type { Unexercised } from './unexercised.ts';

const FUNCTIONS = ['audit-plan', 'audit-shard', 'audit-report'];
const LOOKING = ['audit-shard', 'audit-report'];

/** What the roles of audits may do and the play of their test does not reach. A row that is not needed any more fails the test. */
export const UNEXERCISED_BY_AUDITS: readonly Unexercised[] = [
  {
    functions: FUNCTIONS,
    grant: /^OwnLog (?:logs:CreateLogStream|logs:PutLogEvents|arn:aws:logs:.*)$/,
    reason:
      'Lambda writes the log of a function under its role; the sandbox takes what a function prints without asking',
  },
  {
    functions: ['audit-machine'],
    grant: /^WatchShards arn:aws:states:.*\/Shards:\*$/,
    reason: 'whether the label of the map is in the ARN that is asked for is not documented',
  },
  {
    functions: ['audit-machine'],
    grant: /^WriteResults s3:(?:AbortMultipartUpload|GetObject|ListMultipartUploadParts)$/,
    reason: 'Step Functions writes large results in parts, the sandbox all in one',
  },
  {
    functions: ['audit-plan'],
    grant: /^(?:Alert .+|Remember dynamodb:DeleteItem)$/,
    reason: 'a run that is refused is told and let go of at once; this one is within its budget',
  },
  {
    functions: ['audit-plan'],
    grant: /^ListVersions s3:ListBucket$/,
    reason: 'asked for where an audit is of current objects alone',
  },
  {
    functions: LOOKING,
    grant: /^KeysThroughS3 kms:GenerateDataKey$/,
    reason: 'AWS asks for it beside Decrypt when attributes or checksums are read; the sandbox asks for Decrypt alone',
  },
  {
    functions: LOOKING,
    grant: /^ReadVersions s3:GetObject(?:Version)?Attributes$/,
    reason: 'asked for the checksums of parts where layouts of both sides differ',
  },
  {
    functions: LOOKING,
    grant: /^CompareReplicas s3:GetObject(?:VersionAcl|Retention|LegalHold)$/,
    reason: 'asked where a bucket has owners of objects, or where both sides show different locks; these have neither',
  },
  {
    functions: LOOKING,
    grant: /^KeysThroughS3 kms:EncryptionContext:aws:s3:arn=arn:aws:s3:::orders-euw1$/,
    reason: 'used with bucket keys, which replicas of this pair do not have',
  },
  {
    functions: ['audit-report'],
    grant: /^ReportFiles s3:AbortMultipartUpload$/,
    reason: 'asked where a report is larger than one part and its upload fails half-way',
  },
  {
    functions: ['audit-report'],
    grant: /^ReportFiles s3:PutObjectRetention$/,
    reason: 'AWS asks for it when an object is written that is locked at once; the sandbox does not',
  },
  {
    functions: ['audit-report'],
    grant: /^TellAbsentFromDenied (?:s3:ListBucketVersions|arn:aws:s3:::orders-use1)$/,
    reason: 'listed where a shard that ran out of time is cut into smaller ones',
  },
  {
    functions: ['audit-report'],
    grant: /^(?:CompareReplicas (?:arn:.+|s3:GetObjectVersionTagging)|ReadRules s3:GetBucketOwnershipControls)$/,
    reason:
      'asked about cases that are open from before: here of replicas that are not there, which cannot be compared',
  },
  {
    functions: ['audit-report'],
    grant: /^KeysThroughS3 (?:arn:aws:kms:eu-west-1:.+|kms:ViaService=s3\.eu-west-1\..+|.+:orders-euw1\/\*)$/,
    reason: 'asked about cases that are open from before: here of no replica that is under a key',
  },
];
