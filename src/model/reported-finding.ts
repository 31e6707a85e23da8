/** A finding as a report or an alert tells it, as far as the requests that led to it are to be looked for. */
export interface ReportedFinding {
  readonly code: string;
  /** Where what is accused is. */
  readonly bucket: string;
  /** Decoded; the prefix, where it is about one. */
  readonly key: string;
  /** Absent: whatever is current. */
  readonly versionId?: string;
  /** It is about every key that begins so. */
  readonly isPrefix: boolean;
  /** The bucket of the replica, where one is meant. */
  readonly replicaBucket?: string;
  /** When the version was last modified: nothing earlier was done to it. */
  readonly since?: Date;
  /** The line as it was read. */
  readonly line: Readonly<Record<string, unknown>>;
}
