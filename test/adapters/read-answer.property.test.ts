import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnswerState, createAnswerReader, createReservoir } from '../../src/adapters/aws/read-answer.ts';

const OK = 'HTTP/1.1 200 OK\r\nDate: Sat, 21 Nov 2026 15:00:00 GMT\r\nx-amz-id-2: a:b\r\n';

interface Read {
  readonly state: AnswerState;
  readonly body: string;
  readonly kept: boolean;
}

/** Pushes an answer in pieces that end at these places. */
function readInPieces(answer: Buffer, cuts: readonly number[]): Read {
  const reader = createAnswerReader(createReservoir());
  const ends = [...new Set([...cuts.map((cut) => cut % answer.length), answer.length])].toSorted((a, b) => a - b);
  const shared = Buffer.alloc(answer.length); // as a socket does: every piece comes in the same memory
  let state: AnswerState = 'reading';
  let from = 0;
  for (const end of ends) {
    if (state === 'reading' && end > from) {
      answer.copy(shared, 0, from, end);
      state = reader.push(shared, end - from);
      shared.fill(0);
    }
    from = end;
  }
  return { state, body: reader.body().toString('latin1'), kept: reader.isKept() };
}

function read(answer: string): Read {
  return readInPieces(Buffer.from(answer, 'latin1'), []);
}

function inChunks(parts: readonly Uint8Array[]): Buffer {
  const chunks = parts.flatMap((part) => [
    Buffer.from(`${part.length.toString(16)}${part.length % 2 === 0 ? '' : ';a=b'}\r\n`),
    part,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([
    Buffer.from(`${OK}Transfer-Encoding: chunked\r\n\r\n`),
    ...chunks,
    Buffer.from('0\r\nx-trailer: 1\r\n\r\n'),
  ]);
}

const bytes = fc.uint8Array({ minLength: 1, maxLength: 60 });
const cuts = fc.array(fc.nat({ max: 2_000 }), { maxLength: 8 });

describe('a body', () => {
  it('is the same in one piece and in many, with a length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), cuts, (content, at) => {
        const head = Buffer.from(`${OK}Content-Length: ${content.length}\r\n\r\n`);
        const { state, body } = readInPieces(Buffer.concat([head, content]), at);
        expect(state).toBe('done');
        expect(body).toBe(Buffer.from(content).toString('latin1'));
      }),
    );
  });

  it('is the same in one piece and in many, in chunks', () => {
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 6 }), cuts, (parts, at) => {
        const { state, body } = readInPieces(inChunks(parts), at);
        expect(state).toBe('done');
        expect(body).toBe(Buffer.concat(parts).toString('latin1'));
      }),
    );
  });

  it('is not taken for whole where it breaks off', () => {
    fc.assert(
      fc.property(fc.array(bytes, { minLength: 1, maxLength: 4 }), fc.nat(), (parts, at) => {
        const whole = inChunks(parts);
        expect(readInPieces(whole.subarray(0, at % whole.length), []).state).toBe('reading');
      }),
    );
  });

  it('uses the memory of the one before', () => {
    const into = createReservoir();
    for (const content of ['0123456789', 'abc']) {
      const reader = createAnswerReader(into);
      const answer = Buffer.from(`${OK}Content-Length: ${content.length}\r\n\r\n${content}`);
      expect(reader.push(answer, answer.length)).toBe('done');
      expect(reader.body().toString()).toBe(content);
    }
    expect(into.buffer.subarray(0, 10).toString()).toBe('abc3456789');
  });
});

describe('an answer', () => {
  it.each([
    ['keeps the connection', `${OK}Content-Length: 1\r\n\r\na`, true],
    ['keeps it where that is said', `${OK}Connection: keep-alive\r\nContent-Length: 1\r\n\r\na`, true],
    ['ends it where that is said', `${OK}Connection: Close\r\nContent-Length: 1\r\n\r\na`, false],
  ])('%s', (_, answer, kept) => {
    expect(read(answer)).toEqual({ state: 'done', body: 'a', kept });
  });

  it.each([
    ['another status', 'HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\n\r\n'],
    ['a status that only begins so', 'HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n'],
    ['an answer before the answer', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['an older HTTP', 'HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n'],
    ['a body that only the end of the connection ends', `${OK}\r\nabc`],
    ['two lengths', `${OK}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`],
    ['a length and chunks', `${OK}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['another coding', `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    ['compressed content', `${OK}Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\na`],
    ['a length that is none', `${OK}Content-Length: 0x10\r\n\r\n`],
    ['a line without a name', `${OK}: 1\r\nContent-Length: 0\r\n\r\n`],
    ['a folded line', `${OK}X-A: 1\r\n b\r\nContent-Length: 0\r\n\r\n`],
    ['more than its length', `${OK}Content-Length: 1\r\n\r\nab`],
    ['more than its chunks', `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n`],
    ['a size that is none', `${OK}Transfer-Encoding: chunked\r\n\r\n-1\r\n`],
    ['a size of lines that only half end', `${OK}Transfer-Encoding: chunked\r\n\r\n1\na\r\n`],
    ['a chunk that is longer than its size', `${OK}Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n`],
    ['a head without an end', `HTTP/1.1 200 OK\r\n${'x-a: b\r\n'.repeat(3_000)}`],
    ['a trailer without an end', `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\n${'x'.repeat(20_000)}`],
  ])('with %s is left to a client that knows more', (_, answer) => {
    expect(read(answer).state).toBe('strange');
  });
});
