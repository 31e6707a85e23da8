import type { Checksum } from '../model/checksum.ts';
import type { ContentReading, ObjectFacts, Part } from '../model/facts.ts';
import type { Finding } from '../model/finding.ts';
import { type Check, subjectOf } from './check.ts';

/**
 * The content against every checksum that S3 stored with it. A composite is recomputed with the real part sizes; damage in
 * a multipart object names its parts where S3 stored checksums of them.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export const checksumDivergence: Check = {
  id: 'checksum-divergence',
  needs: ['source', 'parts', 'content'],
  run(facts) {
    const { source, content } = facts;
    if (source?.state !== 'present' || content?.state !== 'present') return [];
    return source.value.checksums.flatMap((stored) => compare(facts, stored, content.value));
  },
};

function compare(facts: ObjectFacts, stored: Checksum, content: ContentReading): readonly Finding[] {
  const { algorithm, type } = stored;
  const computed = type === 'COMPOSITE' ? content.composite?.[algorithm] : content.whole[algorithm];
  if (computed === undefined) return [];
  const same = computed === stored.base64;
  const common = { algorithm, checksumType: type, sizeBytes: content.sizeBytes };
  return [
    {
      verdict: same ? 'verified' : 'violated',
      code: same ? 'content-verified' : 'content-differs-from-checksum',
      subject: subjectOf(facts),
      basis: 'computed-checksum',
      evidence: same
        ? { against: 'stored-checksum', ...common, checksum: computed }
        : { ...common, expectedChecksum: stored.base64, computedChecksum: computed, ...damage(facts, content) },
    },
  ];
}

/** Names the first damaged part and the byte range it covers, where part checksums allow it. */
function damage({ parts }: ObjectFacts, content: ContentReading): Record<string, string | number> {
  if (parts?.state !== 'present' || content.parts === undefined) return {};
  const damaged: Part[] = [];
  let offset = 0;
  let range = '';
  for (const [index, part] of parts.value.entries()) {
    const reading = content.parts[index];
    if (reading === undefined || differs(part, reading)) {
      damaged.push(part);
      if (range === '') range = `${offset}-${offset + part.sizeBytes - 1}`;
    }
    offset += part.sizeBytes;
  }
  const [first] = damaged;
  // All of many parts: then it is the layout or the kind of checksum that differs, and naming a part would mislead.
  if (first === undefined || (damaged.length === parts.value.length && damaged.length > 1)) return {};
  return {
    damagedPart: first.partNumber,
    damagedPartBytes: range,
    damagedPartCount: damaged.length,
    partCount: parts.value.length,
  };
}

function differs(part: Part, reading: NonNullable<ContentReading['parts']>[number]): boolean {
  if (reading.sizeBytes !== part.sizeBytes) return true;
  return part.checksums.some(({ algorithm, base64 }) => {
    const computed = reading.digests[algorithm];
    return computed !== undefined && computed !== base64;
  });
}
