import { KIB, MIB, randomContent, SSE_KMS } from './content.ts';
import type { DemoObject, Expectation } from './demo-object.ts';

const VERIFIED: Expectation = { kind: 'verified' };

/** Objects that something happens to: real damage that must be found, and trouble that must not be taken for damage. */
export function troubledObjects(random: () => number): readonly DemoObject[] {
  const part = 1 + Math.floor(random() * 3);
  const at = (size: number): number => Math.floor(random() * size);
  const damaged = ['content-differs-from-checksum', 'content-differs-from-etag', 'size-differs'];
  return [
    trouble('flip/one-byte.bin', 'one byte flips after the upload', randomContent(200 * KIB), {
      expect: { kind: 'violated', codes: damaged },
      faults: [{ kind: 'flip', offset: at(200 * KIB) }],
    }),
    trouble('flip/part.bin', `one byte flips in part ${part} of 3`, randomContent(16 * MIB), {
      partSizes: [5 * MIB, 5 * MIB, 6 * MIB],
      checksum: 'SHA1',
      checksumType: 'COMPOSITE',
      expect: { kind: 'violated', codes: damaged, damagedPart: part },
      faults: [{ kind: 'flip', offset: (part - 1) * 5 * MIB + at(5 * MIB) }],
    }),
    trouble('flip/secret.bin', 'one byte flips in an SSE-KMS object', randomContent(80 * KIB), {
      options: SSE_KMS,
      expect: { kind: 'violated', codes: damaged },
      faults: [{ kind: 'flip', offset: at(80 * KIB) }],
    }),
    trouble('truncate/short.bin', 'the end is cut off after the upload', randomContent(120 * KIB), {
      expect: { kind: 'violated', codes: damaged },
      faults: [{ kind: 'truncate', offset: at(119 * KIB) }],
    }),
    trouble('throttle/s3.bin', '503 SlowDown four times, then well', randomContent(30 * KIB), {
      expect: VERIFIED,
      faults: [{ kind: 'throttle', operation: 'GetObject', times: 4 }],
    }),
    trouble('throttle/kms.bin', 'KMS throttles it four times', randomContent(30 * KIB), {
      options: SSE_KMS,
      expect: VERIFIED,
      faults: [{ kind: 'kms-throttle', operation: 'GetObject', times: 4 }],
    }),
    trouble('key/disabled.bin', 'its KMS key is disabled', randomContent(30 * KIB), {
      options: SSE_KMS,
      expect: { kind: 'unverifiable', reason: 'key-unusable' },
      faults: [{ kind: 'key-unusable', operation: 'GetObject' }],
    }),
    trouble('events/twice.txt', 'its event comes twice', randomContent(5 * KIB), {
      expect: VERIFIED,
      faults: [{ kind: 'duplicate-event', times: 1 }],
    }),
    trouble('events/late.txt', 'its event comes late', randomContent(5 * KIB), {
      expect: VERIFIED,
      faults: [{ kind: 'delay-event', delayMs: 4_000 }],
    }),
    trouble('events/reordered.txt', 'its events change places', randomContent(5 * KIB), {
      expect: VERIFIED,
      faults: [{ kind: 'reorder-events' }],
      afterwards: 'overwrite',
    }),
  ];
}

function trouble(
  key: string,
  what: string,
  content: Pick<DemoObject, 'sizeBytes' | 'content'>,
  rest: Omit<DemoObject, 'key' | 'what' | 'sizeBytes' | 'content'>,
): DemoObject {
  return { key, what, ...content, ...rest };
}
