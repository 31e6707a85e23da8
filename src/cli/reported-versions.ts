import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { HoldfastError } from '../errors.ts';
import { parseCsv } from '../ingest/csv.ts';
import type { Io } from './io.ts';

/** A version that a line of a report accuses, or its replica. */
export interface ReportedVersion {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  /** Codes of what was found. */
  readonly codes: readonly string[];
  /** The bucket of the replica, where the report names it. */
  readonly destination?: string;
}

/**
 * Versions in NDJSON: alerts as they leave (with or without the envelope of SNS), or what `holdfast verify --json`, `wait --json` and
 * `repair --json` print. Lines that are about no version are passed over; a line that is no JSON ends it. Or in CSV with a header, as
 * Athena gives the result of `holdfast sql inventory-differences`.
 */
export async function readReport(
  file: string,
  { cwd, stdin }: Pick<Io, 'cwd' | 'stdin'>,
): Promise<readonly ReportedVersion[]> {
  const body = file === '-' ? await text(stdin) : await readText(resolve(cwd, file), file);
  if (/^"?bucket"?,/.test(body)) return fromCsv(body, file);
  const lines = body.split('\n').map((line) => line.trim());
  return lines.flatMap((line, index) => (line === '' ? [] : toReported(parseLine(line, file, index + 1))));
}

async function readText(path: string, name: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'no reason given';
    throw new HoldfastError('invalid-config', 'cli', `${name} cannot be read: ${reason}`, { cause });
  }
}

function parseLine(line: string, name: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new HoldfastError('invalid-config', 'cli', `expected JSON in line ${number} of ${name}`, { cause });
  }
}

function fromCsv(body: string, name: string): readonly ReportedVersion[] {
  const [header = [], ...rows] = [...parseCsv(body)];
  const places = ['bucket', 'key', 'version_id'].map((column) => header.indexOf(column));
  if (places.includes(-1)) {
    const message = `expected the columns bucket, key and version_id in ${name}, got ${header.join(', ')}`;
    throw new HoldfastError('invalid-config', 'cli', message);
  }
  return rows.map((row) => {
    const [bucket = '', key = '', versionId = ''] = places.map((place) => row[place] ?? '');
    // Candidates: whatever was recorded of them hours ago has to be seen now.
    return { bucket, key, ...(versionId === '' ? {} : { versionId }), codes: [] };
  });
}

type Entry = Readonly<Record<string, unknown>>;

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function entryOf(value: unknown): Entry {
  return isEntry(value) ? value : {};
}

function toReported(value: unknown): readonly ReportedVersion[] {
  const line = entryOf(value);
  // SNS hands over the alert as text.
  if (typeof line['Message'] === 'string') return toReported(parseMessage(line['Message']));
  const alert = isEntry(line['data']) ? line['data'] : line;
  const subject = entryOf(alert['subject']);
  const object = entryOf(isEntry(subject['object']) ? subject['object'] : alert['object']);
  const { bucket, key, versionId } = { bucket: object['bucket'], key: object['key'], versionId: object['versionId'] };
  if (typeof bucket !== 'string' || typeof key !== 'string') return [];
  const destination =
    textOf(entryOf(alert['replica'])['bucket']) ??
    textOf(entryOf(alert['evidence'])['destinationBucket']) ??
    textOf(entryOf(alert['destination'])['bucket']);
  return [
    {
      bucket,
      key,
      ...(typeof versionId === 'string' ? { versionId } : {}),
      codes: codesOf(alert),
      ...(destination === undefined ? {} : { destination }),
    },
  ];
}

/** A message of something else than Holdfast is about no version. */
function parseMessage(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined; // not ours
  }
}

/** Of what is violated: `verify` says in one line everything that it found of a version. */
function codesOf(alert: Entry): readonly string[] {
  const findings = Array.isArray(alert['findings']) ? alert['findings'] : [alert];
  return findings
    .map((finding: unknown) => entryOf(finding))
    .filter(({ verdict }) => verdict === undefined || verdict === 'violated')
    .flatMap(({ code }) => textOf(code) ?? []);
}
