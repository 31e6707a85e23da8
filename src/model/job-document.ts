import { bucketArn } from './arn.ts';
import type { JobReport, ReplicationJobRequest } from './replication-job.ts';

/** Jobs of a higher priority go first, and repairs are in no hurry. */
const PRIORITY = 10;

/** A job as `s3control:CreateJob` takes it. */
export interface JobDocument {
  readonly AccountId: string;
  readonly ConfirmationRequired: true;
  readonly Priority: number;
  readonly ClientRequestToken: string;
  readonly RoleArn: string;
  readonly Description: string;
  readonly Operation: { readonly S3ReplicateObject: object };
  readonly ManifestGenerator: { readonly S3JobManifestGenerator: ManifestDocument };
  readonly Report:
    | { readonly Enabled: false }
    | {
        readonly Enabled: true;
        readonly Bucket: string;
        readonly Prefix: string;
        readonly Format: 'Report_CSV_20180820';
        readonly ReportScope: 'FailedTasksOnly';
      };
}

interface ManifestDocument {
  readonly ExpectedBucketOwner: string;
  readonly SourceBucket: string;
  readonly EnableManifestOutput: false;
  readonly Filter: {
    readonly EligibleForReplication: true;
    readonly ObjectReplicationStatuses: ('FAILED' | 'NONE')[];
    readonly CreatedAfter?: Date;
    readonly KeyNameConstraint?: { readonly MatchAnyPrefix: string[] };
  };
}

/**
 * The job as the API takes it. Whatever it is asked for, it waits for a person.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-batch-replication-batch.html
 */
export function toJobDocument(request: ReplicationJobRequest): JobDocument {
  const { account, region, source, role, statuses, prefixes, createdAfter, report, description, token } = request;
  return {
    AccountId: account,
    ConfirmationRequired: true,
    Priority: PRIORITY,
    ClientRequestToken: token,
    RoleArn: role,
    Description: description,
    Operation: { S3ReplicateObject: {} },
    ManifestGenerator: {
      S3JobManifestGenerator: {
        ExpectedBucketOwner: account,
        SourceBucket: bucketArn({ bucket: source, region }),
        EnableManifestOutput: false,
        Filter: {
          EligibleForReplication: true,
          ObjectReplicationStatuses: [...statuses],
          ...(createdAfter === undefined ? {} : { CreatedAfter: createdAfter }),
          ...(prefixes.length === 0 ? {} : { KeyNameConstraint: { MatchAnyPrefix: [...prefixes] } }),
        },
      },
    },
    Report: toReport(report, region),
  };
}

function toReport(report: JobReport | undefined, region: string): JobDocument['Report'] {
  if (report === undefined) return { Enabled: false };
  return {
    Enabled: true,
    Bucket: bucketArn({ bucket: report.bucket, region }),
    Prefix: report.prefix,
    Format: 'Report_CSV_20180820',
    ReportScope: 'FailedTasksOnly',
  };
}
