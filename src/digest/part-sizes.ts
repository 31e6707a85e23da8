const MIB = 1024 * 1024;
const MB = 1_000_000;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PARTS = 10_000;
const MIN_PART_SIZE_BYTES = 5 * MIB;

/** A way to cut a file of a known size into parts: all of one size, the last one what is left. */
export interface PartLayout {
  readonly partSizeBytes: number;
  readonly partCount: number;
  /** Who cuts like this by default. Empty: nobody known, but people set it. */
  readonly clients: readonly string[];
}

/**
 * Default part sizes, most common first, from the documentation and source of each client; then sizes that people like.
 * The order is the order of the guesses.
 */
const USUAL_SIZES: readonly (readonly [mebibytes: number, ...clients: string[]])[] = [
  [8, 'AWS CLI', 'boto3', 'SDK for Java 2'],
  [5, 'SDK for JavaScript', 'SDK for Go', 'SDK for .NET', 'SDK for C++', 'SDK for PHP', 'rclone', 'Terraform'],
  [16, 'S3 console', 'SDK for Java 1'],
  [50, 's5cmd', 'SDK for Ruby'],
  [15, 's3cmd'],
  [10],
  [20],
  [25],
  [32],
  [64, 'Hadoop S3A'],
  [100, 'SDK for Java 1'],
  [128, 'Hadoop S3A'],
  [200, 'restic'],
  [250],
  [500],
  [512],
  [1024],
];

/**
 * The layouts under which common clients would have uploaded a file of this size, most likely first, each part size once. With
 * `partCount`, only those that give this number of parts. A guess: the real sizes of an object are learnt from S3.
 */
export function candidatePartLayouts(sizeBytes: number, partCount?: number): readonly PartLayout[] {
  const clientsBySize = new Map<number, string[]>();
  const propose = (wanted: number, ...clients: string[]): void => {
    const partSizeBytes = Math.min(wanted, Math.max(1, sizeBytes)); // all that need one part are the same layout
    clientsBySize.set(partSizeBytes, [...(clientsBySize.get(partSizeBytes) ?? []), ...clients]);
  };
  for (const [mebibytes, ...clients] of USUAL_SIZES) propose(mebibytes * MIB, ...clients);
  for (const [megabytes] of USUAL_SIZES) propose(megabytes * MB);

  // What clients do where their default would need too many parts.
  const smallest = Math.ceil(sizeBytes / MAX_PARTS);
  if (smallest > MIN_PART_SIZE_BYTES) {
    propose(smallest, 'SDK for JavaScript');
    propose(roundUpToMib(smallest), 'rclone');
  }
  propose(doubledUntilItFits(8 * MIB, sizeBytes), 'AWS CLI', 'boto3');
  if (partCount !== undefined && partCount > 0) propose(roundUpToMib(sizeBytes / partCount));

  return [...clientsBySize]
    .map(([partSizeBytes, clients]) => ({
      partSizeBytes,
      partCount: Math.max(1, Math.ceil(sizeBytes / partSizeBytes)),
      clients: [...new Set(clients)],
    }))
    .filter((layout) => isAllowed(layout) && (partCount === undefined || layout.partCount === partCount));
}

/** The sizes of all parts of a content that is cut like this, in order. An empty content is one empty part. */
export function toPartSizes(sizeBytes: number, partSizeBytes: number): readonly number[] {
  const partCount = Math.max(1, Math.ceil(sizeBytes / partSizeBytes));
  return Array.from({ length: partCount }, (_, index) => Math.min(partSizeBytes, sizeBytes - index * partSizeBytes));
}

/** Every part but the last is at least 5 MiB. */
function isAllowed({ partSizeBytes, partCount }: PartLayout): boolean {
  return partCount === 1 || (partCount <= MAX_PARTS && partSizeBytes >= MIN_PART_SIZE_BYTES);
}

function doubledUntilItFits(partSizeBytes: number, sizeBytes: number): number {
  return sizeBytes / partSizeBytes <= MAX_PARTS ? partSizeBytes : doubledUntilItFits(partSizeBytes * 2, sizeBytes);
}

function roundUpToMib(sizeBytes: number): number {
  return Math.ceil(sizeBytes / MIB) * MIB;
}
