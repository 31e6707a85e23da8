import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

import { AwsError } from './aws-error.ts';
import { readBody } from './json-protocol.ts';
import type { Platform } from './platform.ts';
import type { SandboxRequest } from './service.ts';
import { sha256 } from './sigv4-canonical.ts';
import { parseClaim, type SignatureClaim } from './sigv4-claim.ts';
import { verifySignature } from './sigv4.ts';
import { isS3Control } from './s3control/control-address.ts';

/** Largest body of the services that are not S3; more is refused. */
const LIMIT_BYTES = 16 * 1024 * 1024;

/** What is known of a request before it is read, and what becomes known on the way. */
interface Receiving {
  readonly requestId: string;
  /** Gets the name of the service as soon as that is known, so that a refusal speaks its language. */
  readonly seen: { service: string };
}

/** Reads a request and checks its signature. */
export async function receiveRequest(
  platform: Platform,
  incoming: IncomingMessage,
  { requestId, seen }: Receiving,
): Promise<{ readonly request: SandboxRequest; readonly claim: SignatureClaim }> {
  const [rawPath = '/', rawQuery = ''] = splitOnce(incoming.url ?? '/');
  const headers = joinHeaders(incoming.rawHeaders);
  const pairs = parseQuery(rawQuery);
  const claim = parseClaim(headers, pairs);
  const serviceName = isS3Control(claim.service, { rawPath, headers }) ? 's3-control' : claim.service;
  seen.service = serviceName;
  const body = serviceName === 's3' ? undefined : await readLimited(incoming);
  const signed = pairs.filter(([name]) => name !== 'X-Amz-Signature');
  const payloadHash = serviceName === 's3' ? s3PayloadHash(headers, claim.expiresIn) : sha256(body ?? '');
  const method = incoming.method ?? 'GET';
  const { principal } = verifySignature(
    { claim, method, rawPath, query: signed, headers, payloadHash },
    platform.credentials.find(claim.accessKeyId),
    { now: platform.clock.now(), machineNow: platform.clock.now() - (platform.clock.offsetMs[0] ?? 0) },
  );
  const request: SandboxRequest = {
    service: serviceName,
    region: claim.region,
    principal,
    method,
    rawPath,
    query: toParameters(pairs, headers, body),
    headers,
    body: body === undefined ? incoming : Readable.from([body]),
    host: (headers['host'] ?? '').replace(/:\d+$/, ''),
    requestId,
  };
  return { request, claim };
}

/** Presigned URLs leave the body open; S3 clients say what the body is, and the service checks that it is so. */
function s3PayloadHash(headers: Readonly<Record<string, string>>, expiresIn: number | undefined): string {
  const declared = headers['x-amz-content-sha256'];
  if (declared !== undefined) return declared;
  if (expiresIn !== undefined) return 'UNSIGNED-PAYLOAD';
  throw new AwsError('InvalidRequest', 400, 'Missing required header for this request: x-amz-content-sha256');
}

async function readLimited(incoming: IncomingMessage): Promise<Buffer> {
  if (Number(incoming.headers['content-length'] ?? 0) > LIMIT_BYTES)
    throw new AwsError('RequestEntityTooLarge', 413, 'the body is too large');
  return readBody({ body: incoming });
}

/** In the query protocol the parameters are in the body, and a service must tell its operation without reading it. */
function toParameters(
  pairs: readonly (readonly [string, string])[],
  headers: Readonly<Record<string, string>>,
  body: Buffer | undefined,
): URLSearchParams {
  const query = new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value]));
  if (body !== undefined && headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true) {
    for (const [name, value] of new URLSearchParams(body.toString('utf8'))) query.append(name, value);
  }
  return query;
}

function joinHeaders(rawHeaders: readonly string[]): Readonly<Record<string, string>> {
  const joined: Record<string, string> = {};
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    joined[name] = Object.hasOwn(joined, name) ? `${joined[name]},${value}` : value;
  }
  return joined;
}

function splitOnce(url: string): readonly string[] {
  const at = url.indexOf('?');
  return at < 0 ? [url] : [url.slice(0, at), url.slice(at + 1)];
}

function parseQuery(rawQuery: string): readonly (readonly [string, string])[] {
  return rawQuery === ''
    ? []
    : rawQuery.split('&').map((pair) => {
        const at = pair.indexOf('=');
        return at < 0
          ? [decodeComponent(pair), '']
          : [decodeComponent(pair.slice(0, at)), decodeComponent(pair.slice(at + 1))];
      });
}

/** Of a key or a parameter, as it stands in a URL. */
export function decodeComponent(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'));
  } catch {
    throw new AwsError('InvalidURI', 400, 'the query is not percent-encoded UTF-8');
  }
}
