import type { ChecksumAlgorithm, CombinableAlgorithm } from '../model/checksum.ts';

/** Digests by algorithm, in base64 as S3 writes them. */
export type Digests = Readonly<Partial<Record<ChecksumAlgorithm, string>>>;

export interface PartsRequest {
  /** Exact sizes of the parts, in order, as S3 recorded them: never guessed where a verdict follows from it. */
  readonly sizesBytes: readonly number[];
  readonly algorithms: readonly ChecksumAlgorithm[];
}

/** What to compute in one pass over a content. */
export interface DigestRequest {
  /** Digests of the whole content. */
  readonly whole: readonly ChecksumAlgorithm[];
  readonly parts?: PartsRequest;
}

export interface PartDigest {
  readonly sizeBytes: number;
  readonly digests: Digests;
}

/** What one pass found out about a content that was read to its end. */
export interface DigestResult {
  readonly sizeBytes: number;
  readonly whole: Digests;
  /**
   * Present where parts were asked for; in order. A content that is too short has fewer parts or a shorter last one, and all
   * that is too much is one more part: so another size never looks like what was asked for.
   */
  readonly parts?: readonly PartDigest[];
}

/**
 * Where a pass stopped. Safe for JSON; contains digests, never content. With 10,000 parts about 220 KB per algorithm of 16
 * bytes.
 */
export interface DigestState {
  /** How much of the content is done: the next body begins here. */
  readonly offsetBytes: number;
  /** The digest of everything so far. */
  readonly whole: Readonly<Partial<Record<CombinableAlgorithm, string>>>;
  readonly parts?: PartsState;
}

/** The parts that are done. All of them have the sizes that were asked for. */
export interface PartsState {
  readonly partCount: number;
  /** Base64 of the digests of these parts, one after the other. */
  readonly digests: Digests;
}
