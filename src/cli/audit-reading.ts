import { InvalidArgumentError, Option } from 'commander';
import { planContent } from '../audit/plan-content.ts';
import type { ContentPlan } from '../model/audit-records.ts';
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm } from '../model/checksum.ts';
import { CONTENT_MODES } from '../model/config.ts';
import { durationOption } from './duration-option.ts';
import { linksOfPair } from './pair-options.ts';
import type { Services } from './services.ts';

/** Whose bytes are read, by whom, and what may be done for it. */
export interface ReadingOptions {
  readonly content: ContentPlan['mode'];
  readonly share: number;
  readonly seed?: string;
  /** Milliseconds; likewise below. */
  readonly every: number;
  readonly period: number;
  readonly by: 'reading' | 'compute-checksum';
  readonly algorithm?: ChecksumAlgorithm;
  readonly jobRole?: string;
  readonly jobReports?: readonly string[];
  readonly yes: boolean;
  readonly restoreBudget?: number;
  readonly restoreDays: number;
}

/** What of `holdfast audit` is about reading bytes. */
export const READING_OPTIONS: readonly Option[] = [
  new Option('--content <which>', 'whose bytes are read').choices(CONTENT_MODES).default('never'),
  new Option('--share <share>', 'of a sample, such as 1%').argParser(share).default(0.01),
  new Option('--seed <text>', 'of a sample: the same seed chooses the same; left out: the day'),
  durationOption(
    '--every <duration>',
    'by age: each version is read once in it, where its rule says nothing else',
    '90d',
  ),
  durationOption('--period <duration>', 'by age: time from one audit to the next', '1d'),
  new Option('--by <reader>', 'who reads the bytes: we, or S3 itself in jobs of S3 Batch Operations')
    .choices(['reading', 'compute-checksum'])
    .default('reading'),
  new Option(
    '--algorithm <name>',
    'of the checksums that jobs compute; left out: of which most objects have a record',
  ).choices(CHECKSUM_ALGORITHMS),
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

/** With the ages that the rules of the configuration name for the buckets of the pair. */
export function toContentPlan(
  { content: mode, share: part, seed, every: everyMs, period: periodMs }: ReadingOptions,
  pair: string,
  { config, clock }: Pick<Services, 'config' | 'clock'>,
): ContentPlan {
  const buckets = linksOfPair(config, pair).flatMap(({ source, destination }) => [source.bucket, destination.bucket]);
  const asked = { mode, share: part, everyMs, periodMs, ...(seed === undefined ? {} : { seed }) };
  return planContent(asked, { verify: config.verify, buckets, now: clock.now() });
}

function share(text: string): number {
  const value = text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (!Number.isFinite(value) || value <= 0 || value > 1) throw new InvalidArgumentError('expected a share such as 1%');
  return value;
}

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
