import type { Checksum } from './checksum.ts';
import { formatETag } from './etag.ts';
import type { ObjectState, Part, ReplicaFacts } from './facts.ts';
import type { Basis } from './finding.ts';

/** What the records of two objects say about their contents. */
export type ContentComparison =
  | { readonly verdict: 'equal'; readonly basis: Basis; readonly by: string }
  | { readonly verdict: 'different'; readonly basis: Basis; readonly source: string; readonly replica: string }
  /** Nothing that both have proves anything. */
  | { readonly verdict: 'unknown' };

type Comparison = ContentComparison;
type Layouts = Pick<ReplicaFacts, 'parts' | 'combined'>;

const UNKNOWN: Comparison = { verdict: 'unknown' };

/**
 * Holds the records of a source and its replica against each other, strongest evidence first. What depends on the part layout
 * counts as a difference only where the sizes of all parts are known to be equal. Where the parts were not asked for yet
 * (`parts` is absent) the difference is a suspicion, and the look that follows asks for them.
 *
 * Never compared: ETags of SSE-KMS, DSSE-KMS and SSE-C objects, which are no digests.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export function compareContent(source: ObjectState, replica: ObjectState, layouts: Layouts = {}): ContentComparison {
  for (const one of source.checksums) {
    const other = replica.checksums.find(({ algorithm }) => algorithm === one.algorithm);
    if (other === undefined) continue;
    const compared = compareChecksums(one, other, layouts);
    if (compared.verdict !== 'unknown') return compared;
  }
  return compareETags(source, replica, layouts);
}

function compareChecksums(source: Checksum, replica: Checksum, layouts: Layouts): Comparison {
  const values = { source: source.base64, replica: replica.base64 };
  const isSame = source.base64 === replica.base64;
  if (source.type === replica.type) {
    if (isSame) return { verdict: 'equal', basis: 'stored-checksum', by: source.algorithm };
    if (source.type === 'FULL_OBJECT') return { verdict: 'different', basis: 'stored-checksum', ...values };
  }
  const whole = {
    source: wholeOf(source, layouts.combined?.source),
    replica: wholeOf(replica, layouts.combined?.replica),
  };
  if (whole.source !== undefined && whole.replica !== undefined) {
    return whole.source === whole.replica
      ? { verdict: 'equal', basis: 'part-checksums', by: source.algorithm }
      : { verdict: 'different', basis: 'part-checksums', ...values };
  }
  if (source.type !== replica.type) return layouts.parts === undefined ? suspect(values) : UNKNOWN;
  return hasEqualLayouts(layouts) === false ? UNKNOWN : suspect(values);
}

function suspect(values: { readonly source: string; readonly replica: string }): Comparison {
  return { verdict: 'different', basis: 'stored-checksum', ...values };
}

/** A checksum of the whole: as it is stored, or as it follows from those of the parts. */
function wholeOf(checksum: Checksum, combined: readonly Checksum[] | undefined): string | undefined {
  if (checksum.type === 'FULL_OBJECT') return checksum.base64;
  return combined?.find(({ algorithm }) => algorithm === checksum.algorithm)?.base64;
}

function compareETags(source: ObjectState, replica: ObjectState, layouts: Layouts): Comparison {
  const values = { source: formatETag(source.etag), replica: formatETag(replica.etag) };
  if (source.etag.kind === 'opaque' || replica.etag.kind === 'opaque') return UNKNOWN;
  if (values.source === values.replica) return { verdict: 'equal', basis: 'etag', by: 'ETag' };
  if (source.etag.kind === 'content-md5' && replica.etag.kind === 'content-md5') {
    return { verdict: 'different', basis: 'etag', ...values };
  }
  if (source.etag.kind !== replica.etag.kind) return UNKNOWN;
  return hasEqualLayouts(layouts) === false ? UNKNOWN : { verdict: 'different', basis: 'etag', ...values };
}

/** `undefined`: nobody asked for the parts yet. `false` also where they could not be seen. */
function hasEqualLayouts({ parts }: Layouts): boolean | undefined {
  if (parts === undefined) return undefined;
  if (parts.source.state !== 'present' || parts.replica.state !== 'present') return false;
  return sizesOf(parts.source.value) === sizesOf(parts.replica.value);
}

function sizesOf(parts: readonly Part[]): string {
  return parts.map(({ sizeBytes }) => sizeBytes).join();
}
