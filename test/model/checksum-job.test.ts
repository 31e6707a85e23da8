import { describe, expect, it } from 'vitest';
import { type ChecksumJobRequest, toChecksumJobDocument } from '../../src/model/checksum-job.ts';

const request: ChecksumJobRequest = {
  account: '111122223333',
  region: 'us-east-1',
  manifest: { bucket: 'ops', key: 'cc/list.csv', etag: 'e', versions: true },
  order: { algorithm: 'SHA256', type: 'FULL_OBJECT' },
  role: 'arn:aws:iam::111122223333:role/checksums',
  report: { bucket: 'ops', prefix: 'cc' },
  description: 'd',
  token: 't',
};

describe('a job that computes checksums', () => {
  it('reports on every task, to a bucket of its account, and waits for nobody', () => {
    expect(toChecksumJobDocument(request)).toMatchObject({
      ConfirmationRequired: false,
      Operation: { S3ComputeObjectChecksum: { ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' } },
      Manifest: {
        Spec: { Fields: ['Bucket', 'Key', 'VersionId'] },
        Location: { ObjectArn: 'arn:aws:s3:::ops/cc/list.csv', ETag: 'e' },
      },
      Report: { Enabled: true, ReportScope: 'AllTasks', ExpectedBucketOwner: '111122223333' },
    });
  });

  it('has no column for versions where there are none', () => {
    const manifest = { ...request.manifest, versions: false };
    expect(toChecksumJobDocument({ ...request, manifest }).Manifest.Spec.Fields).toEqual(['Bucket', 'Key']);
  });
});
