const [PERCENT, PLUS, SPACE, AMP, SEMICOLON] = [0x25, 0x2b, 0x20, 0x26, 0x3b];

const NAMED: Readonly<Record<string, number>> = { amp: 0x26, lt: 0x3c, gt: 0x3e, quot: 0x22, apos: 0x27 };
const ENCODER = new TextEncoder();

/**
 * Decodes what S3 encodes for URLs where it stands: the result is never longer. Answers its end; -1: this is no such text.
 * S3 writes a space as `+` and a plus as `%2B`.
 */
export function decodeUrl(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== PERCENT && bytes[at] !== PLUS && bytes[at] !== AMP) at += 1;
  let written = at;
  while (at < to) {
    const byte = Number(bytes[at]);
    if (byte === AMP) return -1; // encoded once more, for XML: not what S3 does
    if (byte === PERCENT) {
      const [high, low] = [hexDigit(bytes[at + 1]), hexDigit(bytes[at + 2])];
      if (high === -1 || low === -1 || at + 2 >= to) return -1;
      bytes[written] = high * 16 + low;
      at += 3;
    } else {
      bytes[written] = byte === PLUS ? SPACE : byte;
      at += 1;
    }
    written += 1;
  }
  return written;
}

/** Decodes the entities of XML where they stand: no entity is shorter than its character. */
export function decodeEntities(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== AMP) at += 1;
  let written = at;
  while (at < to) {
    if (bytes[at] !== AMP) {
      bytes[written] = Number(bytes[at]);
      at += 1;
      written += 1;
      continue;
    }
    const end = bytes.indexOf(SEMICOLON, at);
    if (end === -1 || end >= to) return -1;
    const character = entityOf(String.fromCharCode(...bytes.subarray(at + 1, end)));
    if (character === undefined) return -1;
    const encoded = ENCODER.encode(String.fromCodePoint(character));
    bytes.set(encoded, written);
    written += encoded.length;
    at = end + 1;
  }
  return written;
}

function entityOf(name: string): number | undefined {
  const [, hex, decimal] = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name) ?? [];
  if (hex === undefined && decimal === undefined) return NAMED[name];
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  // Half a character, or none: what the SDK makes of it is the SDK's business.
  return code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? undefined : code;
}

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
