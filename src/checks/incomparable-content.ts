import { formatETag } from '../model/etag.ts';
import type { ContentReading, ObjectFacts, ObjectState } from '../model/facts.ts';
import { type Check, subjectOf } from './check.ts';

/**
 * The bytes were read, and nothing that S3 recorded could be computed from them: a multipart object whose server does not tell
 * the part sizes. Unverifiable, because without this finding the object would pass in silence.
 */
export const incomparableContent: Check = {
  id: 'incomparable-content',
  needs: ['source', 'parts', 'content'],
  run(facts) {
    const { source, content } = facts;
    if (source?.state !== 'present' || content?.state !== 'present') return [];
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
