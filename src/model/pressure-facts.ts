import type { BucketRef, BucketSettings } from './bucket-settings.ts';
import type { LinkCanaries } from './canary.ts';
import type { KeyRef, KmsKey } from './kms-key.ts';
import type { WriteMeasurement } from './measurements.ts';
import type { Observation } from './observation.ts';
import type { Limit } from './throttle.ts';

/** What the account spends of its KMS quota in one Region: symmetric cryptographic operations, whoever asks for them. */
export interface KmsUsage {
  readonly quotaPerSecond: number;
  /** Whole minutes, oldest first. A minute of which CloudWatch says nothing is left out: it may come late. */
  readonly minutes: readonly { readonly at: Date; readonly requests: number }[];
}

/** A key that objects or replicas in a bucket are encrypted with. */
export interface UsedKey {
  readonly ref: KeyRef;
  readonly bucket: BucketRef;
  /** Objects of the bucket, or replicas in it, are encrypted with a bucket key by default. */
  readonly bucketKey: boolean;
  readonly key: Observation<KmsKey>;
}

/** How new objects of a bucket are encrypted. */
export interface EncryptedBucket {
  readonly bucket: BucketRef;
  readonly encryption: Observation<BucketSettings['encryption']>;
  /** Replicas that are made of each of its objects. */
  readonly replicas: number;
  /** How much is written to it; absent: nobody asked, or nothing says so. */
  readonly writes?: WriteMeasurement;
}

/** Whether every object costs KMS requests of its own. DSSE-KMS knows no bucket keys. */
export function asksForEachObject(encryption: EncryptedBucket['encryption']): boolean {
  return encryption.state === 'present' && encryption.value.algorithm === 'aws:kms' && !encryption.value.bucketKey;
}

/** How many looks were throttled, and how many attempts that were made again. */
export interface ThrottledLooks {
  readonly limit: Limit;
  /** Oldest first, by the minute. */
  readonly minutes: readonly { readonly at: Date; readonly looks: number }[];
  /** Oldest first, by the minute: throttles that a later attempt of the same request has hidden; absent: none. */
  readonly hidden?: readonly { readonly at: Date; readonly throttles: number }[];
}

/** What was learnt about the limits of one Region. A fact that nobody asked for is absent. */
export interface PressureFacts {
  readonly region: string;
  readonly lookedAt: Date;
  readonly usage?: Observation<KmsUsage> | undefined;
  readonly keys?: readonly UsedKey[] | undefined;
  readonly buckets?: readonly EncryptedBucket[] | undefined;
  readonly throttled?: readonly ThrottledLooks[] | undefined;
  /** Of the links that begin here. */
  readonly canaries?: readonly LinkCanaries[] | undefined;
}

/** What a check of pressure may ask for. */
export type PressureFactName = 'usage' | 'keys' | 'buckets' | 'throttled' | 'canaries';
