/** A change of limits, in one Region or, where none is named, in all. `0` takes a limit of its own away. */
export interface QuotaChange {
  readonly region?: string;
  /** Symmetric cryptographic operations of KMS per second. */
  readonly kmsPerSecond?: number;
  /** Requests to S3 per second and prefix, reads and writes each. */
  readonly s3PerSecondPerPrefix?: number;
}

/** What an account may do per second in a Region. */
export interface QuotaRegister {
  change(change: QuotaChange): void;
  /** As AWS gives it to everybody. */
  defaultKmsPerSecond(region: string): number;
  /** As it was raised or lowered for this account; `undefined`: it never was. */
  appliedKmsPerSecond(region: string): number | undefined;
  kmsPerSecond(region: string): number;
  s3PerSecondPerPrefix(region: string, kind: 'read' | 'write'): number;
}

/** @see https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html */
const KMS_PER_SECOND: Readonly<Record<string, number>> = {
  'us-east-1': 100_000,
  'us-west-2': 100_000,
  'eu-west-1': 100_000,
  'us-east-2': 20_000,
  'ap-southeast-1': 20_000,
  'ap-southeast-2': 20_000,
  'ap-northeast-1': 20_000,
  'eu-central-1': 20_000,
  'eu-west-2': 20_000,
};
const KMS_PER_SECOND_ELSEWHERE = 10_000;

/** What S3 promises at least. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html */
const S3_PER_SECOND = { read: 5500, write: 3500 } as const;

const EVERYWHERE = '*';

type Limits = Map<string, number>;

export function createQuotaRegister(): QuotaRegister {
  const kms: Limits = new Map();
  const s3: Limits = new Map();
  return {
    change({ region = EVERYWHERE, kmsPerSecond, s3PerSecondPerPrefix }) {
      setLimit(kms, region, kmsPerSecond);
      setLimit(s3, region, s3PerSecondPerPrefix);
    },
    defaultKmsPerSecond,
    appliedKmsPerSecond: (region) => ownLimit(kms, region),
    kmsPerSecond: (region) => ownLimit(kms, region) ?? defaultKmsPerSecond(region),
    s3PerSecondPerPrefix: (region, kind) => ownLimit(s3, region) ?? S3_PER_SECOND[kind],
  };
}

function defaultKmsPerSecond(region: string): number {
  return KMS_PER_SECOND[region] ?? KMS_PER_SECOND_ELSEWHERE;
}

function ownLimit(limits: Limits, region: string): number | undefined {
  return limits.get(region) ?? limits.get(EVERYWHERE);
}

function setLimit(limits: Limits, region: string, perSecond: number | undefined): void {
  if (perSecond === undefined) return;
  if (region === EVERYWHERE) limits.clear();
  if (perSecond === 0) limits.delete(region);
  else limits.set(region, perSecond);
}
