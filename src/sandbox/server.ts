import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { AwsError, notImplemented, toErrorResponse } from './aws-error.ts';
import type { Authoriser } from './authorise.ts';
import { roleName, isAdmin } from './credentials.ts';
import { plantedRefusal } from './planted-refusal.ts';
import type { Platform } from './platform.ts';
import { randomText } from './random.ts';
import type { RequestLog } from './requests.ts';
import { splitAddress } from './s3/s3-request.ts';
import type { SandboxRequest, SandboxResponse, Service } from './service.ts';
import { sha256 } from './sigv4-canonical.ts';
import { parseClaim } from './sigv4-claim.ts';
import { verifySignature } from './sigv4.ts';
import { isS3Control } from './s3control/control-address.ts';
import { readBody } from './json-protocol.ts';

export interface Front {
  readonly platform: Platform;
  /** By the service name of the credential scope. */
  readonly services: Readonly<Record<string, Service>>;
  readonly requests: RequestLog;
  readonly authorise: Authoriser;
  /** Answers what is under `/_holdfast/`. */
  control(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

export const CONTROL_PREFIX = '/_holdfast/';

/** Largest body of the services that are not S3; more is refused. */
const LIMIT_BYTES = 16 * 1024 * 1024;

/** The one port: tells service and Region by the signature, checks it, and hands the request on. */
export function createFront(front: Front): Server {
  const server = createServer((incoming, response) => {
    // A client may go away at any time; that is its right and nobody's error.
    answer(front, incoming, response).catch(() => response.destroy());
  });
  // Clients pool connections for longer than Node's five seconds and trip over a socket that closes under them.
  server.keepAliveTimeout = 75_000;
  return server;
}

async function answer(front: Front, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  if (incoming.url?.startsWith(CONTROL_PREFIX) === true) return front.control(incoming, response);
  const { platform } = front;
  const requestId = randomText(platform.random, 16, '0123456789ABCDEF');
  const method = incoming.method ?? 'GET';
  // Before the signature is read nobody knows the service; an unsigned request gets S3's XML.
  const seen = { service: 's3' };
  const result = await handle(front, incoming, { requestId, seen }).catch(
    (error: unknown): SandboxResponse | 'drop' => {
      if (error instanceof ConnectionDropped) return 'drop';
      return toErrorResponse(toAwsError(error), { service: seen.service, method, requestId });
    },
  );
  if (result === 'drop') {
    incoming.socket.destroy();
    return;
  }
  response.sendDate = false;
  response.writeHead(result.status, {
    ...result.headers,
    date: new Date(platform.clock.now()).toUTCString(),
    'x-amz-request-id': requestId,
    'x-amzn-requestid': requestId,
  });
  await sendBody(incoming, response, result.body);
}

async function sendBody(
  incoming: IncomingMessage,
  response: ServerResponse,
  body: SandboxResponse['body'],
): Promise<void> {
  if (body instanceof Readable) await pipeline(body, response);
  else response.end(body);
  // What the service did not read stands in the way of the next request on this connection.
  incoming.resume();
}

async function handle(
  { platform, services, requests, authorise }: Front,
  incoming: IncomingMessage,
  { requestId, seen }: { readonly requestId: string; readonly seen: { service: string } },
): Promise<SandboxResponse> {
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
  const service = Object.hasOwn(services, serviceName) ? services[serviceName] : undefined;
  if (service === undefined) throw notImplemented(`the service ${serviceName}`);
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
  const operation = service.operation(request);
  const role = isAdmin(principal) ? 'admin' : roleName(principal.arn);
  requests.record({ service: serviceName, operation, region: claim.region, role });
  refuseIfPlanted(platform, request, operation);
  authorise.before(request, operation);
  refuseIfTooMany(platform, request);
  return authorise.after(request, operation, await service.handle(request));
}

/** What a Region outage with `drop` throws: the connection ends without an answer. */
class ConnectionDropped extends Error {}

function refuseIfPlanted({ faults }: Platform, request: SandboxRequest, operation: string): void {
  const outage = faults.take('region-outage', { region: request.region, service: request.service, operation });
  if (outage?.drop === true) throw new ConnectionDropped(`the Region ${request.region} is out`);
  if (outage !== undefined) throw new AwsError('ServiceUnavailable', 503, `the Region ${request.region} is out`);
  // S3 knows bucket and key of its requests, and takes its faults itself.
  if (request.service === 's3') return;
  const refusal = plantedRefusal(faults, { region: request.region, service: request.service, operation });
  if (refusal !== undefined) throw refusal;
}

/** What S3 says to one request too many under one prefix; bucket settings have no such limit. */
function refuseIfTooMany({ rates }: Platform, request: SandboxRequest): void {
  if (request.service !== 's3') return;
  const { bucket, rawKey } = splitAddress(request);
  const key = rawKey === '' ? request.query.get('prefix') : rawKey;
  if (key === null) return;
  const { region, method } = request;
  const kind = method === 'GET' || method === 'HEAD' ? 'read' : 'write';
  if (!rates.take({ region, bucket, key: decode(key), kind }))
    throw new AwsError('SlowDown', 503, 'Please reduce your request rate.');
}

function toAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new AwsError('InternalError', 500, `the sandbox failed: ${message}`);
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
        return at < 0 ? [decode(pair), ''] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))];
      });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'));
  } catch {
    throw new AwsError('InvalidURI', 400, 'the query is not percent-encoded UTF-8');
  }
}
