import { formatETag } from '../model/etag.ts';
import { isImmutable } from '../model/object.ts';
import type { ContentReading, ObjectFacts, ObjectState } from '../model/facts.ts';
import type { Finding } from '../model/finding.ts';
import { type Check, subjectOf } from './check.ts';

/**
 * The content against the ETag, where the ETag is a digest of it: an MD5, or an MD5 of part MD5s recomputed with the real
 * part sizes. An opaque ETag (SSE-KMS, SSE-C) is compared with nothing but itself.
 *
 * Where no bytes were read, the ETag of the event and of the headers are two records of one write: their equality is
 * consistency of what was recorded. Their inequality is no finding: re-encryption in place changes the ETag of a version.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
export const etagDivergence: Check = {
  id: 'etag-divergence',
  needs: ['source', 'content'],
  run(facts) {
    const { source, content } = facts;
    if (source?.state !== 'present') return [];
    if (content === undefined) return recorded(facts, source.value);
    return content.state === 'present' ? stored(facts, source.value, content.value) : [];
  },
};

function recorded(facts: ObjectFacts, state: ObjectState): readonly Finding[] {
  const { event, asked } = facts;
  // Where bytes are to be read, the reading will tell; half an answer before it is noise.
  if (asked === 'computed-checksum' || event.etag === undefined || event.kind !== 'created') return [];
  if (event.etag !== formatETag(state.etag)) return [];
  if (event.sizeBytes !== state.sizeBytes && isImmutable(event.object)) return [];
  return [
    {
      verdict: 'verified',
      code: 'content-verified',
      subject: subjectOf(facts),
      basis: 'etag',
      evidence: { against: 'event', etag: event.etag, sizeBytes: state.sizeBytes },
    },
  ];
}

function stored(facts: ObjectFacts, { etag }: ObjectState, content: ContentReading): readonly Finding[] {
  if (etag.kind === 'opaque') return [];
  const md5 = content.whole.MD5;
  const computed = etag.kind === 'multipart' ? content.multipartETag : md5 && toHex(md5);
  if (computed === undefined) return [];
  const expected = formatETag(etag);
  const same = computed === expected;
  return [
    {
      verdict: same ? 'verified' : 'violated',
      code: same ? 'content-verified' : 'content-differs-from-etag',
      subject: subjectOf(facts),
      basis: 'computed-checksum',
      evidence: same
        ? { against: 'etag', etag: expected, sizeBytes: content.sizeBytes }
        : { expectedETag: expected, computedETag: computed, sizeBytes: content.sizeBytes },
    },
  ];
}

function toHex(base64: string): string {
  return Buffer.from(base64, 'base64').toString('hex');
}
