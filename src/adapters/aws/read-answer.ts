/** Memory for one response at a time, which grows to the largest of them. */
export interface Reservoir {
  buffer: Buffer;
}

/** Made at once where an answer says that it is as large as that. */
const MOST_AT_ONCE = 4 * 1024 * 1024;
/** Of a head, or of the line before a chunk: more is nothing that S3 sends. */
const MOST_HEAD = 16 * 1024;
const LF = 0x0a;

export function createReservoir(): Reservoir {
  return { buffer: Buffer.alloc(0) };
}

/** `strange`: anything but a 200 with a length or in chunks, which is left to a client that knows more of HTTP. */
export type AnswerState = 'reading' | 'done' | 'strange';

/** Reads one answer of HTTP/1.1 as it flows in, however it is cut. */
export interface AnswerReader {
  /** Of the buffer, so many bytes, which are copied. */
  push(bytes: Buffer, length: number): AnswerState;
  /** Once it is done: the body, in the memory of the reservoir. */
  body(): Buffer;
  /** Once it is done: whether another request may follow on the same connection. */
  isKept(): boolean;
}

/** @see https://www.rfc-editor.org/rfc/rfc9112 */
export function createAnswerReader(into: Reservoir): AnswerReader {
  let stage: 'head' | 'body' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailer' = 'head';
  let line = '';
  /** Bytes of the body, or of the chunk, that are still to come. */
  let left = 0;
  let length = 0;
  let kept = true;

  /** Answers where the next byte is. */
  function copy(bytes: Buffer, from: number, to: number): number {
    const end = Math.min(to, from + left);
    if (length + end - from > into.buffer.length) enlarge(into, length + end - from);
    bytes.copy(into.buffer, length, from, end);
    length += end - from;
    left -= end - from;
    return end;
  }

  /** Collects a line into `line`; answers where the next one begins, -1 while it has not ended. */
  function collect(bytes: Buffer, from: number, to: number): number {
    const end = bytes.subarray(0, to).indexOf(LF, from);
    line += bytes.toString('latin1', from, end === -1 ? to : end + 1);
    return end === -1 ? -1 : end + 1;
  }

  function begin(head: string): boolean {
    const framing = framingOf(head);
    if (framing === undefined) return false;
    ({ kept } = framing);
    left = framing.length ?? 0;
    if (left > into.buffer.length) enlarge(into, Math.min(left, MOST_AT_ONCE));
    stage = framing.length === undefined ? 'chunk-size' : 'body';
    return true;
  }

  return {
    push(bytes, to) {
      let at = 0;
      if (stage === 'head') {
        const before = line.length;
        line += bytes.toString('latin1', 0, to);
        const end = line.indexOf('\r\n\r\n');
        if (end === -1) return line.length > MOST_HEAD ? 'strange' : 'reading';
        if (!begin(line.slice(0, end))) return 'strange';
        at = end + 4 - before;
        line = '';
      }
      for (;;) {
        if (stage === 'body') {
          at = copy(bytes, at, to);
          if (left > 0) return 'reading';
          return at === to ? 'done' : 'strange';
        }
        if (at >= to) return 'reading';
        if (stage === 'chunk') {
          at = copy(bytes, at, to);
          if (left === 0) stage = 'chunk-end';
          continue;
        }
        at = collect(bytes, at, to);
        if (line.length > MOST_HEAD) return 'strange';
        if (at === -1) return 'reading';
        if (!line.endsWith('\r\n')) return 'strange';
        const text = line.slice(0, -2);
        line = '';
        if (stage === 'trailer') {
          if (text === '') return at === to ? 'done' : 'strange';
        } else if (stage === 'chunk-end') {
          if (text !== '') return 'strange';
          stage = 'chunk-size';
        } else {
          const [, hex] = /^([0-9a-f]{1,8})[ \t]*(?:;.*)?$/i.exec(text) ?? [];
          if (hex === undefined) return 'strange';
          left = Number.parseInt(hex, 16);
          stage = left === 0 ? 'trailer' : 'chunk';
        }
      }
    },
    body: () => into.buffer.subarray(0, length),
    isKept: () => kept,
  };
}

interface Framing {
  /** Absent: the body comes in chunks. */
  readonly length?: number;
  readonly kept: boolean;
}

/** `undefined`: no plain 200, or a body whose end is not certain. */
function framingOf(head: string): Framing | undefined {
  const [status = '', ...lines] = head.split('\r\n');
  if (!/^HTTP\/1\.1 200(?: |$)/.test(status)) return undefined;
  const headers = new Map<string, string>();
  for (const each of lines) {
    const colon = each.indexOf(':');
    const name = each.slice(0, colon).toLowerCase();
    // Twice the same could mean two different ends.
    if (colon < 1 || !/^[\w!#$%&'*+.^`|~-]+$/.test(name) || (DECISIVE.has(name) && headers.has(name))) return undefined;
    headers.set(name, each.slice(colon + 1).trim());
  }
  if (headers.has('content-encoding')) return undefined;
  const kept = headers.get('connection')?.toLowerCase() !== 'close';
  const [length, coding] = [headers.get('content-length'), headers.get('transfer-encoding')];
  if (coding !== undefined) return coding.toLowerCase() === 'chunked' && length === undefined ? { kept } : undefined;
  return length !== undefined && /^\d{1,12}$/.test(length) ? { length: Number(length), kept } : undefined;
}

const DECISIVE: ReadonlySet<string> = new Set([
  'content-length',
  'transfer-encoding',
  'content-encoding',
  'connection',
]);

function enlarge(into: Reservoir, needed: number): void {
  const larger = Buffer.allocUnsafeSlow(needed + (needed >> 2));
  into.buffer.copy(larger);
  into.buffer = larger;
}
