import { createDigester } from '../digest/digester.ts';
import { type EntryPlace, ETAG, KEY, type ListedEntry, SIZE, STRIDE, VERSION } from '../model/listing-page.ts';
import { viewOf } from '../model/same-words.ts';
import type { VersionPair } from '../model/version-order.ts';

/** Hashes what two listings say, version by version, so that nobody can say later that something else was compared. */
export interface ShardDigest {
  /** Of a version that both sides show alike. */
  addAlike(place: EntryPlace): void;
  addDiffering(pair: VersionPair<ListedEntry>): void;
  /** In hex. Once. */
  finish(): string;
}

/** Hashed at once: calling a hash for every version would cost more than hashing it. */
const BLOCK_BYTES = 64 * 1024;
/** A key has 1,024 bytes at most, a version ID the same. */
const MOST_BYTES = 4 * 1024;
const [NEWLINE, ZERO] = [0x0a, 0];
const ENCODER = new TextEncoder();

export async function createShardDigest(): Promise<ShardDigest> {
  const digester = await createDigester('SHA256');
  const block = new Uint8Array(BLOCK_BYTES);
  const words = viewOf(block);
  let length = 0;

  function flush(): void {
    digester.update(block.subarray(0, length));
    length = 0;
  }

  function copy({ page: { bytes, view, spans }, index }: EntryPlace, field: number): void {
    const to = spans[index * STRIDE + field + 1] ?? 0;
    let at = spans[index * STRIDE + field] ?? 0;
    for (; at + 4 <= to; at += 4, length += 4) words.setInt32(length, view.getInt32(at, true), true);
    for (; at < to; at += 1) block[length++] = bytes[at] ?? 0;
    block[length++] = ZERO; // no text has one
  }

  return {
    addAlike(place) {
      if (length + MOST_BYTES > BLOCK_BYTES) flush();
      copy(place, KEY);
      copy(place, VERSION);
      copy(place, ETAG);
      copy(place, SIZE);
      block[length++] = NEWLINE;
    },
    addDiffering({ source, replica }) {
      flush();
      const text = JSON.stringify([source, replica].map((entry) => entry ?? null));
      digester.update(ENCODER.encode(`\u0001${text}\n`));
    },
    finish() {
      flush();
      return Buffer.from(digester.digest()).toString('hex');
    },
  };
}
