import { S3Error, invalidArgument, notImplemented } from './s3-error.ts';
import { integerParameter, type S3Request } from './s3-request.ts';
import type { ObjectVersion, StoredPart } from './stored.ts';

/** A slice of an object. */
export interface ByteRange {
  readonly startBytes: number;
  /** Exclusive. */
  readonly endBytes: number;
  /** The part asked for by number, of an object that has parts. */
  readonly part?: StoredPart;
}

/** What a GET or HEAD asks for of a body of `sizeBytes`; absent: all of it. */
export function requestedRange(request: S3Request, version: ObjectVersion, sizeBytes: number): ByteRange | undefined {
  const { range } = request.headers;
  const partNumber = parsePartNumber(request.query.get('partNumber'));
  if (partNumber === undefined) return range === undefined ? undefined : parseRange(range, sizeBytes);
  if (range !== undefined) {
    throw new S3Error('InvalidRequest', 'Cannot specify both Range header and partNumber query parameter');
  }
  return partRange(version, partNumber);
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
export function parsePartNumber(text: string | null): number | undefined {
  const partNumber = integerParameter('partNumber', text, Number.MAX_SAFE_INTEGER);
  if (partNumber === undefined) return undefined;
  if (partNumber >= 1 && partNumber <= 10_000) return partNumber;
  throw invalidArgument(
    'partNumber',
    String(partNumber),
    'Part number must be an integer between 1 and 10000, inclusive',
  );
}

function partRange({ parts, sizeBytes }: ObjectVersion, partNumber: number): ByteRange {
  if (parts.length === 0 && partNumber === 1) return { startBytes: 0, endBytes: sizeBytes };
  let startBytes = 0;
  for (const part of parts) {
    if (part.partNumber === partNumber) return { startBytes, endBytes: startBytes + part.sizeBytes, part };
    startBytes += part.sizeBytes;
  }
  throw new S3Error('InvalidRange', 'The requested partnumber is not satisfiable', {
    details: { ActualPartCount: String(Math.max(parts.length, 1)) },
  });
}

export function parseRange(header: string, sizeBytes: number): ByteRange | undefined {
  if (/^bytes=.*,/.test(header)) throw notImplemented('value', `Range: ${header}`);
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header.trim()) ?? [];
  // Not a range of bytes: the whole object, as HTTP demands.
  if (first === undefined || last === undefined || first + last === '') return undefined;
  const startBytes = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const endBytes = first === '' || last === '' ? sizeBytes : Math.min(Number(last) + 1, sizeBytes);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  if (startBytes >= sizeBytes || startBytes >= endBytes) {
    throw new S3Error('InvalidRange', 'The requested range is not satisfiable', {
      details: { RangeRequested: header, ActualObjectSize: String(sizeBytes) },
      headers: { 'content-range': `bytes */${sizeBytes}` },
    });
  }
  return { startBytes, endBytes };
}
