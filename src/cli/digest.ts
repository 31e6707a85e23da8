import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../adapters/aws/system-clock.ts';
import { parseSize } from '../config/quantities.ts';
import { HoldfastError } from '../errors.ts';
import { askedLayouts, digestLayouts, usualLayouts } from './digest-layouts.ts';
import type { Io } from './io.ts';
import { countChunks } from './local-ports.ts';
import { createProgress } from './progress.ts';
import { renderDigests, toDigestRecords } from './render-digests.ts';

const CHUNK_BYTES = 1024 * 1024;

const EXAMPLES = `
Without --part-size the parts are those that common clients make by default. S3 stores the ETag of an upload in parts only for
objects without encryption or with SSE-S3; there is no composite CRC64NVME.

Examples:
  holdfast digest backup.tar
  holdfast digest backup.tar --part-size 8MiB --part-size 64MiB --json
  tar c folder | holdfast digest -
`;

interface DigestOptions {
  readonly partSize: readonly number[];
  readonly json: boolean;
}

/** `holdfast digest FILE`: everything that S3 could record of this content, in one reading. */
export function digestCommand(io: Io): Command {
  return new Command('digest')
    .description('compute every checksum and ETag that S3 could record of a file')
    .argument('<file>', 'a file, or - for stdin')
    .option('--part-size <size>', 'size of the parts, e.g. 8MiB; may be repeated', collectSizes, [])
    .option('--json', 'one JSON object to a line', false)
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, { partSize, json }: DigestOptions) => {
      const { body, sizeBytes } = await open(file, io);
      const layouts = partSize.length === 0 ? usualLayouts(sizeBytes) : askedLayouts(partSize);
      const progress = createProgress(io.stderr, systemClock);
      const counted = countChunks(body, (count) => progress.addBytes(count));
      const digests = await digestLayouts(counted, layouts, io.signal).finally(() => progress.end());
      if (json) for (const line of toDigestRecords(file, digests)) io.stdout.write(`${JSON.stringify(line)}\n`);
      else io.stdout.write(renderDigests(file, digests));
    });
}

async function open(
  file: string,
  { cwd, stdin }: Io,
): Promise<{ body: AsyncIterable<Uint8Array>; sizeBytes?: number }> {
  if (file === '-') return { body: stdin };
  const path = resolve(cwd, file);
  const found = await stat(path).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : 'no reason given';
    throw new HoldfastError('invalid-config', 'cli', `${file} cannot be read: ${reason}`, { cause });
  });
  if (found.isDirectory()) throw new HoldfastError('invalid-config', 'cli', `expected a file, ${file} is a folder`);
  const body = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  return found.isFile() ? { body, sizeBytes: found.size } : { body };
}

function collectSizes(text: string, earlier: readonly number[]): readonly number[] {
  const sizeBytes = parseSize(text);
  if (sizeBytes === undefined || sizeBytes < 1) throw new InvalidArgumentError('expected a size such as 8MiB');
  return [...earlier, sizeBytes];
}
