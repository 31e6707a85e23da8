import { createHash } from 'node:crypto';
import type { Checksum, ChecksumAlgorithm } from '../../model/checksum.ts';
import { createDigester } from '../../digest/digester.ts';
import { parseAcl } from './acl.ts';
import type { Body } from './body-store.ts';
import { checksumElement, parseAlgorithm } from './checksums.ts';
import { openCopySource, COPY_SOURCE_HEADERS, type CopySource } from './copy-source.ts';
import { encryptionHeaders, encryptionOf, spendKms } from './encryption.ts';
import { versionHeaders } from './find-version.ts';
import { lockOf } from './object-lock.ts';
import { parseObjectHeaders, parseStorageClass } from './object-headers.ts';
import { checkWriteConditions } from './preconditions.ts';
import { etagOf, OBJECT_HEADERS } from './put-object.ts';
import type { BucketOperation, Call, S3Cloud } from './s3-cloud.ts';
import { S3Error, invalidArgument } from './s3-error.ts';
import type { ObjectHeaders, ObjectVersion } from './stored.ts';
import { parseTaggingHeader } from './tags.ts';
import { writeVersion } from './write-version.ts';
import { buildXml } from './xml.ts';

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export const copyObject: BucketOperation = {
  name: 'CopyObject',
  on: 'object',
  method: 'PUT',
  selectingHeader: 'x-amz-copy-source',
  headers: [
    ...OBJECT_HEADERS,
    ...COPY_SOURCE_HEADERS,
    'x-amz-metadata-directive',
    'x-amz-tagging-directive',
    'x-amz-checksum-algorithm',
  ],
  async run(call) {
    const { cloud, request, bucket } = call;
    const { headers } = request;
    const source = openCopySource(call);
    const encryption = encryptionOf(headers, bucket);
    spendKms(call, encryption);
    const described = {
      headers: copiedHeaders(call, source.version),
      tags:
        directive(headers, 'x-amz-tagging-directive') === 'REPLACE'
          ? parseTaggingHeader(headers['x-amz-tagging'])
          : source.version.tags,
      acl: parseAcl(headers['x-amz-acl'], bucket) ?? 'private',
      encryption,
      lock: lockOf(cloud, headers, bucket),
    };
    refuseCopyOntoItself(call, source, described.headers);
    const asked = headers['x-amz-checksum-algorithm'];
    const algorithm =
      asked === undefined ? source.version.checksum.algorithm : parseAlgorithm(asked, 'x-amz-checksum-algorithm');
    const body = cloud.bodies.share(source.version.body);
    const { checksum, md5 } = await fingerprint(cloud, body, algorithm);
    try {
      checkWriteConditions(headers, bucket.objects.current(request.key));
    } catch (error) {
      await cloud.bodies.release(body);
      throw error;
    }
    const version = await writeVersion(
      call,
      {
        ...described,
        body,
        sizeBytes: body.sizeBytes,
        etag: etagOf(cloud, encryption, md5),
        checksum,
        checksumRequested: asked !== undefined || source.version.checksumRequested,
        parts: [],
      },
      { eventName: 'ObjectCreated:Copy' },
    );
    const result = {
      ETag: `"${version.etag}"`,
      LastModified: new Date(version.lastModifiedMs).toISOString(),
      [checksumElement(algorithm)]: checksum.base64,
      ChecksumType: checksum.type,
    };
    return {
      status: 200,
      headers: {
        'content-type': 'application/xml',
        ...versionHeaders(bucket, version),
        ...(source.bucket.versioning === undefined ? {} : { 'x-amz-copy-source-version-id': source.version.versionId }),
        ...encryptionHeaders(version.encryption),
      },
      body: buildXml('CopyObjectResult', result),
    };
  },
};

/** Reads the bytes once: a copy is a single part, whatever its source was, and its checksum is of the whole. */
async function fingerprint(
  { bodies }: S3Cloud,
  body: Body,
  algorithm: ChecksumAlgorithm,
): Promise<{ readonly checksum: Checksum; readonly md5: string }> {
  const digester = await createDigester(algorithm);
  const md5 = createHash('md5');
  for await (const chunk of bodies.read(body) as AsyncIterable<Uint8Array>) {
    digester.update(chunk);
    md5.update(chunk);
  }
  const base64 = Buffer.from(digester.digest()).toString('base64');
  return { checksum: { algorithm, type: 'FULL_OBJECT', base64 }, md5: md5.digest('hex') };
}

function copiedHeaders({ request: { headers } }: Call, source: ObjectVersion): ObjectHeaders {
  if (directive(headers, 'x-amz-metadata-directive') === 'REPLACE') return parseObjectHeaders(headers);
  return { ...source.headers, storageClass: parseStorageClass(headers['x-amz-storage-class'] ?? 'STANDARD') };
}

function directive(headers: Call['request']['headers'], name: string): 'COPY' | 'REPLACE' {
  const value = headers[name] ?? 'COPY';
  if (value === 'COPY' || value === 'REPLACE') return value;
  throw invalidArgument(name, value, `Unknown ${name}`);
}

function refuseCopyOntoItself({ request, bucket }: Call, source: CopySource, headers: ObjectHeaders): void {
  const onto = source.bucket === bucket && source.version.key === request.key && !source.versionNamed;
  const changes =
    directive(request.headers, 'x-amz-metadata-directive') === 'REPLACE' ||
    headers.storageClass !== source.version.headers.storageClass ||
    Object.keys(request.headers).some((name) => name.startsWith('x-amz-server-side-encryption'));
  if (onto && !changes) {
    throw new S3Error(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
}
