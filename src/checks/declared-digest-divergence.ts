import type { DeclaredDigest, ObjectFacts, UnreadDeclaration } from '../model/facts.ts';
import type { Basis, Finding } from '../model/finding.ts';
import { isTemporary } from '../model/observation.ts';
import { type Check, subjectOf } from './check.ts';

/**
 * The content against digests that its writer declared, where the policy of the prefix says that they count. Where no bytes
 * were read, a declared digest is compared with the full-object checksum of the same algorithm that S3 stored.
 */
export const declaredDigestDivergence: Check = {
  id: 'declared-digest-divergence',
  needs: ['source', 'declared', 'content'],
  run(facts) {
    const unread = (facts.unreadDeclarations ?? []).map((declaration) => unreadable(facts, declaration));
    const compared = facts.declared.flatMap((declared) => {
      const known = valueOf(facts, declared);
      return known === undefined ? [] : [compare(facts, declared, known)];
    });
    return [...compared, ...unread];
  },
};

/** A file that may declare a digest is there and could not be read: silence would pass for agreement. */
function unreadable(facts: ObjectFacts, { from, where, reason }: UnreadDeclaration): Finding {
  return {
    verdict: 'unverifiable',
    code: 'content-unreadable',
    subject: subjectOf(facts),
    retry: isTemporary(reason),
    evidence: { reason, reach: facts.reach, declaredIn: from, where },
  };
}

interface Known {
  readonly base64: string;
  readonly basis: Basis;
}

function valueOf({ source, content }: ObjectFacts, { algorithm }: DeclaredDigest): Known | undefined {
  if (source?.state !== 'present') return undefined;
  if (content?.state === 'present') {
    const base64 = content.value.whole[algorithm];
    return base64 === undefined ? undefined : { base64, basis: 'computed-checksum' };
  }
  if (content !== undefined) return undefined;
  // A composite is of the parts, never of the content: only a full-object checksum may be compared.
  const stored = source.value.checksums.find((c) => c.algorithm === algorithm && c.type === 'FULL_OBJECT');
  return stored === undefined ? undefined : { base64: stored.base64, basis: 'stored-checksum' };
}

function compare(facts: ObjectFacts, declared: DeclaredDigest, { base64, basis }: Known): Finding {
  const same = base64 === declared.base64;
  const { algorithm, from, where } = declared;
  return {
    verdict: same ? 'verified' : 'violated',
    code: same ? 'content-verified' : 'content-differs-from-declared-digest',
    subject: subjectOf(facts),
    basis,
    evidence: same
      ? { against: 'declared-digest', algorithm, declaredIn: from, where, digest: base64 }
      : { algorithm, declaredIn: from, where, expectedDigest: declared.base64, computedDigest: base64 },
  };
}
