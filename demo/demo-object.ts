import type { ChecksumAlgorithm } from '../src/model/checksum.ts';

/** What a subscriber of the alerts must have heard about a version in the end. */
export type Expectation =
  /** `also`: what must be heard beside a proof. */
  | { readonly kind: 'verified'; readonly also?: string }
  /** One of these codes, and nothing said for the object. */
  | { readonly kind: 'violated'; readonly codes: readonly string[]; readonly damagedPart?: number }
  | { readonly kind: 'unverifiable'; readonly reason: string };

/** A fault that is planted through the control API before the upload it damages. */
export type PlannedFault = Readonly<Record<string, string | number | boolean>> & { readonly kind: string };

/** One upload of the show. */
export interface DemoObject {
  readonly key: string;
  /** For people: what is special about it. */
  readonly what: string;
  readonly sizeBytes: number;
  /** Made or read when it is uploaded, and not kept. */
  content(): Uint8Array | Promise<Uint8Array>;
  /** Sizes in bytes, in order; absent: one PUT. */
  readonly partSizes?: readonly number[];
  /** Members of PutObject or CreateMultipartUpload beyond the obvious. */
  readonly options?: Readonly<Record<string, string>>;
  /** A checksum that is computed here and sent along. */
  readonly checksum?: ChecksumAlgorithm;
  readonly checksumType?: 'COMPOSITE' | 'FULL_OBJECT';
  readonly expect: Expectation;
  /** What is expected of the replica; absent: none is made. */
  readonly expectReplica?: Expectation;
  readonly faults?: readonly PlannedFault[];
  /** What happens to the version right after the upload; its content stays provable. */
  readonly afterwards?: 'overwrite' | 'delete';
}
