import { describe, expect, it } from 'vitest';
import type { VerifyRule } from '../../src/model/config.ts';
import { policyFor } from '../../src/policy/verify-rule.ts';

function rule(bucket: string, prefix: string): VerifyRule {
  return { bucket, prefix, evidence: 'etag', declared: [] };
}

const RULES = [rule('b', 'log/'), rule('b', 'log/audit/'), rule('b', 'log/a'), rule('c', '')];

describe('policyFor', () => {
  it.each([
    ['the only match', 'b', 'log/x', 'log/'],
    ['the longest of several', 'b', 'log/audit/1', 'log/audit/'],
    ['the longest, whatever the order', 'b', 'log/app', 'log/a'],
    ['an empty prefix', 'c', 'log/audit/1', ''],
  ])('takes %s', (_, bucket, key, prefix) => {
    for (const verify of [RULES, RULES.toReversed()]) {
      expect(policyFor({ verify }, { bucket, key })).toEqual(rule(bucket, prefix));
    }
  });

  it.each([
    ['another bucket', 'd', 'log/x'],
    ['another prefix', 'b', 'LOG/x'],
  ])('reads the bytes of %s', (_, bucket, key) => {
    expect(policyFor({ verify: RULES }, { bucket, key })).toEqual({
      bucket,
      prefix: '',
      evidence: 'computed-checksum',
      declared: [],
    });
  });
});
