import { isImmutable } from '../model/object.ts';
import type { ObjectFacts } from '../model/facts.ts';
import type { Basis, Finding } from '../model/finding.ts';
import { type Check, subjectOf } from './check.ts';

/**
 * Sizes of one version that disagree: the event's against the headers', the headers' against the bytes that came. Equal
 * sizes prove nothing and are no finding.
 */
export const sizeDivergence: Check = {
  id: 'size-divergence',
  needs: ['source', 'content'],
  run(facts) {
    const { event, source, content } = facts;
    if (source?.state !== 'present') return [];
    const { sizeBytes } = source.value;
    const findings: Finding[] = [];
    // Without an immutable version ID the event may speak of earlier content.
    if (event.sizeBytes !== undefined && isImmutable(event.object) && event.sizeBytes !== sizeBytes) {
      findings.push(differs(facts, 'size', { expectedBy: 'event', expectedSizeBytes: event.sizeBytes, sizeBytes }));
    }
    if (content?.state === 'present' && content.value.sizeBytes !== sizeBytes) {
      const evidence = { expectedBy: 'head', expectedSizeBytes: sizeBytes, sizeBytes: content.value.sizeBytes };
      findings.push(differs(facts, 'computed-checksum', evidence));
    }
    return findings;
  },
};

function differs(facts: ObjectFacts, basis: Basis, evidence: Finding['evidence']): Finding {
  return { verdict: 'violated', code: 'size-differs', subject: subjectOf(facts), basis, evidence };
}
