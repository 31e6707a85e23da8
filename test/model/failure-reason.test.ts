import { expect, it } from 'vitest';
import { FAILURE_REASONS, findReason, isHarmless } from '../../src/model/failure-reason.ts';

it.each(Object.keys(FAILURE_REASONS))('finds %s whatever its case', (reason) => {
  expect([findReason(reason), findReason(reason.toUpperCase())]).toEqual([reason, reason]);
});

it.each([
  ['DstMultipartPartUploadNotPermitted', 'DstMultipartUploadNotPermitted'],
  ['SomethingOf2031', undefined],
  ['constructor', undefined],
  ['', undefined],
])('takes %j for %s', (name, reason) => {
  expect(findReason(name)).toBe(reason);
});

it.each([
  ['SrcKeyNotFound', true],
  ['srcversionnotfound', true],
  ['SrcObjectNotFound', true],
  ['SrcReplicationNotPending', true],
  ['SrcObjectNotEligible', false],
  ['DstVersionNotFound', false],
  ['SomethingOf2031', false],
  [undefined, false],
])('%s is harmless: %s', (reason, harmless) => {
  expect(isHarmless(reason)).toBe(harmless);
});
