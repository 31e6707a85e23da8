import { createDigester } from '../digest/digester.ts';

const ENCODER = new TextEncoder();

/** SHA-256 of texts one after the other, in hex. */
export async function sha256(...texts: readonly string[]): Promise<string> {
  const digester = await createDigester('SHA256');
  for (const text of texts) digester.update(ENCODER.encode(text));
  return Buffer.from(digester.digest()).toString('hex');
}

/**
 * The root over leaves in their order, as RFC 6962 builds it: leaves and nodes are hashed with different first bytes, so that none
 * passes for the other. `undefined`: there is no leaf.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6962#section-2.1
 */
export async function merkleRoot(leaves: readonly string[]): Promise<string | undefined> {
  let level: readonly Uint8Array[] = await Promise.all(leaves.map(async (leaf) => hash(0, ENCODER.encode(leaf))));
  if (level.length === 0) return undefined;
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let index = 0; index < level.length; index += 2) {
      const [left, right] = [level[index], level[index + 1]];
      if (left === undefined) continue;
      above.push(right === undefined ? left : await hash(1, left, right));
    }
    level = above;
  }
  return Buffer.from(level[0] ?? []).toString('hex');
}

async function hash(kind: 0 | 1, ...parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const digester = await createDigester('SHA256');
  digester.update(Uint8Array.of(kind));
  for (const part of parts) digester.update(part);
  return Uint8Array.from(digester.digest());
}
