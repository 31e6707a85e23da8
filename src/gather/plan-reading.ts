import type { DigestState } from '../digest/content-reader.ts';
import { type ChecksumAlgorithm, isCombinable } from '../model/checksum.ts';
import type { Baseline, DeclaredDigest, ObjectState } from '../model/facts.ts';

/** What one pass over the bytes has to compute. */
export interface ReadingPlan {
  /** Digests of the whole content. */
  readonly whole: readonly ChecksumAlgorithm[];
  /** Digests of each part by the real part sizes; empty where the parts do not matter. */
  readonly perPart: readonly ChecksumAlgorithm[];
}

export interface Witnesses {
  readonly state: ObjectState;
  readonly declared: readonly DeclaredDigest[];
  readonly baseline?: Baseline;
  /** A difference was seen: compute every witness there is, and the parts, so that the damage can be named. */
  readonly confirming: boolean;
  /** The time suffices for the whole content, so that digests that cannot be interrupted, or are long to save, may be added. */
  readonly inOneGo: boolean;
}

/**
 * The cheapest digests that suffice to judge the content: a stored full-object checksum before a composite, both before the
 * ETag, our own baseline last. Declared digests come on top, because each of them is a question of its own.
 */
export function planReading({ state, declared, baseline, confirming, inOneGo }: Witnesses): ReadingPlan {
  // Where it cannot be finished in time, a declaration must not cost the object its other witnesses.
  const possible = declared.filter(({ algorithm }) => inOneGo || isCombinable(algorithm));
  const whole = new Set<ChecksumAlgorithm>(possible.map(({ algorithm }) => algorithm));
  const perPart = new Set<ChecksumAlgorithm>();
  const { checksums, etag } = state;

  for (const { algorithm, type } of checksums) (type === 'COMPOSITE' ? perPart : whole).add(algorithm);
  // A confirmation must not become impossible by asking for more than the first reading did.
  const everything = confirming && inOneGo;
  if (etag.kind === 'content-md5' && (checksums.length === 0 || everything)) whole.add('MD5');
  if (etag.kind === 'multipart' && (checksums.length === 0 || everything)) perPart.add('MD5');
  if (everything && etag.kind !== 'content-md5') for (const { algorithm } of checksums) perPart.add(algorithm);
  if (checksums.length === 0 && etag.kind === 'opaque') whole.add(baseline?.algorithm ?? 'CRC64NVME');
  return { whole: [...whole], perPart: [...perPart] };
}

/** Whether an interrupted pass computed all that the plan asks for: a side file may have come since, or our own baseline. */
export function continues({ whole, perPart }: ReadingPlan, { whole: saved, parts }: DigestState): boolean {
  return (
    whole.every((algorithm) => isCombinable(algorithm) && saved[algorithm] !== undefined) &&
    (parts === undefined || (perPart.length > 0 && perPart.every((algorithm) => algorithm in parts.digests)))
  );
}
