import { S3Error } from './s3-error.ts';

function incomplete(): S3Error {
  return new S3Error('IncompleteBody', 'The request body terminated unexpectedly');
}

/**
 * Takes off the framing of `aws-chunked` and yields the content; what follows the last chunk is put into `trailers`, with
 * names in lower case. Signatures of chunks are not checked.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export async function* decodeAwsChunked(
  wire: AsyncIterable<Uint8Array>,
  trailers: Map<string, string>,
): AsyncGenerator<Uint8Array> {
  let state: 'size' | 'content' | 'separator' | 'trailer' | 'end' = 'size';
  let line = '';
  let left = 0;

  for await (const chunk of wire) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let position = 0;
    while (position < bytes.length && state !== 'end') {
      if (state === 'content') {
        const content = bytes.subarray(position, position + left);
        position += content.length;
        left -= content.length;
        if (left === 0) state = 'separator';
        yield content;
        continue;
      }
      const newline = bytes.indexOf(0x0a, position);
      line += bytes.toString('latin1', position, newline === -1 ? bytes.length : newline);
      position = newline === -1 ? bytes.length : newline + 1;
      if (line.length > 16_384) throw incomplete();
      if (newline === -1) continue;
      const text = line.trimEnd();
      line = '';
      if (state === 'separator') {
        if (text !== '') throw incomplete();
        state = 'size';
      } else if (state === 'size') {
        left = parseSize(text);
        state = left === 0 ? 'trailer' : 'content';
      } else if (text === '') {
        state = 'end';
      } else {
        const colon = text.indexOf(':');
        if (colon > 0) trailers.set(text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim());
      }
    }
  }
  // Some clients leave out the empty line behind the trailers.
  if (state !== 'end' && state !== 'trailer') throw incomplete();
}

function parseSize(line: string): number {
  const [, hex] = /^([0-9a-f]{1,8})(?:;.*)?$/i.exec(line) ?? [];
  if (hex === undefined) throw incomplete();
  return Number.parseInt(hex, 16);
}
