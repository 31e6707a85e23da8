import { KIB, MIB, randomContent, SSE_KMS } from './content.ts';
import type { DemoObject, Expectation } from './demo-object.ts';
import { REPLICATED_PREFIX } from './places.ts';

const PREFIX = `${REPLICATED_PREFIX}well/`;

/** Read at both sides, and compared. */
const PROVED: { readonly expect: Expectation; readonly expectReplica: Expectation } = {
  expect: { kind: 'verified', also: 'replica-matches' },
  expectReplica: { kind: 'verified' },
};

/** Versions that are replicated as they should be, while all around them something happens: nothing may be said against them. */
export function bystanders(): readonly DemoObject[] {
  return [
    { key: `${PREFIX}plain.bin`, what: 'an upload as any other', ...randomContent(100 * KIB), ...PROVED },
    {
      key: `${PREFIX}parts.bin`,
      what: 'parts, composite SHA256',
      ...randomContent(11 * MIB),
      partSizes: [5 * MIB, 5 * MIB, MIB],
      checksum: 'SHA256',
      checksumType: 'COMPOSITE',
      ...PROVED,
    },
    { key: `${PREFIX}secret.bin`, what: 'SSE-KMS', ...randomContent(30 * KIB), options: SSE_KMS, ...PROVED },
    {
      key: `${PREFIX}tagged.bin`,
      what: 'tags',
      ...randomContent(KIB),
      options: { Tagging: 'class=public&keep=1y' },
      ...PROVED,
    },
    ...['a+b 100%.txt', 'é/ü 😀.bin'].map((name): DemoObject => ({
      key: PREFIX + name,
      what: 'a key that others mangle',
      ...randomContent(KIB),
      ...PROVED,
    })),
  ];
}
