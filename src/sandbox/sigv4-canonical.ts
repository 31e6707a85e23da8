import { createHash, createHmac } from 'node:crypto';

/** The parts of a request that a signature covers. */
export interface SignedParts {
  readonly method: string;
  readonly rawPath: string;
  /** Decoded names and values, without `X-Amz-Signature`. */
  readonly query: readonly (readonly [string, string])[];
  /** Lower-case names; several values of one header joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** Lower case, in the order in which the client lists them. */
  readonly signedHeaders: readonly string[];
  /** Hex digest, or one of S3's words for a payload that is not covered. */
  readonly payloadHash: string;
}

/** One Region and a shared secret, or any Region and a pair of keys: Signature Version 4 and its asymmetric sister. */
export type SigningAlgorithm = 'AWS4-HMAC-SHA256' | 'AWS4-ECDSA-P256-SHA256';

export interface CredentialScope {
  readonly algorithm: SigningAlgorithm;
  /** `YYYYMMDD`. */
  readonly date: string;
  /** `*` where the signature is good for every Region. */
  readonly region: string;
  readonly service: string;
}

/**
 * What the client had to sign.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function toStringToSign(parts: SignedParts, scope: CredentialScope, date: string): string {
  // The asymmetric one names its Regions in a header instead.
  const region = scope.algorithm === 'AWS4-HMAC-SHA256' ? [scope.region] : [];
  const scopeText = [scope.date, ...region, scope.service, 'aws4_request'].join('/');
  return [scope.algorithm, date, scopeText, sha256(toCanonicalRequest(parts, scope.service))].join('\n');
}

function toCanonicalRequest(parts: SignedParts, service: string): string {
  const headers = parts.signedHeaders.map((name) => `${name}:${trimAll(parts.headers[name] ?? '')}\n`).join('');
  return [
    parts.method,
    service === 's3' ? parts.rawPath : normalisePath(parts.rawPath),
    toCanonicalQuery(parts.query),
    headers,
    parts.signedHeaders.join(';'),
    parts.payloadHash,
  ].join('\n');
}

/** S3 signs the path as sent, once encoded, because `//` and `..` are keys there. Everybody else normalises and encodes again. */
function normalisePath(rawPath: string): string {
  const segments: string[] = [];
  for (const segment of rawPath.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(encode(segment));
  }
  const slash = rawPath.endsWith('/') && segments.length > 0 ? '/' : '';
  return `/${segments.join('/')}${slash}`;
}

function toCanonicalQuery(query: SignedParts['query']): string {
  return query
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .toSorted(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function trimAll(value: string): string {
  return value.trim().replaceAll(/ +/g, ' ');
}

/** RFC 3986: everything but letters, digits and `-._~`. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** HMAC of a text under the key derived from the secret for one day, Region and service, in hex. */
export function sign(secretAccessKey: string, scope: CredentialScope, text: string): string {
  const steps = [scope.date, scope.region, scope.service, 'aws4_request'];
  const key = steps.reduce<string | Buffer>(
    (derived, step) => createHmac('sha256', derived).update(step).digest(),
    `AWS4${secretAccessKey}`,
  );
  return createHmac('sha256', key).update(text).digest('hex');
}

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
