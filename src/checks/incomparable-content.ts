import { formatETag } from '../model/etag.ts';
import type { ContentReading, ObjectFacts, ObjectState } from '../model/facts.ts';
import type { Finding } from '../model/finding.ts';
import { type Check, subjectOf } from './check.ts';

/**
 * Nothing could be compared although something was to be: a stored checksum was asked for and there is none; or the bytes were
 * read, and nothing that S3 recorded could be computed from them: a multipart object whose server does not tell
 * the part sizes. Unverifiable, because without this finding the object would pass in silence.
 */
export const incomparableContent: Check = {
  id: 'incomparable-content',
  needs: ['source', 'parts', 'content'],
  run(facts) {
    const { source, content } = facts;
    if (source?.state !== 'present') return [];
    if (content === undefined) return withoutChecksum(facts, source.value);
    if (content.state !== 'present') return [];
    if (!recordsSomething(source.value) || comparesSomething(facts, source.value, content.value)) return [];
    const { etag, checksums } = source.value;
    return [
      {
        verdict: 'unverifiable',
        code: 'checksum-missing',
        subject: subjectOf(facts),
        evidence: {
          reason: 'parts-unknown',
          etag: formatETag(etag),
          checksums: checksums.map(({ algorithm, type }) => `${algorithm} ${type}`).join(', '),
          sizeBytes: content.value.sizeBytes,
        },
      },
    ];
  },
};

/** A stored checksum was asked for and none is stored: the ETag is all there is, and reading would prove more. */
function withoutChecksum(facts: ObjectFacts, { checksums, etag, sizeBytes }: ObjectState): readonly Finding[] {
  // A person who asks has brought a witness; an event brings only the ETag, which is the weaker rung.
  if (facts.event.etag === undefined) return [];
  if (facts.asked !== 'stored-checksum' || facts.reach !== 'recorded' || checksums.length > 0) return [];
  const evidence = { reason: 'none-stored', etag: formatETag(etag), sizeBytes };
  return [{ verdict: 'unverifiable', code: 'checksum-missing', subject: subjectOf(facts), evidence }];
}

function recordsSomething({ etag, checksums }: ObjectState): boolean {
  return etag.kind !== 'opaque' || checksums.length > 0;
}

function comparesSomething(
  { declared }: ObjectFacts,
  { etag, checksums }: ObjectState,
  { whole, composite, multipartETag }: ContentReading,
): boolean {
  return (
    (etag.kind === 'content-md5' && whole.MD5 !== undefined) ||
    (etag.kind === 'multipart' && multipartETag !== undefined) ||
    checksums.some(({ algorithm, type }) => (type === 'COMPOSITE' ? composite?.[algorithm] : whole[algorithm])) ||
    declared.some(({ algorithm }) => whole[algorithm] !== undefined)
  );
}
