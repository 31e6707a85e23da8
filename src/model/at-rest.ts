import type { Checksum } from './checksum.ts';

/** What a job of S3 says of one version that it was to read. */
export interface AtRestRow {
  readonly bucket: string;
  /** Decoded. */
  readonly key: string;
  /** Absent: the job was about current objects. */
  readonly versionId?: string;
  readonly outcome: AtRestOutcome;
}

/** Why a job says nothing of the content of a version: a `reason` of `content-unreadable`. */
export type AtRestReason = 'not-computed' | 'report-not-understood';

export type AtRestOutcome =
  /** `etag`: of the object that was read, without quotes; absent where the report does not say it. */
  | { readonly state: 'computed'; readonly checksum: Checksum; readonly etag?: string }
  /** In the words of S3. */
  | { readonly state: 'failed'; readonly reason: string }
  /** Of a layout that nobody has described: what it says. */
  | { readonly state: 'unknown'; readonly text: string };
