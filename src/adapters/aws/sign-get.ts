import { createHash, createHmac } from 'node:crypto';

/** Who signs. */
export interface SigningIdentity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** A GET without a body. */
export interface SignedGet {
  /** With the port, where it is not the usual one. */
  readonly host: string;
  /** Encoded, as it is sent. */
  readonly path: string;
  /** Encoded and in the order of its names. */
  readonly query: string;
  readonly region: string;
  readonly at: Date;
}

const EMPTY = createHash('sha256').update('').digest('hex');

/**
 * The headers that sign a GET for S3, some ten times faster than the SDK does it.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signGet(
  { host, path, query, region, at }: SignedGet,
  { accessKeyId, secretAccessKey, sessionToken }: SigningIdentity,
): Readonly<Record<string, string>> {
  const time = at.toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const day = time.slice(0, 8);
  const scope = `${day}/${region}/s3/aws4_request`;
  const signed: Readonly<Record<string, string>> = {
    host,
    'x-amz-content-sha256': EMPTY,
    'x-amz-date': time,
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
  };
  const names = Object.keys(signed);
  const lines = names.map((name) => `${name}:${signed[name] ?? ''}\n`).join('');
  const request = `GET\n${path}\n${query}\n${lines}\n${names.join(';')}\n${EMPTY}`;
  const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${createHash('sha256').update(request).digest('hex')}`;
  const key = signingKey(secretAccessKey, day, region);
  const signature = createHmac('sha256', key).update(text).digest('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...signed, authorization };
}

/** The same for all requests of a day: four of the five hashes of a signature. */
const signingKeys = new Map<string, Buffer>();
const MOST_KEYS = 16;

function signingKey(secret: string, day: string, region: string): Buffer {
  const name = `${day} ${region} ${secret}`;
  const known = signingKeys.get(name);
  if (known !== undefined) return known;
  const key = [day, region, 's3', 'aws4_request'].reduce(
    (before: Buffer, part) => createHmac('sha256', before).update(part).digest(),
    Buffer.from(`AWS4${secret}`),
  );
  if (signingKeys.size >= MOST_KEYS) signingKeys.clear();
  signingKeys.set(name, key);
  return key;
}

/** RFC 3986: everything but letters, digits and `-._~`. */
export function encodeQuery(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted((a, b) => (a < b ? -1 : 1))
    .join('&');
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
