import type { ContentReading, ObjectFacts, ObjectState } from '../model/facts.ts';
import type { Finding } from '../model/finding.ts';
import { type Check, subjectOf } from './check.ts';

/**
 * The content against our own record of an earlier reading, for objects with nothing else to compare with: SSE-KMS or
 * SSE-C objects without a checksum. The first reading of such an object is unverifiable and becomes the baseline.
 */
export const baselineDivergence: Check = {
  id: 'baseline-divergence',
  needs: ['source', 'baseline', 'content'],
  run(facts) {
    const { source, content, baseline } = facts;
    if (source?.state !== 'present' || content?.state !== 'present') return [];
    if (baseline === undefined) return firstReading(facts, source.value, content.value);
    const { algorithm, base64: expected, recordedAt } = baseline;
    const computed = content.value.whole[algorithm];
    if (computed === undefined) return [];
    const same = computed === expected;
    const evidence = { algorithm, recordedAt: recordedAt.toISOString(), sizeBytes: content.value.sizeBytes };
    return [
      {
        verdict: same ? 'verified' : 'violated',
        code: same ? 'content-verified' : 'content-differs-from-baseline',
        subject: subjectOf(facts),
        basis: 'computed-checksum',
        evidence: same
          ? { against: 'baseline', ...evidence }
          : { ...evidence, expectedDigest: expected, computedDigest: computed },
      },
    ];
  },
};

function firstReading(facts: ObjectFacts, state: ObjectState, content: ContentReading): readonly Finding[] {
  const computed = content.whole.CRC64NVME;
  // What came of a broken connection must never become what later readings are compared with.
  if (content.sizeBytes !== state.sizeBytes) return [];
  if (computed === undefined || state.checksums.length > 0 || state.etag.kind !== 'opaque') return [];
  return [
    {
      verdict: 'unverifiable',
      code: 'checksum-missing',
      subject: subjectOf(facts),
      basis: 'computed-checksum',
      evidence: {
        algorithm: 'CRC64NVME',
        digest: computed,
        sizeBytes: content.sizeBytes,
        encryption: state.encryption,
      },
    },
  ];
}
