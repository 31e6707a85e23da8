import type { Finding } from '../model/finding.ts';
import { printable } from './printable.ts';

/** What was compared with what, in words. */
export function describeComparison({ code, basis, evidence: e }: Finding): string | undefined {
  const read = basis === 'computed-checksum' ? 'the bytes, read now,' : 'what S3 recorded';
  switch (code) {
    case 'content-verified':
      return `${read} with ${witness(e)}`;
    case 'content-differs-from-checksum':
      return `${read} with ${witness({ ...e, against: 'stored-checksum' })}`;
    case 'content-differs-from-etag':
      return `${read} with ${witness({ ...e, against: 'etag', etag: e['expectedETag'] ?? '' })}`;
    case 'content-differs-from-declared-digest':
      return `${read} with ${witness({ ...e, against: e['declaredIn'] === 'local-file' ? 'local-file' : 'declared-digest' })}`;
    case 'content-differs-from-baseline':
      return `${read} with ${witness({ ...e, against: 'baseline' })}`;
    case 'size-differs':
      return `${basis === 'computed-checksum' ? 'the number of bytes that came' : 'the size that S3 recorded'} with ${sizeWitness(e)}`;
    default:
      return undefined;
  }
}

function witness(e: Finding['evidence']): string {
  const algorithm = text(e['algorithm']);
  switch (e['against']) {
    case 'stored-checksum':
      return `the ${algorithm} checksum that S3 stored (${e['checksumType'] === 'COMPOSITE' ? 'composite, real part sizes' : 'full object'})`;
    case 'etag':
      return text(e['etag']).includes('-')
        ? 'the multipart ETag (MD5 of the part MD5s, real part sizes)'
        : 'the ETag (MD5 of the content)';
    case 'event':
      return 'the ETag in the notification';
    case 'declared-digest':
      return `the ${algorithm} declared in ${text(e['declaredIn'])} ${text(e['where'])}`;
    case 'baseline':
      return `the ${algorithm} of our reading at ${text(e['recordedAt'])}`;
    case 'local-file':
      return `the local file ${text(e['where'])}, by ${algorithm}`;
    default:
      return 'a witness';
  }
}

function sizeWitness(e: Finding['evidence']): string {
  switch (e['expectedBy']) {
    case 'local-file':
      return `that of the local file ${text(e['where'])}`;
    case 'event':
      return 'that in the notification';
    default:
      return 'that in the headers';
  }
}

function text(value: string | number | undefined): string {
  return printable(String(value ?? ''));
}
