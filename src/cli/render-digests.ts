import type { Digests } from '../digest/digest-request.ts';
import { CHECKSUM_ALGORITHMS } from '../model/checksum.ts';
import type { ContentDigests, LayoutDigests } from './digest-layouts.ts';
import { formatBytes, formatCount, formatSize, printable } from './printable.ts';

const WIDTH = 11;

/** A table for people: base64 as S3 shows it, and hex as other tools do. */
export function renderDigests(file: string, { sizeBytes, whole, layouts }: ContentDigests): string {
  return [
    `${printable(file)}: ${formatSize(sizeBytes)}`,
    '',
    'whole content',
    ...entries(whole).map(([algorithm, base64]) => {
      return `  ${algorithm.padEnd(WIDTH)}${base64}\n  ${''.padEnd(WIDTH)}${toHex(base64)}`;
    }),
    ...layouts.flatMap((layout) => ['', ...renderLayout(layout)]),
    '',
  ].join('\n');
}

function renderLayout({ partSizeBytes, partCount, clients, etag, composite }: LayoutDigests): readonly string[] {
  const parts = partCount === 1 ? 'one part' : `${formatCount(partCount)} parts of ${formatBytes(partSizeBytes)}`;
  return [
    `uploaded in ${parts}${clients.length === 0 ? '' : ` (${clients.join(', ')})`}`,
    `  ${'ETag'.padEnd(WIDTH)}${etag}`,
    ...entries(composite).map(([algorithm, base64]) => `  ${algorithm.padEnd(WIDTH)}${base64}-${partCount}`),
  ];
}

/** The same as lines of NDJSON: the whole content, then one line for each layout. */
export function toDigestRecords(file: string, { sizeBytes, whole, layouts }: ContentDigests): readonly object[] {
  return [
    { kind: 'whole', file, sizeBytes, digests: withHex(whole) },
    ...layouts.map(({ partSizeBytes, partCount, clients, etag, composite }) => {
      return { kind: 'parts', partSizeBytes, partCount, clients, etag, composite };
    }),
  ];
}

function withHex(digests: Digests): Readonly<Record<string, { readonly base64: string; readonly hex: string }>> {
  return Object.fromEntries(
    entries(digests).map(([algorithm, base64]) => [algorithm, { base64, hex: toHex(base64) }] as const),
  );
}

function entries(digests: Digests): readonly (readonly [string, string])[] {
  return CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
    const base64 = digests[algorithm];
    return base64 === undefined ? [] : [[algorithm, base64] as const];
  });
}

function toHex(base64: string): string {
  return Buffer.from(base64, 'base64').toString('hex');
}
