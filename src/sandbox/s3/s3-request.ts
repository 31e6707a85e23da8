import { createHash } from 'node:crypto';
import type { SandboxRequest } from '../service.ts';
import { S3Error } from './s3-error.ts';

/** A request with its address and parameters taken apart. */
export interface S3Request {
  readonly raw: SandboxRequest;
  /** Empty for the operations on no bucket. */
  readonly bucket: string;
  /** Decoded; empty for the operations on buckets. */
  readonly key: string;
  readonly query: URLSearchParams;
  /** Lower-case names; headers that a presigned URL carries in its query are among them. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The value of `x-amz-id-2` in the response. */
  readonly hostId: string;
}

export type Address = Pick<SandboxRequest, 'method' | 'rawPath' | 'query' | 'headers' | 'host'>;

/** Query parameters that authenticate a presigned URL. */
const SIGNING = /^x-amz-(algorithm|credential|date|expires|signature|signedheaders|security-token|content-sha256)$/i;

const VIRTUAL_HOST = /^(?<bucket>.+)\.localhost$/;

/** Bucket and raw key of a path-style or virtual-hosted request. */
export function splitAddress({ rawPath, host }: Address): { readonly bucket: string; readonly rawKey: string } {
  const path = rawPath.replace(/^\//, '');
  const virtual = VIRTUAL_HOST.exec(host)?.groups?.['bucket'];
  if (virtual !== undefined) return { bucket: virtual, rawKey: path };
  const slash = path.indexOf('/');
  return slash === -1 ? { bucket: path, rawKey: '' } : { bucket: path.slice(0, slash), rawKey: path.slice(slash + 1) };
}

/** Names of the parameters that are neither signing, nor headers, nor the SDK's own mark of the operation. */
export function parameterNames(query: URLSearchParams): readonly string[] {
  return [...query.keys()].filter((name) => name !== 'x-id' && !/^x-amz-/i.test(name));
}

export function toS3Request(raw: SandboxRequest): S3Request {
  const { bucket, rawKey } = splitAddress(raw);
  const key = decodeKey(rawKey);
  if (Buffer.byteLength(key) > 1024) {
    throw new S3Error('KeyTooLongError', 'Your key is too long', {
      details: { Size: String(Buffer.byteLength(key)), MaxSizeAllowed: '1024' },
    });
  }
  return {
    raw,
    bucket: decodeKey(bucket),
    key,
    query: raw.query,
    headers: headersOf(raw),
    hostId: hostIdOf(raw.requestId),
  };
}

export function hostIdOf(requestId: string): string {
  return createHash('sha256').update(requestId).digest('base64');
}

/** Presigning moves the headers of a request into its query. */
export function headersOf({
  headers,
  query,
}: Pick<Address, 'headers' | 'query'>): Readonly<Record<string, string | undefined>> {
  const hoisted = [...query]
    .filter(([name]) => /^x-amz-/i.test(name) && !SIGNING.test(name))
    .map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  return hoisted.length === 0 ? headers : { ...Object.fromEntries(hoisted), ...headers };
}

function decodeKey(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    throw new S3Error('InvalidURI', "Couldn't parse the specified URI.");
  }
}

/** A parameter that must be a whole number of at least 0, where it is given. */
export function integerParameter(name: string, value: string | null | undefined, limit: number): number | undefined {
  if (value === null || value === undefined) return undefined;
  if (!/^\d{1,10}$/.test(value) || Number(value) > 2 ** 31 - 1) {
    throw new S3Error('InvalidArgument', `Provided ${name} not an integer or within integer range`, {
      details: { ArgumentName: name, ArgumentValue: value },
    });
  }
  return Math.min(Number(value), limit);
}
