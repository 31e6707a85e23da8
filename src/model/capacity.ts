/**
 * How hard a Region is pressed, as its own stack left it in the steering ledger a minute ago: what decides whether it could take the
 * traffic of another, and what that other would bring along. Members are absent where they are not known.
 */
export interface CapacityReport {
  readonly region: string;
  readonly asOf: Date;
  readonly kms?: KmsCapacity;
  /** Whether every key that its buckets use could be used. */
  readonly keysUsable?: boolean;
  /** Whether S3 or KMS refused requests there within the last minutes. */
  readonly throttled?: boolean;
}

/** Symmetric cryptographic operations of the account, whoever asks for them. */
export interface KmsCapacity {
  readonly quotaPerSecond: number;
  /** In the fullest of the last minutes. */
  readonly usedPerSecond: number;
  /** In the fullest minute of the last hour. */
  readonly peakPerSecond: number;
}
