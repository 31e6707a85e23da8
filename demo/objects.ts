import { randomBytes } from 'node:crypto';
import { createDigester } from '../src/digest/digester.ts';
import { KMS_KEY } from './places.ts';
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm } from '../src/model/checksum.ts';

export const KIB = 1024;
export const MIB: number = 1024 * KIB;

/** What a subscriber of the alerts must have heard about a version in the end. */
export type Expectation =
  | { readonly kind: 'verified' }
  /** One of these codes, and nothing said for the object. */
  | { readonly kind: 'violated'; readonly codes: readonly string[]; readonly damagedPart?: number }
  | { readonly kind: 'unverifiable'; readonly reason: string };

/** A fault that is planted through the control API before the upload it damages. */
export type PlannedFault = Readonly<Record<string, string | number | boolean>> & { readonly kind: string };

/** One upload of the show. */
export interface DemoObject {
  readonly key: string;
  /** For people: what is special about it. */
  readonly what: string;
  readonly content: Uint8Array;
  /** Sizes in bytes, in order; absent: one PUT. */
  readonly partSizes?: readonly number[];
  /** Members of PutObject or CreateMultipartUpload beyond the obvious. */
  readonly options?: Readonly<Record<string, string>>;
  /** A checksum that is computed here and sent along. */
  readonly checksum?: ChecksumAlgorithm;
  readonly checksumType?: 'COMPOSITE' | 'FULL_OBJECT';
  readonly expect: Expectation;
  /** What is expected of the replica; absent: none is made. */
  readonly expectReplica?: Expectation;
  readonly faults?: readonly PlannedFault[];
  /** What happens to the version right after the upload; its content stays provable. */
  readonly afterwards?: 'overwrite' | 'delete';
}

/** SSE-KMS with the key that the configuration lets Holdfast's roles use. */
const KMS = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KMS_KEY };

const VERIFIED: Expectation = { kind: 'verified' };

/** Everything under this prefix is replicated by the demo's rule. */
export const REPLICATED = 'orders/';

/** Real bytes: random, so that no two objects are alike and nothing compresses. */
function bytes(size: number): Uint8Array {
  return randomBytes(size);
}

/** Healthy objects of every kind: nothing may ever be said against one of them. */
export function healthyObjects(): readonly DemoObject[] {
  const multipart = { expect: VERIFIED, expectReplica: VERIFIED };
  return [
    {
      key: `${REPLICATED}invoice-0042.pdf`,
      what: 'the SDK as it is',
      content: bytes(300 * KIB),
      expect: VERIFIED,
      expectReplica: VERIFIED,
    },
    ...CHECKSUM_ALGORITHMS.map((algorithm): DemoObject => ({
      key: `${REPLICATED}checksums/${algorithm.toLowerCase()}.bin`,
      what: `${algorithm} sent along`,
      content: bytes(100 * KIB),
      checksum: algorithm,
      expect: VERIFIED,
      expectReplica: VERIFIED,
    })),
    { key: `${REPLICATED}empty`, what: 'zero bytes', content: bytes(0), expect: VERIFIED, expectReplica: VERIFIED },
    ...[
      'a+b.txt',
      '100%.csv',
      'with space & (more).txt',
      'é/ü 😀.bin',
      '~!@#$=;:,\'".txt',
      `${'k'.repeat(1_016)}.bin`,
    ].map((name): DemoObject => ({
      key: `odd/${name}`,
      what: 'a key that others mangle',
      content: bytes(10 * KIB),
      expect: VERIFIED,
    })),
    {
      key: `${REPLICATED}parts/composite.bin`,
      what: 'three parts, composite SHA256',
      content: bytes(11 * MIB),
      partSizes: [5 * MIB, 5 * MIB, MIB],
      checksum: 'SHA256',
      checksumType: 'COMPOSITE',
      ...multipart,
    },
    {
      key: `${REPLICATED}parts/odd-sizes.bin`,
      what: 'parts of odd sizes, composite CRC32C',
      content: bytes(15 * MIB + 12_345),
      partSizes: [5 * MIB + 1, 7 * MIB - 3, 3 * MIB + 12_347],
      checksum: 'CRC32C',
      checksumType: 'COMPOSITE',
      ...multipart,
    },
    {
      key: `${REPLICATED}parts/full-object.bin`,
      what: '64 MiB in eight parts, full-object CRC64NVME',
      content: bytes(64 * MIB),
      partSizes: Array.from({ length: 8 }, () => 8 * MIB),
      checksum: 'CRC64NVME',
      checksumType: 'FULL_OBJECT',
      ...multipart,
    },
    { key: 'kms/secret.bin', what: 'SSE-KMS', content: bytes(50 * KIB), options: KMS, expect: VERIFIED },
    {
      key: 'kms/parts.bin',
      what: 'SSE-KMS in two parts',
      content: bytes(6 * MIB),
      partSizes: [5 * MIB, MIB],
      checksum: 'CRC32',
      checksumType: 'COMPOSITE',
      options: KMS,
      expect: VERIFIED,
    },
    {
      key: `${REPLICATED}overwritten.txt`,
      what: 'overwritten at once',
      content: bytes(KIB),
      expect: VERIFIED,
      expectReplica: VERIFIED,
      afterwards: 'overwrite',
    },
    {
      key: `${REPLICATED}deleted.txt`,
      what: 'deleted at once (a marker)',
      content: bytes(KIB),
      expect: VERIFIED,
      expectReplica: VERIFIED,
      afterwards: 'delete',
    },
    {
      key: 'cold/archive.tar',
      what: 'Glacier Flexible Retrieval',
      content: bytes(20 * KIB),
      options: { StorageClass: 'GLACIER' },
      expect: { kind: 'unverifiable', reason: 'archived' },
    },
  ];
}

