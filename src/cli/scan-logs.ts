import { Readable } from 'node:stream';
import { HoldfastError } from '../errors.ts';
import type { AccessRecord } from '../model/access-record.ts';
import { formatAmount } from '../model/quantity-text.ts';
import { forEachBounded } from './for-each-bounded.ts';
import type { Io } from './io.ts';
import { formatBytes, formatCount } from './printable.ts';
import { createProgress } from './progress.ts';
import { findLogs, type LogFile, readLog } from './read-logs.ts';
import type { LogCoverage } from './render-logs.ts';
import { reportError } from './report-error.ts';
import type { Services } from './services.ts';

/** Files that are read side by side. */
export const LOG_CONCURRENCY = 8;

export interface LogScan {
  readonly places: readonly string[];
  /** Files: more are refused before anything is read. */
  readonly atMost: number;
  readonly add: (record: AccessRecord) => void;
}

/** Reads every record of the logs in these places. A damaged file is told, and must not hide what the others know. */
export async function scanLogs(
  { places, atMost, add }: LogScan,
  { services, io }: { readonly services: Services; readonly io: Io },
): Promise<LogCoverage> {
  const call = { signal: io.signal };
  const files: LogFile[] = [];
  for (const place of places) {
    for await (const file of findLogs(place, { services, cwd: io.cwd }, call)) {
      files.push(file);
      if (files.length > atMost) throw tooMany(atMost);
    }
  }
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  io.stderr.write(`holdfast: ${formatAmount(files.length, 'file')}, ${formatBytes(sizeBytes)}\n`);
  const progress = createProgress(io.stderr, services.clock);
  let unreadableLines = 0;
  const unreadableFiles: string[] = [];
  const each = Readable.from(files) as AsyncIterable<LogFile>;
  await forEachBounded(each, { concurrency: LOG_CONCURRENCY }, async (file) => {
    try {
      await readLog(file, { records: add, unreadable: () => (unreadableLines += 1) }, call);
    } catch (error) {
      io.signal.throwIfAborted();
      unreadableFiles.push(file.name);
      progress.end();
      reportError(error, io);
    }
    progress.addBytes(file.sizeBytes);
    progress.addObject();
  });
  progress.end();
  if (unreadableLines > 0) io.stderr.write(`holdfast: ${formatCount(unreadableLines)} lines are no records\n`);
  if (files.length === 0 || unreadableLines > 0 || unreadableFiles.length > 0) io.exit(2);
  return { files: files.length, unreadableLines, unreadableFiles };
}

function tooMany(most: number): HoldfastError {
  const message = `there are more than ${formatCount(most)} files: narrow the prefix, give --at-most, or query them with Athena`;
  return new HoldfastError('invalid-config', 'cli', message);
}
