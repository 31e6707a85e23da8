import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

import { encodeKey } from '../s3/encode-key.ts';
import type { Job, ManifestOutput } from './job.ts';

/** A file that S3 leaves, and where. */
export interface LeftFile {
  readonly key: string;
  readonly body: string | Uint8Array;
}

/**
 * The list that S3 made of a bucket, in the form of an inventory: the rows, and the manifest that names them, which comes last.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
 */
export function generatedManifest(
  job: Job,
  { bucket, prefix }: ManifestOutput,
  sourceBucket: string,
): readonly LeftFile[] {
  const folder = `${prefix}${prefix === '' || prefix.endsWith('/') ? '' : '/'}${job.id}`;
  const rows = job.tasks.map(({ bucket: source, key, versionId = '' }) =>
    [source, encodeKey(key), versionId].map((column) => `"${column}"`).join(','),
  );
  const body = gzipSync(`${rows.join('\n')}\n`);
  const key = `${folder}/data/${createHash('sha1').update(job.id).digest('hex')}.csv.gz`;
  const manifest = {
    sourceBucket,
    destinationBucket: `arn:aws:s3:::${bucket}`,
    version: '2016-11-30',
    creationTimestamp: String(job.createdAtMs),
    fileFormat: 'CSV',
    fileSchema: 'Bucket, Key, VersionId',
    files: [{ key, size: body.length, MD5checksum: createHash('md5').update(body).digest('hex') }],
  };
  return [
    { key, body },
    { key: `${folder}/manifest.json`, body: JSON.stringify(manifest) },
  ];
}
