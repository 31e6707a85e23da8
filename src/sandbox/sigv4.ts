import { timingSafeEqual } from 'node:crypto';

import { AwsError, errorStyle } from './aws-error.ts';
import type { Identity } from './credentials.ts';
import { isSignedAsymmetrically } from './sigv4a.ts';
import { sign, toStringToSign, type SignedParts } from './sigv4-canonical.ts';
import { malformed, parseTimestamp, type SignatureClaim } from './sigv4-claim.ts';

export interface UnverifiedRequest extends Omit<SignedParts, 'signedHeaders'> {
  readonly claim: SignatureClaim;
}

/** In epoch milliseconds. */
export interface Clocks {
  readonly now: number;
  /** Absent: the same. */
  readonly machineNow?: number;
}

/** How far a client's clock may be off. @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const TOLERATED_SKEW_MS = 15 * 60 * 1000;

/**
 * Whether the request was signed with the secret of the identity, by an honest clock. Throws `AwsError` as the service would.
 * Honest is the time of the sandbox, and that of the machine, in which clients live while the sandbox is ahead.
 */
export function verifySignature(
  request: UnverifiedRequest,
  identity: Identity | undefined,
  { now, machineNow = now }: Clocks,
): Identity {
  const { claim } = request;
  if (identity === undefined) throw refusal('unknown-key', claim);
  checkTime(claim, { now, machineNow });
  if (identity.credentials.sessionToken !== claim.sessionToken) throw refusal('wrong-token', claim);
  if (identity.expiresAt !== undefined && identity.expiresAt <= now) throw refusal('expired-token', claim);
  checkCoverage(request);
  const text = toStringToSign({ ...request, signedHeaders: claim.signedHeaders }, claim, claim.timestamp);
  if (!isSignedBy(identity, claim, text)) throw refusal('wrong-signature', claim);
  return identity;
}

function isSignedBy({ credentials }: Identity, claim: SignatureClaim, text: string): boolean {
  return claim.algorithm === 'AWS4-HMAC-SHA256'
    ? isSame(sign(credentials.secretAccessKey, claim, text), claim.signature)
    : isSignedAsymmetrically(credentials, text, claim.signature);
}

function checkTime(
  { timestamp, date, expiresIn, ...claim }: SignatureClaim,
  { now, machineNow }: Required<Clocks>,
): void {
  const signedAt = parseTimestamp(timestamp);
  if (!timestamp.startsWith(date)) throw malformed(`the date ${date} of the scope is not the date of ${timestamp}`);
  if (expiresIn !== undefined) {
    const expired = now > signedAt + expiresIn * 1000;
    if (expired) throw new AwsError('AccessDenied', 403, 'Request has expired');
    if (signedAt > now + TOLERATED_SKEW_MS) throw new AwsError('AccessDenied', 403, 'Request is not valid yet');
  } else if ([now, machineNow].every((time) => Math.abs(time - signedAt) > TOLERATED_SKEW_MS))
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

function isSame(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
