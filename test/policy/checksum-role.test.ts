import { describe, expect, it } from 'vitest';
import { createChecksumRole } from '../../src/policy/checksum-role.ts';

describe('the role of jobs that compute checksums', () => {
  it('reads both buckets and its lists, and writes nothing but reports', () => {
    const [create, allow] = createChecksumRole('checksums', {
      buckets: [
        { bucket: 'a', region: 'us-east-1' },
        { bucket: 'b', region: 'cn-north-1' },
      ],
      places: [{ bucket: 'ops', region: 'us-east-1', prefix: 'cc' }],
    });
    expect(create).toContain('batchoperations.s3.amazonaws.com');
    for (const text of ['s3:GetObjectVersion', 'arn:aws:s3:::a/*', 'arn:aws-cn:s3:::b/*', 'arn:aws:s3:::ops/cc/*'])
      expect(allow).toContain(text);
    expect(allow?.match(/s3:[A-Z][A-Za-z]+/g)).toEqual(['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject']);
  });
});
