import type { Observation } from './observation.ts';

/** A KMS key, and where it is used: a key works only in its own Region. */
export interface KeyRef {
  /** ARN of the key or of an alias, a key ID, or `alias/…`. */
  readonly id: string;
  readonly region: string;
}

/** What KMS says about a key. */
export interface KmsKey {
  readonly arn: string;
  readonly account: string;
  /**
   * `Enabled`, or why it cannot be used: `Disabled`, `PendingDeletion`, `PendingImport`, `Unavailable` …
   *
   * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
   */
  readonly state: string;
  /** A key that AWS manages, such as `aws/s3`, cannot be used by another account, and nobody can change its policy. */
  readonly manager: 'customer' | 'aws';
  /** When it is going to be deleted. */
  readonly deletionAt?: Date;
  /** Its policy, as JSON. */
  readonly policy: Observation<string>;
}
