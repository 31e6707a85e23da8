import { CHECKSUM_ALGORITHMS } from '../src/model/checksum.ts';
import { KIB, MIB, randomContent, SSE_KMS } from './content.ts';
import type { DemoObject, Expectation } from './demo-object.ts';
import { REPLICATED_PREFIX } from './places.ts';

const VERIFIED: Expectation = { kind: 'verified' };

/** Healthy objects of every kind: nothing may ever be said against one of them. */
export function healthyObjects(): readonly DemoObject[] {
  const multipart = { expect: VERIFIED, expectReplica: VERIFIED };
  return [
    {
      key: `${REPLICATED_PREFIX}invoice-0042.pdf`,
      what: 'the SDK as it is',
      ...randomContent(300 * KIB),
      expect: VERIFIED,
      expectReplica: VERIFIED,
    },
    ...CHECKSUM_ALGORITHMS.map((algorithm): DemoObject => ({
      key: `${REPLICATED_PREFIX}sums/${algorithm.toLowerCase()}.bin`,
      what: `${algorithm} sent along`,
      ...randomContent(100 * KIB),
      checksum: algorithm,
      expect: VERIFIED,
      expectReplica: VERIFIED,
    })),
    {
      key: `${REPLICATED_PREFIX}empty`,
      what: 'zero bytes',
      ...randomContent(0),
      expect: VERIFIED,
      expectReplica: VERIFIED,
    },
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
      ...randomContent(10 * KIB),
      expect: VERIFIED,
    })),
    {
      key: `${REPLICATED_PREFIX}parts/three.bin`,
      what: 'three parts, composite SHA256',
      ...randomContent(11 * MIB),
      partSizes: [5 * MIB, 5 * MIB, MIB],
      checksum: 'SHA256',
      checksumType: 'COMPOSITE',
      ...multipart,
    },
    {
      key: `${REPLICATED_PREFIX}parts/odd.bin`,
      what: 'parts of odd sizes, composite CRC32C',
      ...randomContent(15 * MIB + 12_345),
      partSizes: [5 * MIB + 1, 7 * MIB - 3, 3 * MIB + 12_347],
      checksum: 'CRC32C',
      checksumType: 'COMPOSITE',
      ...multipart,
    },
    {
      key: `${REPLICATED_PREFIX}parts/whole.bin`,
      what: '64 MiB in eight parts, full-object CRC64NVME',
      ...randomContent(64 * MIB),
      partSizes: Array.from({ length: 8 }, () => 8 * MIB),
      checksum: 'CRC64NVME',
      checksumType: 'FULL_OBJECT',
      ...multipart,
    },
    { key: 'kms/secret.bin', what: 'SSE-KMS', ...randomContent(50 * KIB), options: SSE_KMS, expect: VERIFIED },
    {
      key: 'kms/parts.bin',
      what: 'SSE-KMS in two parts',
      ...randomContent(6 * MIB),
      partSizes: [5 * MIB, MIB],
      checksum: 'CRC32',
      checksumType: 'COMPOSITE',
      options: SSE_KMS,
      expect: VERIFIED,
    },
    {
      key: `${REPLICATED_PREFIX}overwritten.txt`,
      what: 'overwritten at once',
      ...randomContent(KIB),
      expect: VERIFIED,
      expectReplica: VERIFIED,
      afterwards: 'overwrite',
    },
    {
      key: `${REPLICATED_PREFIX}deleted.txt`,
      what: 'deleted at once (a marker)',
      ...randomContent(KIB),
      expect: VERIFIED,
      expectReplica: VERIFIED,
      afterwards: 'delete',
    },
    {
      key: 'cold/archive.tar',
      what: 'Glacier Flexible Retrieval',
      ...randomContent(20 * KIB),
      options: { StorageClass: 'GLACIER' },
      expect: { kind: 'unverifiable', reason: 'archived' },
    },
  ];
}
