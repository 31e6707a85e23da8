import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

/** As the reader of inventories asks for it: what is handed over at once decides how often JavaScript is called. */
const CHUNK_BYTES = 1024 * 1024;

// Decompresses the files of the command line, one after the other, and does nothing with what comes out.
let bytes = 0;
for (const file of process.argv.slice(2)) {
  const content: AsyncIterable<Buffer> = createReadStream(file).pipe(createGunzip({ chunkSize: CHUNK_BYTES }));
  for await (const chunk of content) bytes += chunk.length;
}
console.log(JSON.stringify({ bytes }));
