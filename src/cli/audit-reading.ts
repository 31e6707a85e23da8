import { InvalidArgumentError, Option } from 'commander';
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm } from '../model/checksum.ts';

/** Who reads bytes, and what may be done for it. */
export interface ReadingOptions {
  readonly by: 'reading' | 'compute-checksum';
  readonly algorithm: ChecksumAlgorithm;
  readonly jobRole?: string;
  readonly jobReports?: readonly string[];
  readonly yes: boolean;
  readonly restoreBudget?: number;
  readonly restoreDays: number;
}

/** What of `holdfast audit` is about reading bytes. */
export const READING_OPTIONS: readonly Option[] = [
  new Option('--by <reader>', 'who reads the bytes: we, or S3 itself in jobs of S3 Batch Operations')
    .choices(['reading', 'compute-checksum'])
    .default('reading'),
  new Option('--algorithm <name>', 'of the checksums that jobs compute')
    .choices(CHECKSUM_ALGORITHMS)
    .default('CRC64NVME'),
  new Option('--job-role <arn>', 'role of the jobs, which batchoperations.s3.amazonaws.com may assume').argParser(role),
  new Option(
    '--job-reports <url...>',
    's3://bucket/prefix for lists and reports of jobs, one for each Region',
  ).argParser(places),
  new Option('--yes', 'create the jobs').default(false),
  new Option('--restore-budget <dollars>', 'ask for restores of what is archived and was to be read').argParser(
    dollars,
  ),
  new Option('--restore-days <n>', 'how long a restored copy stays').argParser(days).default(1),
];

function role(text: string): string {
  if (/^arn:[^:]+:iam::\d{12}:role\/.+$/.test(text)) return text;
  throw new InvalidArgumentError('expected the ARN of a role');
}

function places(text: string, before: readonly string[] = []): readonly string[] {
  if (/^s3:\/\/[a-z0-9.-]+\/.*[^/]$/.test(text)) return [...before, text];
  throw new InvalidArgumentError('expected s3://bucket/prefix, without a slash at its end');
}

function dollars(text: string): number {
  const value = Number(text.replace(/^\$/, ''));
  if (!Number.isFinite(value) || value < 0) throw new InvalidArgumentError('expected dollars, such as 5 or 0.50');
  return value;
}

function days(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1 || value > 365) throw new InvalidArgumentError('expected 1 to 365');
  return value;
}
