import type { DigestResult } from '../digest/content-reader.ts';
import { CHECKSUM_ALGORITHMS } from '../model/checksum.ts';
import type { ContentReading, Part } from '../model/facts.ts';
import type { Finding } from '../model/finding.ts';
import type { Compare, Compared, Digests } from './file-comparison.ts';

interface Row extends Digests {
  readonly partNumber: number;
  readonly sizeBytes: number;
}

/** The parts of a file against the checksums that S3 stored of the object's parts. */
export function comparePartChecksums(
  parts: readonly Part[],
  { parts: digests = [] }: DigestResult,
  compare: Compare,
): readonly Finding[] {
  const algorithm = parts[0]?.checksums[0]?.algorithm;
  if (algorithm === undefined) return [];
  const rows = parts.flatMap(({ partNumber, sizeBytes, checksums }, index) => {
    const expected = digests[index]?.digests[algorithm];
    const found = checksums.find((checksum) => checksum.algorithm === algorithm)?.base64;
    return expected === undefined || found === undefined ? [] : [{ partNumber, sizeBytes, expected, found }];
  });
  // Of some parts only, nothing is known of the others.
  return rows.length === parts.length ? [compareRows(rows, { basis: 'part-checksums', algorithm }, compare)] : [];
}

/** The parts of a file against the bytes of the object, part by part. */
export function comparePartReadings(
  reading: ContentReading,
  { parts: digests = [] }: DigestResult,
  compare: Compare,
): readonly Finding[] {
  const parts = reading.parts ?? [];
  const [ours, theirs] = [digests[0]?.digests, parts[0]?.digests];
  const algorithm = CHECKSUM_ALGORITHMS.find((name) => ours?.[name] !== undefined && theirs?.[name] !== undefined);
  if (algorithm === undefined) return [];
  const rows = parts.map((part, index) => ({
    partNumber: index + 1,
    sizeBytes: part.sizeBytes,
    expected: digests[index]?.digests[algorithm] ?? '',
    found: part.digests[algorithm] ?? '',
  }));
  return [compareRows(rows, { basis: 'computed-checksum', algorithm }, compare)];
}

/** One finding: all parts are equal, or the first that differs. */
function compareRows(rows: readonly Row[], { basis, algorithm }: Compared, compare: Compare): Finding {
  const compared = { basis, algorithm: `${algorithm} of each part` };
  const partCount = rows.length;
  const [first, ...more] = rows.filter(({ expected, found }) => expected !== found);
  const [last] = rows.slice(-1);
  if (first === undefined)
    return compare(compared, { expected: last?.found ?? '', found: last?.found ?? '' }, { partCount });
  const offset = rows.slice(0, rows.indexOf(first)).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return compare(compared, first, {
    damagedPart: first.partNumber,
    damagedPartBytes: `${offset}-${offset + first.sizeBytes - 1}`,
    damagedPartCount: more.length + 1,
    partCount,
  });
}
