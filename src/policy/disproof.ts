import { familyOf, type Finding, type FindingCode, proves } from '../model/finding.ts';

/** What one look at a replica that agrees in everything says nothing about. */
const NOT_OF_ONE_REPLICA: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'versions-conflict',
  'source-version-gone',
  'replication-not-tracked',
]);

/** What somebody declared may be wrong however right the content is. */
const NOT_OF_THE_BYTES: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'content-differs-from-declared-digest',
  'object-lost',
]);

/** Whether a proof about an object says that what was found against it is no more: bytes that were read, or a replica that agrees. */
export function disproves(proof: Finding, finding: Finding): boolean {
  if (proof.verdict !== 'verified' || finding.verdict !== 'violated') return false;
  if (bucketOf(proof) === undefined || bucketOf(proof) !== bucketOf(finding)) return false;
  if (proof.code === 'replica-matches') {
    return (
      familyOf(finding.code) === 'replication' &&
      !NOT_OF_ONE_REPLICA.has(finding.code) &&
      proof.evidence['destinationBucket'] === (finding.evidence['destinationBucket'] ?? finding.replica?.bucket)
    );
  }
  const isStored = proof.basis !== undefined && proves(proof.basis) === 'stored';
  return isStored && familyOf(finding.code) === 'integrity' && !NOT_OF_THE_BYTES.has(finding.code);
}

function bucketOf({ subject }: Finding): string | undefined {
  return subject.kind === 'object-version' ? subject.object.bucket : undefined;
}
