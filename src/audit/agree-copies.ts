import type { Checksum } from '../model/checksum.ts';
import type { Finding } from '../model/finding.ts';
import { type Link, linkId } from '../model/link.ts';
import type { ObjectRef } from '../model/object.ts';

/** What both copies of a version have come to, where what is recorded of them says nothing. */
export interface ReadCopy {
  readonly object: ObjectRef;
  readonly findings: readonly Finding[];
  readonly checksum?: Checksum;
}

/**
 * What stands against two copies of a version that were both read. Where nothing is recorded of a copy that its bytes could be held
 * against, they are held against the other's: two copies in two Regions do not rot alike.
 */
export function agreeCopies(copies: readonly ReadCopy[], link: Link): readonly Finding[] {
  const against = copies.flatMap(({ findings }) => findings.filter(({ verdict }) => verdict !== 'verified'));
  const [source, replica] = copies;
  if (source === undefined || replica === undefined) return against;
  const [one, other] = [digestOf(source), digestOf(replica)];
  if (one === undefined || other === undefined || one.algorithm !== other.algorithm) return against;
  if (one.base64 === other.base64) return against.filter((finding) => !isUnrecorded(finding));
  // What is violated already says which of the two it is.
  if (against.some(({ verdict }) => verdict === 'violated')) return against;
  const { bucket, region } = link.destination;
  return [
    ...against.filter((finding) => !isUnrecorded(finding)),
    {
      verdict: 'violated',
      code: 'replica-content-differs',
      subject: { kind: 'object-version', object: source.object },
      replica: { bucket, region },
      basis: source.checksum === undefined ? 'computed-checksum' : 'at-rest-checksum',
      evidence: {
        pair: link.pair,
        link: linkId(link),
        destinationBucket: bucket,
        algorithm: one.algorithm,
        sourceDigest: one.base64,
        replicaDigest: other.base64,
      },
    },
  ];
}

/** Of the whole content, whoever computed it. */
function digestOf({
  checksum,
  findings,
}: ReadCopy): { readonly algorithm: string; readonly base64: string } | undefined {
  if (checksum !== undefined) return checksum.type === 'FULL_OBJECT' ? checksum : undefined;
  const evidence = findings.find((finding) => isUnrecorded(finding))?.evidence;
  const [algorithm, base64] = [evidence?.['algorithm'], evidence?.['digest']];
  return typeof algorithm === 'string' && typeof base64 === 'string' ? { algorithm, base64 } : undefined;
}

/** Read, with nothing to hold it against. */
function isUnrecorded({ code, evidence }: Finding): boolean {
  return code === 'checksum-missing' && evidence['reason'] !== 'none-stored';
}
