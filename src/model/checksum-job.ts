import { bucketArn } from './arn.ts';
import type { ChecksumAlgorithm, ChecksumType } from './checksum.ts';
import type { JobPlace, JobReport } from './replication-job.ts';

/** What a job is to compute of each version. */
export interface ChecksumOrder {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
}

/** A job that reads what is stored of every version of a list, and computes a checksum of it. */
export interface ChecksumJobRequest extends JobPlace {
  /** The list: CSV without headings, of bucket and key, and of the version ID where there are versions. */
  readonly manifest: {
    readonly bucket: string;
    readonly key: string;
    /** Without quotes: a list that was changed since is refused. */
    readonly etag: string;
    readonly versions: boolean;
  };
  readonly order: ChecksumOrder;
  /** ARN of a role that `batchoperations.s3.amazonaws.com` may assume. */
  readonly role: string;
  /** Where the checksums are written down, and nowhere else. */
  readonly report: JobReport;
  /** At most 256 characters. */
  readonly description: string;
  /** The same token is the same job, however often it is created; at most 64 characters. */
  readonly token: string;
}

/** As `s3control:CreateJob` takes it. */
export interface ChecksumJobDocument {
  readonly AccountId: string;
  readonly ConfirmationRequired: false;
  readonly Priority: number;
  readonly ClientRequestToken: string;
  readonly RoleArn: string;
  readonly Description: string;
  readonly Operation: {
    readonly S3ComputeObjectChecksum: {
      readonly ChecksumAlgorithm: ChecksumAlgorithm;
      readonly ChecksumType: ChecksumType;
    };
  };
  readonly Manifest: {
    readonly Spec: {
      readonly Format: 'S3BatchOperations_CSV_20180820';
      readonly Fields: ('Bucket' | 'Key' | 'VersionId')[];
    };
    readonly Location: { readonly ObjectArn: string; readonly ETag: string };
  };
  readonly Report: {
    readonly Enabled: true;
    readonly Bucket: string;
    readonly Prefix: string;
    readonly Format: 'Report_CSV_20180820';
    readonly ReportScope: 'AllTasks';
    readonly ExpectedBucketOwner: string;
  };
}

/** Jobs of a higher priority go first, and proofs are in no hurry. */
const PRIORITY = 1;

/**
 * The job as the API takes it. It begins at once: who creates it has seen its price.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-compute-checksums.html
 */
export function toChecksumJobDocument(request: ChecksumJobRequest): ChecksumJobDocument {
  const { account, region, manifest, order, role, report, description, token } = request;
  return {
    AccountId: account,
    ConfirmationRequired: false,
    Priority: PRIORITY,
    ClientRequestToken: token,
    RoleArn: role,
    Description: description,
    Operation: { S3ComputeObjectChecksum: { ChecksumAlgorithm: order.algorithm, ChecksumType: order.type } },
    Manifest: {
      Spec: {
        Format: 'S3BatchOperations_CSV_20180820',
        Fields: ['Bucket', 'Key', ...(manifest.versions ? (['VersionId'] as const) : [])],
      },
      Location: {
        ObjectArn: `${bucketArn({ bucket: manifest.bucket, region })}/${manifest.key}`,
        ETag: manifest.etag,
      },
    },
    Report: {
      Enabled: true,
      Bucket: bucketArn({ bucket: report.bucket, region }),
      Prefix: report.prefix,
      Format: 'Report_CSV_20180820',
      ReportScope: 'AllTasks',
      ExpectedBucketOwner: account,
    },
  };
}
