import { createHash, createHmac } from 'node:crypto';
import type { SigningIdentity } from './sign-get.ts';

/** A POST to `/` of a service that has a name in signatures. */
export interface SignedPost {
  readonly service: string;
  readonly region: string;
  /** With the port, where it is not the usual one. */
  readonly host: string;
  /** Named in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly at: Date;
}

/**
 * The headers with which it is sent, for services that the project has no client of.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signPost(
  { service, region, host, headers, body, at }: SignedPost,
  { accessKeyId, secretAccessKey, sessionToken }: SigningIdentity,
): Readonly<Record<string, string>> {
  const time = at.toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const parts = [time.slice(0, 8), region, service, 'aws4_request'];
  const signed: Readonly<Record<string, string>> = {
    ...headers,
    host,
    'x-amz-date': time,
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
  };
  const names = Object.keys(signed).toSorted();
  const lines = names.map((name) => `${name}:${signed[name] ?? ''}\n`).join('');
  const request = `POST\n/\n\n${lines}\n${names.join(';')}\n${sha256(body)}`;
  const text = `AWS4-HMAC-SHA256\n${time}\n${parts.join('/')}\n${sha256(request)}`;
  const signature = hmac(parts.reduce(hmac, Buffer.from(`AWS4${secretAccessKey}`)), text).toString('hex');
  const credential = `Credential=${accessKeyId}/${parts.join('/')}`;
  return {
    ...signed,
    authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  };
}

function hmac(key: Buffer, part: string): Buffer {
  return createHmac('sha256', key).update(part).digest();
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
