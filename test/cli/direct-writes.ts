import { Readable } from 'node:stream';
import type { Cloud } from '../../src/sandbox/cloud.ts';

export interface Place {
  readonly bucket: string;
  readonly region: string;
}

/** Writes into the S3 of a sandbox past its front: no HTTP, no signature, and no count of requests; replication goes on as ever. */
export interface DirectWrites {
  put(key: string, text: string): Promise<void>;
  /** Leaves a delete marker. */
  remove(key: string): Promise<void>;
}

export function createDirectWrites(cloud: Cloud, { bucket, region }: Place): DirectWrites {
  const { accessKeyId } = cloud.credentials;
  const principal = { accessKeyId, account: cloud.account, arn: `arn:aws:iam::${cloud.account}:user/admin` };
  let count = 0;

  async function send(method: 'PUT' | 'DELETE', key: string, text = ''): Promise<void> {
    count += 1;
    const bytes = Buffer.from(text);
    const headers = { 'content-length': String(bytes.length), 'x-amz-server-side-encryption': 'AES256' };
    const { status } = await cloud.s3.handle({
      service: 's3',
      region,
      principal,
      method,
      rawPath: `/${bucket}/${encodeURIComponent(key)}`,
      query: new URLSearchParams(),
      headers: method === 'PUT' ? headers : {},
      body: Readable.from(bytes.length === 0 ? [] : [bytes]),
      host: 'localhost',
      requestId: `direct-${count}`,
    });
    if (status >= 300) throw new Error(`${method} ${key}: ${status}`);
  }

  return { put: async (key, text) => send('PUT', key, text), remove: async (key) => send('DELETE', key) };
}
