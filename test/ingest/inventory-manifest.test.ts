import { describe, expect, it } from 'vitest';
import { parseInventoryManifest } from '../../src/ingest/inventory-manifest.ts';

const MANIFEST = {
  sourceBucket: 'orders-use1',
  destinationBucket: 'arn:aws:s3:::ops-reports',
  version: '2016-11-30',
  creationTimestamp: '1793581200000',
  fileFormat: 'CSV',
  fileSchema: 'Bucket, Key, VersionId, Size',
  files: [{ key: 'inv/data/1.csv.gz', size: 21, MD5checksum: 'F11166069F1990ABEB9C97ACE9CDFABC' }],
};

const parse = (changes: object) =>
  parseInventoryManifest(JSON.stringify({ ...MANIFEST, ...changes }), 's3://b/manifest.json');

describe('the manifest of an inventory', () => {
  it('says what was listed, when, and in which files', () => {
    expect(parse({})).toEqual({
      sourceBucket: 'orders-use1',
      startedAt: new Date(1_793_581_200_000),
      format: 'CSV',
      columns: ['bucket', 'key', 'versionid', 'size'],
      files: [{ key: 'inv/data/1.csv.gz', sizeBytes: 21, md5: 'f11166069f1990abeb9c97ace9cdfabc' }],
    });
    expect(parse({ fileFormat: 'Parquet', fileSchema: 'message s3.inventory {}' })).toMatchObject({
      format: 'Parquet',
      columns: [],
    });
  });

  it('is refused with everything that is wrong', () => {
    expect(() => parseInventoryManifest('text', 'x')).toThrow(
      'x is no manifest of S3 Inventory: expected JSON; no sourceBucket; no creationTimestamp; no fileFormat of CSV, ORC or Parquet; no fileSchema; no list of files',
    );
    expect(() => parse({ files: [{ key: 'a' }] })).toThrow('no list of files with key, size and MD5checksum');
    expect(() => parse({ files: [{ key: 'a', MD5checksum: 'm', size: '1' }, 7] })).toThrow('no list of files');
    expect(() => parse({ fileFormat: 'XML' })).toThrow('no fileFormat');
  });
});
