/** What a role may do and the play of the test does not reach. */
export interface Unexercised {
  readonly functions: readonly string[];
  /** Sid of the statement, and the action, resource or value of a condition in it. */
  readonly grant: RegExp;
  readonly reason: string;
}

const WATCHER = 'watch-pressure';
const INSPECTING = ['on-look', 'on-object-event', 'on-read'];
const FED = [...INSPECTING, 'on-peer'];

/** A row that is not needed any more fails the test. */
export const UNEXERCISED: readonly Unexercised[] = [
  {
    functions: [...FED, WATCHER, 'watch-config'],
    grant: /^OwnLog (?:logs:CreateLogStream|logs:PutLogEvents|arn:aws:logs:.*)$/,
    reason:
      'Lambda writes the log of a function under its role; the sandbox takes what a function prints without asking',
  },
  {
    functions: INSPECTING,
    grant: /^KeysThroughS3 kms:GenerateDataKey$/,
    reason: 'AWS asks for it beside Decrypt when attributes or checksums are read; the sandbox asks for Decrypt alone',
  },
  {
    functions: INSPECTING,
    grant: /^ReadVersions s3:GetObject(?:Version)?Attributes$/,
    reason:
      'asked for the checksums of parts where reading found damage in one of them, or layouts of both sides differ',
  },
  {
    functions: ['on-object-event', 'on-read', WATCHER],
    grant: /^ReadVersions s3:GetObject$/,
    reason: 'for events without a version ID, of buckets without versioning, and for side files; here all have one',
  },
  {
    functions: [...INSPECTING, WATCHER],
    grant: /^TellAbsentFromDenied s3:ListBucketVersions$/,
    reason: 'whether a missing version is told by it is not documented; listed only for a sample of overwrites',
  },
  {
    functions: ['on-object-event', 'on-read'],
    grant: /^TellAbsentFromDenied (?:s3:ListBucket|arn:aws:s3:::orders-\w+)$/,
    reason: 'used where a version is gone before it is looked at',
  },
  {
    functions: [WATCHER],
    grant: /^TellAbsentFromDenied arn:aws:s3:::orders-\w+$/,
    reason: 'used where a version is gone at its source before its replica arrived',
  },
  {
    functions: ['on-look'],
    grant: /^CompareReplicas s3:GetObject(?:Retention|LegalHold)$/,
    reason: 'asked where source and replica show different locks; these buckets have none',
  },
  {
    functions: ['on-look', WATCHER],
    grant: /^KeysThroughS3 kms:EncryptionContext:aws:s3:arn=arn:aws:s3:::orders-\w+$/,
    reason: 'used with bucket keys, which replicas and canaries of these buckets do not have',
  },
  {
    functions: [WATCHER],
    grant: /^Canaries s3:AbortMultipartUpload$/,
    reason: 'a canary whose upload in parts fails half-way is taken back, and here none fails',
  },
  {
    functions: [WATCHER],
    grant: /^Canaries s3:PutObjectTagging$/,
    reason: 'canaries have tags where no rule without tags selects them, and here one does',
  },
  {
    functions: ['on-look', WATCHER],
    grant: /^Remember dynamodb:DeleteItem$/,
    reason: 'pending versions of links within one Region are taken off the list without a peer',
  },
  {
    functions: [WATCHER],
    grant: /^(?:BucketEncryption|ReadRules) arn:aws:s3:::orders-\w+$/,
    reason: 'asked of the other end of a link where throttles of a key there are counted',
  },
];

/** Whether a row is about this: `<role>: <Sid> <what>`, as the comparison says it. */
export function isMeant({ functions, grant }: Unexercised, unused: string): boolean {
  const [role = '', ...rest] = unused.split(': ');
  const what = rest.join(': ');
  return functions.some((name) => role.startsWith(`holdfast-test-${name}-`)) && grant.test(what);
}
