import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { randomText } from '../random.ts';
import type { S3Service } from '../s3/s3-service.ts';
import type { SandboxRequest, SandboxResponse } from '../service.ts';
import { JobFailure } from './job-failure.ts';
import type { Job } from './job.ts';

/** What a job needs to read and write objects under its role. */
export interface RoleSite {
  readonly random: () => number;
  readonly s3: Pick<S3Service, 'batch' | 'handle'>;
}

interface Address {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

/** Reads an object. Throws `JobFailure`. The ETag is without quotes. */
export async function readAsRole(
  site: RoleSite,
  job: Job,
  { bucket, key, versionId }: Address,
): Promise<{ readonly etag: string; readonly content: string }> {
  const action = versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion';
  const query = new URLSearchParams(versionId === undefined ? [] : [['versionId', versionId]]);
  const { status, headers, body } = await send(site, job, { action, bucket, key }, { method: 'GET', query });
  if (status !== 200 || !(body instanceof Readable))
    throw new JobFailure('ManifestNotFound', `${key} cannot be read from ${bucket}: ${status}`);
  return { etag: unquoted(headers?.['etag']), content: await text(body) };
}

/** A file, and the account that its bucket must belong to. */
export interface WrittenFile extends Pick<Address, 'bucket' | 'key'> {
  readonly body: string | Uint8Array;
  readonly expectedOwner?: string;
}

/** Writes an object, encrypted by S3 itself, and gives its ETag. Throws `JobFailure`. */
export async function writeAsRole(
  site: RoleSite,
  job: Job,
  { bucket, key, body, expectedOwner }: WrittenFile,
): Promise<string> {
  const content = Buffer.from(body);
  const { status, headers } = await send(
    site,
    job,
    { action: 's3:PutObject', bucket, key },
    {
      method: 'PUT',
      headers: {
        'content-length': String(content.length),
        'x-amz-server-side-encryption': 'AES256',
        ...(expectedOwner === undefined ? {} : { 'x-amz-expected-bucket-owner': expectedOwner }),
      },
      body: Readable.from([content]),
    },
  );
  if (status >= 300) throw new JobFailure('AccessDenied', `${key} cannot be written to ${bucket}: ${status}`);
  return unquoted(headers?.['etag']);
}

async function send(
  { s3, random }: RoleSite,
  { plan, region }: Job,
  { action, bucket, key }: Pick<Address, 'bucket' | 'key'> & { readonly action: string },
  request: Partial<SandboxRequest> & Pick<SandboxRequest, 'method'>,
): Promise<SandboxResponse> {
  const { batch } = s3;
  if (batch.bucket(bucket) !== undefined && !batch.may(plan.role, action, { bucket, key }))
    throw new JobFailure('AccessDenied', `the role ${plan.role} lacks ${action} on ${bucket}/${key}`);
  return await s3.handle({
    service: 's3',
    region: batch.bucket(bucket)?.region ?? region,
    principal: batch.principal(plan.role),
    rawPath: `/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`,
    query: new URLSearchParams(),
    headers: {},
    body: Readable.from([]),
    host: '127.0.0.1',
    requestId: randomText(random, 16, '0123456789ABCDEF'),
    ...request,
  });
}

function unquoted(etag = ''): string {
  return etag.replaceAll('"', '');
}
