import { compositeChecksum, multipartETag } from '../digest/composite.ts';
import { digestContent, type DigestResult } from '../digest/content-reader.ts';
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm } from '../model/checksum.ts';
import { formatETag } from '../model/etag.ts';
import type { ContentReading, ObjectFacts, ObjectState, Part } from '../model/facts.ts';
import type { Finding, Subject } from '../model/finding.ts';
import { comparePartChecksums, comparePartReadings } from './compare-parts.ts';
import { type Compare, createComparison } from './file-comparison.ts';

/** A local file that is the witness: what it has is what the object should have. */
export interface LocalFile {
  /** As the person wrote it. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Opens it: read once, to the end. */
  open(): AsyncIterable<Uint8Array>;
}

export interface Compared {
  readonly subject: Subject;
  readonly state: ObjectState;
  /** The real parts; empty where the object was not uploaded in parts. */
  readonly parts: readonly Part[];
  /** Where the bytes of the object were read. */
  readonly content?: NonNullable<ObjectFacts['content']>;
}

/**
 * The file against everything that S3 recorded of the object, and against its bytes where they were read. One pass over the
 * file, with the real part sizes; none where the sizes already differ. Nothing to compare is no finding.
 */
export async function compareFile(
  file: LocalFile,
  compared: Compared,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { state, subject, parts, content } = compared;
  if (file.sizeBytes !== state.sizeBytes) {
    const evidence = { expectedBy: 'local-file', where: file.path, expectedSizeBytes: file.sizeBytes };
    return [
      {
        verdict: 'violated',
        code: 'size-differs',
        subject,
        basis: 'size',
        evidence: { ...evidence, sizeBytes: state.sizeBytes },
      },
    ];
  }
  const reading = content?.state === 'present' ? content.value : undefined;
  const perPart = algorithmsPerPart(state, parts);
  const whole = new Set<ChecksumAlgorithm>(algorithmsOfWhole(state, reading));
  if (whole.size === 0 && perPart.length === 0) return [];
  const sizesBytes = parts.map((part) => part.sizeBytes);
  const digests = await digestContent(
    file.open(),
    { whole: [...whole], ...(perPart.length === 0 ? {} : { parts: { sizesBytes, algorithms: perPart } }) },
    signal,
  );
  const compare = createComparison(file.path, subject);
  return [
    ...(await againstChecksums(state, digests, compare)),
    ...againstETag(state, digests, compare),
    ...comparePartChecksums(parts, digests, compare),
    ...againstContent(reading, digests, compare),
  ];
}

function algorithmsOfWhole({ checksums, etag }: ObjectState, reading?: ContentReading): readonly ChecksumAlgorithm[] {
  return [
    ...checksums.filter(({ type }) => type === 'FULL_OBJECT').map(({ algorithm }) => algorithm),
    ...(etag.kind === 'content-md5' ? (['MD5'] as const) : []),
    ...CHECKSUM_ALGORITHMS.filter((algorithm) => reading?.whole[algorithm] !== undefined),
  ];
}

function algorithmsPerPart({ checksums, etag }: ObjectState, parts: readonly Part[]): readonly ChecksumAlgorithm[] {
  if (parts.length === 0) return [];
  const algorithms = new Set<ChecksumAlgorithm>([
    ...checksums.filter(({ type }) => type === 'COMPOSITE').map(({ algorithm }) => algorithm),
    ...(etag.kind === 'multipart' ? (['MD5'] as const) : []),
    ...parts.flatMap((part) => part.checksums.map(({ algorithm }) => algorithm)),
  ]);
  return [...algorithms];
}

async function againstChecksums(
  { checksums }: ObjectState,
  { whole, parts = [] }: DigestResult,
  compare: Compare,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { algorithm, type, base64 } of checksums) {
    const partDigests = parts.map(({ digests }) => digests[algorithm] ?? '');
    if (type === 'COMPOSITE' && parts.length === 0) continue; // without the real parts there is nothing to compare
    const expected = type === 'COMPOSITE' ? await compositeChecksum(algorithm, partDigests) : whole[algorithm];
    if (expected === undefined) continue;
    const name = type === 'COMPOSITE' ? `composite ${algorithm}` : algorithm;
    findings.push(compare({ basis: 'stored-checksum', algorithm: name }, { expected, found: base64 }));
  }
  return findings;
}

function againstETag({ etag }: ObjectState, { whole, parts }: DigestResult, compare: Compare): readonly Finding[] {
  if (etag.kind === 'opaque') return [];
  const expected =
    etag.kind === 'content-md5'
      ? toHex(whole.MD5)
      : parts && multipartETag(parts.map(({ digests }) => toHex(digests.MD5) ?? ''));
  if (expected === undefined) return [];
  const algorithm = etag.kind === 'content-md5' ? 'ETag (MD5)' : 'ETag (MD5 of part MD5s)';
  return [compare({ basis: 'etag', algorithm }, { expected, found: formatETag(etag) })];
}

function againstContent(
  reading: ContentReading | undefined,
  digests: DigestResult,
  compare: Compare,
): readonly Finding[] {
  if (reading === undefined) return [];
  const pairs = CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
    const [expected, found] = [digests.whole[algorithm], reading.whole[algorithm]];
    return expected === undefined || found === undefined
      ? []
      : [compare({ basis: 'computed-checksum', algorithm }, { expected, found })];
  });
  if (pairs.length > 0) return pairs;
  return comparePartReadings(reading, digests, compare); // S3 stores nothing of the whole: only parts were hashed
}

function toHex(base64: string | undefined): string | undefined {
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString('hex');
}