/** Objects that something happens to: real damage that must be found, and trouble that must not be taken for damage. */
export function troubledObjects(random: () => number): readonly DemoObject[] {
  const part = 1 + Math.floor(random() * 3);
  const at = (size: number): number => Math.floor(random() * size);
  const damaged = ['content-differs-from-checksum', 'content-differs-from-etag', 'size-differs'];
  return [
    trouble('flip/one-byte.bin', 'one byte flips after the upload', bytes(200 * KIB), {
      expect: { kind: 'violated', codes: damaged },
      faults: [{ kind: 'flip', offset: at(200 * KIB) }],
    }),
    trouble('flip/part.bin', `one byte flips in part ${part} of 3`, bytes(16 * MIB), {
      partSizes: [5 * MIB, 5 * MIB, 6 * MIB],
      checksum: 'SHA1',
      checksumType: 'COMPOSITE',
      expect: { kind: 'violated', codes: damaged, damagedPart: part },
      faults: [{ kind: 'flip', offset: (part - 1) * 5 * MIB + at(5 * MIB) }],
    }),
    trouble('flip/secret.bin', 'one byte flips in an SSE-KMS object', bytes(80 * KIB), {
      options: KMS,
      expect: { kind: 'violated', codes: damaged },
      faults: [{ kind: 'flip', offset: at(80 * KIB) }],
    }),
    trouble('truncate/short.bin', 'the end is cut off after the upload', bytes(120 * KIB), {
      expect: { kind: 'violated', codes: damaged },
      faults: [{ kind: 'truncate', offset: at(119 * KIB) }],
    }),
    trouble('throttle/slow-down.bin', '503 SlowDown twice, then well', bytes(30 * KIB), {
      expect: VERIFIED,
      faults: [{ kind: 'throttle', operation: 'GetObject', times: 4 }],
    }),
    trouble('throttle/kms.bin', 'KMS throttles it for a while', bytes(30 * KIB), {
      options: KMS,
      expect: VERIFIED,
      faults: [{ kind: 'kms-throttle', operation: 'GetObject', times: 4 }],
    }),
    trouble('key/disabled.bin', 'its KMS key is disabled', bytes(30 * KIB), {
      options: KMS,
      expect: { kind: 'unverifiable', reason: 'key-unusable' },
      faults: [{ kind: 'key-unusable', operation: 'GetObject' }],
    }),
    trouble('events/twice.txt', 'its event comes three times', bytes(5 * KIB), {
      expect: VERIFIED,
      faults: [{ kind: 'duplicate-event', times: 2 }],
    }),
    trouble('events/late.txt', 'its event comes late', bytes(5 * KIB), {
      expect: VERIFIED,
      faults: [{ kind: 'delay-event', delayMs: 4_000 }],
    }),
    trouble('events/reordered.txt', 'its events change places', bytes(5 * KIB), {
      expect: VERIFIED,
      faults: [{ kind: 'reorder-events' }],
      afterwards: 'overwrite',
    }),
  ];
}

function trouble(
  key: string,
  what: string,
  content: Uint8Array,
  rest: Omit<DemoObject, 'key' | 'what' | 'content'>,
): DemoObject {
  return { key, what, content, ...rest };
}

/** Base64 of the digest, as S3 wants it. */
export async function digestOf(algorithm: ChecksumAlgorithm, content: Uint8Array): Promise<string> {
  const digester = await createDigester(algorithm);
  digester.update(content);
  return Buffer.from(digester.digest()).toString('base64');
}
