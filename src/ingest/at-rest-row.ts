import type { AtRestOutcome, AtRestRow } from '../model/at-rest.ts';
import { type Checksum, isChecksumAlgorithm, parseChecksum } from '../model/checksum.ts';
import { parseCsv } from './csv.ts';
import { decodeKey } from './decode-key.ts';

/** What the job was asked for: the report need not repeat it. */
export interface AtRestOrder extends Pick<Checksum, 'algorithm' | 'type'> {
  /** Of a digest of this algorithm, in bytes: what is of another length is no checksum. */
  readonly sizeBytes: number;
}

/** Of `resultMessage`: enough to find out what a new layout looks like. */
const MOST_TEXT = 200;

/**
 * Reads one row of the completion report of a job that computes checksums: Bucket, Key, VersionId, TaskStatus, two codes whose order
 * differs between AWS's own schema and examples, and ResultMessage. Keys are URL-encoded. The layout of the message is
 * described nowhere; what is not understood is `unknown`, and never a checksum. `undefined`: no row.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-examples-reports.html
 */
export function parseAtRestRow(line: string, order: AtRestOrder): AtRestRow | undefined {
  const [row = []] = parseCsv(line);
  const [bucket = '', rawKey = '', versionId = '', status = '', ...rest] = row;
  if (bucket === '' || rawKey === '') return undefined;
  const message = rest.slice(2).join(',');
  return {
    bucket,
    key: decodeKey(rawKey),
    ...(versionId === '' ? {} : { versionId }),
    outcome: status.toLowerCase() === 'succeeded' ? parseMessage(message, order) : failed(rest),
  };
}

function failed([one = '', other = '', ...message]: readonly string[]): AtRestOutcome {
  const code = [one, other].find((text) => text !== '' && !/^\d+$/.test(text));
  return { state: 'failed', reason: code ?? (message.join(',').slice(0, MOST_TEXT) || 'unknown') };
}

function parseMessage(text: string, order: AtRestOrder): AtRestOutcome {
  const named = new Map(Object.entries(parseObject(text)).map(([name, value]) => [plain(name), value]));
  const raw = valueOf(named, order);
  const algorithm = (named.get('checksumalgorithm') ?? named.get('algorithm') ?? order.algorithm).toUpperCase();
  if (raw === undefined || !isChecksumAlgorithm(algorithm)) return unknown(text);
  const type = named.get('checksumtype')?.toUpperCase().replace('-', '_') ?? order.type;
  const checksum = parseChecksum(algorithm, raw, type);
  // Of another algorithm than was asked for nobody has said how long it is.
  if (algorithm === order.algorithm && !isDigest(checksum.base64, order.sizeBytes)) return unknown(text);
  const etag = named.get('etag')?.replaceAll('"', '');
  return { state: 'computed', checksum, ...(etag === undefined ? {} : { etag }) };
}

/** Under whatever name a checksum of this algorithm would have. */
function valueOf(named: ReadonlyMap<string, string>, { algorithm }: AtRestOrder): string | undefined {
  const hex = named.get('checksumhex');
  return (
    named.get('checksumbase64') ??
    named.get(`checksum${plain(algorithm)}`) ??
    named.get('checksum') ??
    (hex === undefined ? undefined : Buffer.from(hex, 'hex').toString('base64'))
  );
}

function unknown(text: string): AtRestOutcome {
  return { state: 'unknown', text: text.slice(0, MOST_TEXT) };
}

/** Texts of a JSON object; empty where it is none. */
function parseObject(text: string): Readonly<Record<string, string>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(
      Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return {}; // said to be unknown, with its words
  }
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

function isDigest(base64: string, sizeBytes: number): boolean {
  const bytes = Buffer.from(base64, 'base64');
  return bytes.length === sizeBytes && bytes.toString('base64') === base64;
}
