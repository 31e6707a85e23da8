import { createHash } from 'node:crypto';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { formatReport } from './report.ts';

// What one writes first: the SDK as it comes, which validates a stored checksum on its own, and the MD5 for the ETag.
const [endpoint = '', Bucket = '', Key = ''] = process.argv.slice(2);
const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true });
const { Body, ETag, ChecksumCRC64NVME } = await client.send(new GetObjectCommand({ Bucket, Key }));
if (Body === undefined) throw new Error('expected a body, got none');
const md5 = createHash('md5');
for await (const chunk of Body as AsyncIterable<Uint8Array>) md5.update(chunk);
const matches = `"${md5.digest('hex')}"` === ETag;
process.stdout.write(
  formatReport([
    matches ? 'same etag' : 'other etag',
    ChecksumCRC64NVME === undefined ? 'no checksum' : 'validated checksum',
  ]),
);
