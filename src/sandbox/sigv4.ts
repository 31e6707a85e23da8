import { timingSafeEqual } from 'node:crypto';

import { AwsError, errorStyle } from './aws-error.ts';
import type { Identity } from './credentials.ts';
import { sign, toStringToSign, type CredentialScope, type SignedParts } from './sigv4-canonical.ts';

/** What a client claims to have signed, from the Authorization header or from the query of a presigned URL. */
export interface SignatureClaim extends CredentialScope {
  readonly accessKeyId: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `YYYYMMDDTHHMMSSZ` as sent. */
  readonly timestamp: string;
  /** Seconds for which a presigned URL is good. */
  readonly expiresIn?: number;
  readonly sessionToken?: string;
}

export interface UnverifiedRequest extends Omit<SignedParts, 'signedHeaders'> {
  readonly claim: SignatureClaim;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** How far a client's clock may be off. @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const TOLERATED_SKEW_MS = 15 * 60 * 1000;

/** Throws `AwsError` when there is no claim, or none that can be read. */
export function parseClaim(
  headers: Readonly<Record<string, string>>,
  query: readonly (readonly [string, string])[],
): SignatureClaim {
  const presigned = Object.fromEntries(query);
  return presigned['X-Amz-Algorithm'] === undefined ? fromHeaders(headers) : fromQuery(presigned);
}

function fromHeaders(headers: Readonly<Record<string, string>>): SignatureClaim {
  const { authorization } = headers;
  if (authorization === undefined) throw new AwsError('AccessDenied', 403, 'the request is not signed');
  const [, algorithm = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(authorization) ?? [];
  if (algorithm !== ALGORITHM) throw malformed(`the algorithm ${algorithm} is not ${ALGORITHM}`);
  const members = Object.fromEntries(rest.split(',').map((member) => splitOnce(member.trim(), '=')));
  const { 'x-amz-security-token': sessionToken } = headers;
  return {
    ...parseCredential(members['Credential'] ?? ''),
    signedHeaders: required(members, 'SignedHeaders').toLowerCase().split(';'),
    signature: required(members, 'Signature'),
    timestamp: headers['x-amz-date'] ?? toTimestamp(headers['date']),
    ...(sessionToken === undefined ? {} : { sessionToken }),
  };
}

function fromQuery(query: Readonly<Record<string, string>>): SignatureClaim {
  if (query['X-Amz-Algorithm'] !== ALGORITHM) throw malformed(`the algorithm is not ${ALGORITHM}`);
  const sessionToken = query['X-Amz-Security-Token'];
  const expiresIn = Number(required(query, 'X-Amz-Expires'));
  if (!(expiresIn >= 0 && expiresIn <= 604_800)) throw malformed('X-Amz-Expires is not within 0 and 604800 seconds');
  return {
    ...parseCredential(query['X-Amz-Credential'] ?? ''),
    signedHeaders: required(query, 'X-Amz-SignedHeaders').toLowerCase().split(';'),
    signature: required(query, 'X-Amz-Signature'),
    timestamp: required(query, 'X-Amz-Date'),
    expiresIn,
    ...(sessionToken === undefined ? {} : { sessionToken }),
  };
}

function parseCredential(credential: string): CredentialScope & { accessKeyId: string } {
  const [accessKeyId, date, region, service, terminator] = credential.split('/');
  if (!accessKeyId || !date || !region || !service || terminator !== 'aws4_request') {
    throw malformed(`the credential ${credential} is not <key>/<date>/<region>/<service>/aws4_request`);
  }
  if (!/^[a-z]{2,4}(-[a-z]+)+-\d$/.test(region)) throw malformed(`the region '${region}' is wrong`);
  return { accessKeyId, date, region, service };
}

/**
 * Whether the request was signed with the secret of the identity, by an honest clock. Throws `AwsError` as the service would.
 * `now` is epoch milliseconds.
 */
export function verifySignature(request: UnverifiedRequest, identity: Identity | undefined, now: number): Identity {
  const { claim } = request;
  if (identity === undefined) throw refusal('unknown-key', claim);
  checkTime(claim, now);
  if (identity.credentials.sessionToken !== claim.sessionToken) throw refusal('wrong-token', claim);
  if (identity.expiresAt !== undefined && identity.expiresAt <= now) throw refusal('expired-token', claim);
  checkCoverage(request);
  const text = toStringToSign({ ...request, signedHeaders: claim.signedHeaders }, claim, claim.timestamp);
  const expected = sign(identity.credentials.secretAccessKey, claim, text);
  if (!isSame(expected, claim.signature)) throw refusal('wrong-signature', claim);
  return identity;
}

function checkTime({ timestamp, date, expiresIn, ...claim }: SignatureClaim, now: number): void {
  const signedAt = parseTimestamp(timestamp);
  if (!timestamp.startsWith(date)) throw malformed(`the date ${date} of the scope is not the date of ${timestamp}`);
  if (expiresIn !== undefined) {
    const expired = now > signedAt + expiresIn * 1000;
    if (expired) throw new AwsError('AccessDenied', 403, 'Request has expired');
    if (signedAt > now + TOLERATED_SKEW_MS) throw new AwsError('AccessDenied', 403, 'Request is not valid yet');
  } else if (Math.abs(now - signedAt) > TOLERATED_SKEW_MS)
    throw refusal('skewed', { service: claim.service, timestamp });
}

/** The host, and every `x-amz-` header, must be under the signature: an added header must not change what was asked. */
function checkCoverage({ claim, headers }: UnverifiedRequest): void {
  const open = Object.keys(headers).filter(
    (name) =>
      (name === 'host' || (claim.service === 's3' && name.startsWith('x-amz-'))) && !claim.signedHeaders.includes(name),
  );
  if (open.length > 0) {
    const names = open.join(', ');
    throw new AwsError(
      'AccessDenied',
      403,
      `There were headers present in the request which were not signed: ${names}`,
    );
  }
}

type Refusal = 'unknown-key' | 'wrong-token' | 'expired-token' | 'wrong-signature' | 'skewed';

const MESSAGES: Readonly<Record<Refusal, string>> = {
  'unknown-key': 'The AWS Access Key Id you provided does not exist in our records.',
  'wrong-token': 'The security token included in the request is invalid.',
  'expired-token': 'The provided token has expired.',
  'wrong-signature': 'The request signature we calculated does not match the signature you provided.',
  skewed: 'The difference between the request time and the current time is too large.',
};

/** The same refusal has another name in S3, in the query protocol and in the JSON protocols. */
const NAMES: Readonly<Record<'s3' | 'query' | 'dynamodb', Readonly<Record<Refusal, readonly [string, number]>>>> = {
  s3: {
    'unknown-key': ['InvalidAccessKeyId', 403],
    'wrong-token': ['InvalidToken', 400],
    'expired-token': ['ExpiredToken', 400],
    'wrong-signature': ['SignatureDoesNotMatch', 403],
    skewed: ['RequestTimeTooSkewed', 403],
  },
  query: {
    'unknown-key': ['InvalidClientTokenId', 403],
    'wrong-token': ['InvalidClientTokenId', 403],
    'expired-token': ['ExpiredToken', 403],
    'wrong-signature': ['SignatureDoesNotMatch', 403],
    skewed: ['SignatureDoesNotMatch', 403],
  },
  dynamodb: {
    'unknown-key': ['UnrecognizedClientException', 400],
    'wrong-token': ['UnrecognizedClientException', 400],
    'expired-token': ['ExpiredTokenException', 400],
    'wrong-signature': ['InvalidSignatureException', 400],
    skewed: ['InvalidSignatureException', 400],
  },
};

function refusal(kind: Refusal, { service, timestamp }: Pick<SignatureClaim, 'service' | 'timestamp'>): AwsError {
  const names = service === 'dynamodb' ? NAMES.dynamodb : NAMES[errorStyle(service) === 's3' ? 's3' : 'query'];
  const [code, status] = names[kind];
  const when = kind === 'skewed' ? ` Signature expired or not yet current: ${timestamp}` : '';
  return new AwsError(code, status, `${MESSAGES[kind]}${when}`);
}

function malformed(problem: string): AwsError {
  return new AwsError('AuthorizationHeaderMalformed', 400, `The authorization is malformed; ${problem}`);
}

function required(members: Readonly<Record<string, string>>, name: string): string {
  const value = members[name];
  if (value === undefined || value === '') throw malformed(`${name} is missing`);
  return value;
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function parseTimestamp(timestamp: string): number {
  const [, ...numbers] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp) ?? [];
  const [year = Number.NaN, month = 0, day, hour, minute, second] = numbers.map(Number);
  const at = Date.UTC(year, month - 1, day, hour, minute, second);
  if (Number.isNaN(at)) throw malformed(`the date '${timestamp}' is not YYYYMMDDTHHMMSSZ`);
  return at;
}

function toTimestamp(date: string | undefined): string {
  const at = new Date(date ?? Number.NaN);
  if (Number.isNaN(at.getTime())) throw malformed('there is neither X-Amz-Date nor Date');
  return at.toISOString().replaceAll(/[-:]|\.\d+/g, '');
}

function isSame(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
