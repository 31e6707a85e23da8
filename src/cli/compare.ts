import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import {
  type CompareCounts,
  compareSides,
  type ComparedSide,
  type KeyOutcome,
  withoutPrefix,
} from '../audit/compare-sides.ts';
import { systemClock } from '../adapters/aws/system-clock.ts';
import { cutKeys } from '../audit/plan-audit.ts';
import { createAuditProgress } from './audit-progress.ts';
import { compareCopies, type Copies } from './compare-copies.ts';
import type { ExitCode, Io } from './io.ts';
import { listFolder } from './list-folder.ts';
import { parseObjectUrl } from './object-url.ts';
import { formatCount, printable } from './printable.ts';
import type { Services } from './services.ts';
import type { Connect } from './verify.ts';

interface CompareCommandOptions {
  readonly content: boolean;
  readonly endpointA?: string;
  readonly endpointB?: string;
  readonly regionA?: string;
  readonly regionB?: string;
  readonly profileA?: string;
  readonly profileB?: string;
  readonly ranges: number;
  readonly concurrency: number;
  readonly json: boolean;
}

const EXAMPLES = `
A and B are s3://bucket, s3://bucket/prefix/ or a folder; keys are compared as they go on behind the prefix. Sizes and ETags of the
listings come first, then stored checksums; a local file is hashed as S3 would. What has no common evidence is neither equal nor
different, until --content reads both.

Examples:
  holdfast compare s3://orders-use1 s3://orders-euw1
  holdfast compare ./backup s3://orders-use1/2026/ --content
  holdfast compare s3://a s3://b --endpoint-b https://minio.example:9000 --profile-b minio

Exit code 0: the same; 1: something is different or missing; 2: something could not be compared.
`;

/** `holdfast compare`: any two places, without a configuration. */
export function compareCommand(io: Io, connect: Connect): Command {
  return new Command('compare')
    .description('compare two buckets, of any servers that speak S3, or a folder and a bucket')
    .argument('<a>', 's3://bucket/prefix or a folder')
    .argument('<b>', 's3://bucket/prefix or a folder')
    .option('--content', 'read the bytes where nothing else proves that they are equal', false)
    .option('--endpoint-a <url>', 'an S3-compatible server; also AWS_ENDPOINT_URL')
    .option('--endpoint-b <url>', 'the same of B')
    .option('--region-a <name>', 'Region of the bucket; found by itself')
    .option('--region-b <name>', 'the same of B')
    .option('--profile-a <name>', 'whose credentials; left out: those of the environment')
    .option('--profile-b <name>', 'the same of B')
    .option('--ranges <n>', 'stretches of keys listed at once', positiveInteger, 8)
    .option('--concurrency <n>', 'objects looked at at once', positiveInteger, 16)
    .option('--json', 'one JSON object to a line', false)
    .addHelpText('after', EXAMPLES)
    .action(async (a: string, b: string, options: CompareCommandOptions) => {
      io.exit(await compare([a, b], options, { io, connect }));
    });
}

interface Opened extends ComparedSide {
  readonly copies: Copies;
  /** Absent: it cannot be cut. */
  readonly cut?: (wanted: number) => Promise<readonly string[]>;
}

async function compare(
  [a, b]: readonly [string, string],
  options: CompareCommandOptions,
  { io, connect }: { readonly io: Io; readonly connect: Connect },
): Promise<ExitCode> {
  const { endpointA, endpointB, regionA, regionB, profileA, profileB, ranges, concurrency, json, content } = options;
  const means = { io, connect, concurrency: Math.max(ranges, concurrency) };
  const left = await open(a, placeOf(endpointA, regionA, profileA), means);
  const right = await open(b, placeOf(endpointB, regionB, profileB), means);
  const cuts = right.cut === undefined ? [] : ((await left.cut?.(ranges * 4)) ?? []);
  const progress = createAuditProgress(io.stderr, systemClock, cuts.length + 1);
  const copies: readonly [Copies, Copies] = [left.copies, right.copies];
  const call = { signal: io.signal };
  const counts = await compareSides(left, right, {
    cuts,
    ranges,
    concurrency,
    async lookAt(entry) {
      progress.looked();
      return compareCopies(copies, entry, { content, call });
    },
    onOutcome(outcome) {
      progress.found(outcome.kind === 'unknown' ? 'unverifiable' : 'violated');
      progress.clear();
      io.stdout.write(json ? `${JSON.stringify(outcome)}\n` : renderOutcome(outcome));
    },
    onListed: progress.listed,
    onStretch(count) {
      progress.walked();
      progress.shard(count);
    },
  }).finally(progress.end);
  io.stdout.write(json ? `${JSON.stringify({ kind: 'summary', ...counts })}\n` : renderCounts(counts));
  return toExitCode(counts);
}

type Place = Pick<Parameters<Connect>[0], 'endpoint' | 'region' | 'profile'>;

function placeOf(endpoint: string | undefined, region: string | undefined, profile: string | undefined): Place {
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
  };
}

async function open(
  name: string,
  place: Place,
  { io, connect, concurrency }: { readonly io: Io; readonly connect: Connect; readonly concurrency: number },
): Promise<Opened> {
  if (!name.startsWith('s3://')) {
    const folder = resolve(io.cwd, name);
    return { copies: { kind: 'folder', folder }, pages: () => listFolder(folder) };
  }
  const { bucket, key: prefix } = parseObjectUrl(name);
  const call = { signal: io.signal };
  const services: Services = await connect({ ...place, concurrency, onlyCurrent: () => undefined });
  const region = await services.regionOf(bucket, call);
  const range = { bucket, region, prefix, versions: false };
  const behind = (text: string): string => text.slice(prefix.length);
  return {
    copies: { kind: 'bucket', bucket, region, prefix, objects: services.objects },
    pages({ after, upTo }) {
      const bounds = {
        ...(after === undefined ? {} : { after: `${prefix}${after}` }),
        ...(upTo === undefined ? {} : { upTo: `${prefix}${upTo}` }),
      };
      return withoutPrefix(services.listings.pages({ ...range, ...bounds }, call), prefix);
    },
    cut: async (wanted) =>
      (await cutKeys(range, wanted, { listings: services.listings, call }))
        .map((text) => behind(text))
        .filter((text) => text !== ''),
  };
}

function renderOutcome(outcome: KeyOutcome): string {
  const key = printable(outcome.entry.key);
  switch (outcome.kind) {
    case 'only-a':
      return `only in A    ${key}\n`;
    case 'only-b':
      return `only in B    ${key}\n`;
    case 'different':
      return `different    ${key}  (${outcome.reason})\n`;
    case 'unknown':
      return `not compared ${key}  (${outcome.reason})\n`;
    default:
      return outcome satisfies never;
  }
}

function renderCounts({ alike, looked, onlyA, onlyB, different, unknown }: CompareCounts): string {
  const rows = [
    [alike, 'the same size and ETag'],
    [looked, 'the same when looked at'],
    [different, 'different'],
    [onlyA, 'only in A'],
    [onlyB, 'only in B'],
    [unknown, 'not compared'],
  ] as const;
  return rows.map(([count, what]) => `${formatCount(count).padStart(12)}  ${what}\n`).join('');
}

function toExitCode({ alike, looked, onlyA, onlyB, different, unknown }: CompareCounts): ExitCode {
  if (onlyA + onlyB + different > 0) return 1;
  return unknown > 0 || alike + looked === 0 ? 2 : 0;
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1 || value > 1_000) {
    throw new InvalidArgumentError('expected a number from 1 to 1000');
  }
  return value;
}
