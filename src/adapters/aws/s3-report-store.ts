import { Readable } from 'node:stream';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { HoldfastError } from '../../errors.ts';
import type { BucketRef } from '../../model/bucket-settings.ts';
import { splitLines } from '../../model/split-lines.ts';
import type { Call, ReportStore } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { toFailure, translateError } from './translate-error.ts';
import { type Upload, uploadInParts } from './upload-in-parts.ts';

/** Objects of one bucket of ours, which hold the reports of audits. */
export function createS3ReportStore(clients: Pick<Clients, 's3'>, { bucket: Bucket, region }: BucketRef): ReportStore {
  const client = () => clients.s3(region);

  async function open(key: string, { signal }: Call): Promise<Readable | undefined> {
    try {
      const { Body: body } = await client().send(new GetObjectCommand({ Bucket, Key: key }), { abortSignal: signal });
      if (body instanceof Readable) return body;
      throw new HoldfastError('unexpected', 'ReportStore.get', `expected a stream of ${key}`);
    } catch (error) {
      if (toFailure(error).status === 404) return undefined;
      throw translateError(error, 'ReportStore.get');
    }
  }

  return {
    async get(key, call) {
      const body = await open(key, call);
      if (body === undefined) return undefined;
      const chunks: Buffer[] = [];
      for await (const chunk of body) chunks.push(Buffer.from(chunk));
      return Buffer.concat(chunks).toString();
    },
    async *lines(key, call) {
      const input = await open(key, call);
      if (input === undefined) throw new HoldfastError('unexpected', 'ReportStore.lines', `expected ${key}, got none`);
      yield* splitLines(input);
    },
    async *list(prefix, { signal }) {
      let token: string | undefined;
      do {
        const page = await listPage({ prefix, token, signal });
        for (const { Key: key } of page.Contents ?? []) if (key !== undefined) yield key;
        token = page.NextContinuationToken;
      } while (token !== undefined);
    },
    async create(key, text, { signal }) {
      try {
        const put = {
          Bucket,
          Key: key,
          Body: Buffer.from(text),
          ContentType: 'application/json',
          ChecksumAlgorithm: 'CRC32',
        } as const;
        await client().send(new PutObjectCommand({ ...put, IfNoneMatch: '*' }), { abortSignal: signal });
        return true;
      } catch (error) {
        if (toFailure(error).status === 412) return false;
        throw translateError(error, 'ReportStore.create');
      }
    },
    async write(key, chunks, { contentType, lock, signal }) {
      try {
        const object: Upload['object'] = {
          Bucket,
          Key: key,
          ContentType: contentType,
          ChecksumAlgorithm: 'CRC32', // a bucket with Object Lock takes nothing without one
          ...(lock === undefined
            ? {}
            : {
                ObjectLockMode: lock.mode === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE',
                ObjectLockRetainUntilDate: lock.until,
              }),
        };
        return await uploadInParts(client(), { object, chunks }, { signal });
      } catch (error) {
        throw error instanceof HoldfastError ? error : translateError(error, 'ReportStore.write');
      }
    },
  };

  async function listPage({
    prefix,
    token,
    signal,
  }: Call & { readonly prefix: string; readonly token: string | undefined }) {
    try {
      const asked = { Bucket, Prefix: prefix, ...(token === undefined ? {} : { ContinuationToken: token }) };
      return await client().send(new ListObjectsV2Command(asked), { abortSignal: signal });
    } catch (error) {
      throw translateError(error, 'ReportStore.list');
    }
  }
}
