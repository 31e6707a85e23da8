import { AwsError, notImplemented } from './aws-error.ts';
import type { CredentialScope, SigningAlgorithm } from './sigv4-canonical.ts';

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

const ALGORITHMS: readonly SigningAlgorithm[] = ['AWS4-HMAC-SHA256', 'AWS4-ECDSA-P256-SHA256'];

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
  const [, named = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(authorization) ?? [];
  const algorithm = ALGORITHMS.find((known) => known === named);
  if (algorithm === undefined) throw malformed(`the algorithm ${named} is not ${ALGORITHMS.join(' or ')}`);
  const members = Object.fromEntries(rest.split(',').map((member) => splitOnce(member.trim(), '=')));
  const { 'x-amz-security-token': sessionToken } = headers;
  return {
    ...toScope(algorithm, members['Credential'] ?? '', headers['x-amz-region-set']),
    signedHeaders: required(members, 'SignedHeaders').toLowerCase().split(';'),
    signature: required(members, 'Signature'),
    timestamp: headers['x-amz-date'] ?? toTimestamp(headers['date']),
    ...(sessionToken === undefined ? {} : { sessionToken }),
  };
}

function fromQuery(query: Readonly<Record<string, string>>): SignatureClaim {
  const algorithm = query['X-Amz-Algorithm'];
  if (algorithm === 'AWS4-ECDSA-P256-SHA256') throw notImplemented('presigned URLs of Multi-Region Access Points');
  if (algorithm !== 'AWS4-HMAC-SHA256') throw malformed(`the algorithm is not AWS4-HMAC-SHA256`);
  const sessionToken = query['X-Amz-Security-Token'];
  const expiresIn = Number(required(query, 'X-Amz-Expires'));
  if (!(expiresIn >= 0 && expiresIn <= 604_800)) throw malformed('X-Amz-Expires is not within 0 and 604800 seconds');
  return {
    ...toScope(algorithm, query['X-Amz-Credential'] ?? '', undefined),
    signedHeaders: required(query, 'X-Amz-SignedHeaders').toLowerCase().split(';'),
    signature: required(query, 'X-Amz-Signature'),
    timestamp: required(query, 'X-Amz-Date'),
    expiresIn,
    ...(sessionToken === undefined ? {} : { sessionToken }),
  };
}

/** The asymmetric signature has its Regions in a header; Multi-Region Access Points take the one that is good for all. */
function toScope(
  algorithm: SigningAlgorithm,
  credential: string,
  regionSet: string | undefined,
): CredentialScope & { accessKeyId: string } {
  if (algorithm === 'AWS4-HMAC-SHA256') return { algorithm, ...parseCredential(credential) };
  if (regionSet !== '*') throw malformed(`the X-Amz-Region-Set is ${regionSet ?? 'missing'}, not *`);
  const [accessKeyId, date, service, terminator] = credential.split('/');
  if (!accessKeyId || !date || !service || terminator !== 'aws4_request')
    throw malformed(`the credential ${credential} is not <key>/<date>/<service>/aws4_request`);
  return { algorithm, accessKeyId, date, region: regionSet, service };
}

function parseCredential(credential: string): Omit<CredentialScope, 'algorithm'> & { accessKeyId: string } {
  const [accessKeyId, date, region, service, terminator] = credential.split('/');
  if (!accessKeyId || !date || !region || !service || terminator !== 'aws4_request') {
    throw malformed(`the credential ${credential} is not <key>/<date>/<region>/<service>/aws4_request`);
  }
  if (!/^[a-z]{2,4}(-[a-z]+)+-\d$/.test(region)) throw malformed(`the region '${region}' is wrong`);
  return { accessKeyId, date, region, service };
}

/** A claim that cannot be read. */
export function malformed(problem: string): AwsError {
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

/** Epoch milliseconds of `YYYYMMDDTHHMMSSZ`. */
export function parseTimestamp(timestamp: string): number {
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
