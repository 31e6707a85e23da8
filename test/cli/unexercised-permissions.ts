/** What a policy allows and the play of its command does not reach. */
export interface UnexercisedPermission {
  readonly commands: readonly string[];
  /** Sid of the statement, and the action, resource or value of a condition in it. */
  readonly grant: RegExp;
  readonly reason: string;
}

/** A row that is not needed any more fails the test. */
export const UNEXERCISED: readonly UnexercisedPermission[] = [
  {
    commands: ['verify', 'wait', 'repair', 'audit', 'compare'],
    grant: /^KeysThroughS3 kms:GenerateDataKey$/,
    reason: 'AWS asks for it beside Decrypt when attributes or checksums are read; the sandbox asks for Decrypt alone',
  },
  {
    commands: ['verify'],
    grant: /^ReadVersions s3:GetObjectAttributes$/,
    reason: 'for a bucket without versioning; those of the play have it, because they replicate',
  },
  {
    commands: ['wait', 'repair'],
    grant: /^ReadHeaders s3:GetObjectVersionAttributes$/,
    reason:
      'asked for the parts of both sides where their layouts differ; here replicas are uploaded as their sources were',
  },
  {
    commands: ['audit'],
    grant: /^ReadVersions s3:GetObject(?:Retention|LegalHold)$/,
    reason: 'asked where source and replica show different locks; these buckets have none',
  },
  {
    commands: ['audit'],
    grant: /^KeepReports s3:AbortMultipartUpload$/,
    reason: 'a report whose upload in parts fails half-way is taken back, and here none fails',
  },
  {
    commands: ['audit'],
    grant: /^KeepReports s3:PutObjectRetention$/,
    reason:
      'AWS asks for it beside PutObject where an object is put under a lock; the sandbox asks for PutObject alone',
  },
  {
    commands: ['console'],
    grant: /^KeysThroughS3 /,
    reason: 'used for canaries under a key; there is none yet, and the play of routes reads every kind of them',
  },
];

/** Whether a row is about this: `<command>: <Sid> <what>`, as the comparison says it. */
export function isMeant({ commands, grant }: UnexercisedPermission, unused: string): boolean {
  const [command = '', ...rest] = unused.split(': ');
  return commands.includes(command) && grant.test(rest.join(': '));
}
