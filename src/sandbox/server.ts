import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { AwsError, notImplemented, toErrorResponse } from './aws-error.ts';
import type { Authoriser } from './authorise.ts';
import { roleName, isAdmin } from './credentials.ts';
import type { DataAccess } from './mrap/data-access.ts';
import { ConnectionDropped, passDisruptions } from './planted-disruption.ts';
import { plantedRefusal } from './planted-refusal.ts';
import type { Platform } from './platform.ts';
import { randomText } from './random.ts';
import type { Passage } from './reachability.ts';
import { decodeComponent, receiveRequest } from './receive-request.ts';
import type { RequestLog } from './requests.ts';
import { splitAddress } from './s3/s3-request.ts';
import type { SandboxRequest, SandboxResponse, Service } from './service.ts';

export interface Front {
  readonly platform: Platform;
  /** By the service name of the credential scope. */
  readonly services: Readonly<Record<string, Service>>;
  readonly requests: RequestLog;
  readonly authorise: Authoriser;
  readonly accessPoints: DataAccess;
  /** Answers what is under `/_holdfast/`. */
  control(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

export const CONTROL_PREFIX = '/_holdfast/';

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
  const abandoned = async (): Promise<void> => void (response.closed || (await once(response, 'close')));
  const result = await handle(front, incoming, { requestId, seen, abandoned }).catch(
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

async function handle(front: Front, incoming: IncomingMessage, context: Context): Promise<SandboxResponse> {
  const { request, claim } = await receiveRequest(front.platform, incoming, context);
  const { services, accessPoints } = front;
  const service = Object.hasOwn(services, request.service) ? services[request.service] : undefined;
  if (service === undefined) throw notImplemented(`the service ${request.service}`);
  return serve(front, service, { request: accessPoints.route(request, claim.algorithm), abandoned: context.abandoned });
}

interface Context {
  readonly requestId: string;
  /** The service, as soon as it is known. */
  readonly seen: { service: string };
  /** Resolves when the client has given up. */
  readonly abandoned: () => Promise<void>;
}

async function serve(
  front: Front,
  service: Service,
  { request, abandoned }: { readonly request: SandboxRequest } & Pick<Context, 'abandoned'>,
): Promise<SandboxResponse> {
  const { platform, requests, authorise, accessPoints } = front;
  const { principal, region } = request;
  const operation = service.operation(request);
  const role = isAdmin(principal) ? 'admin' : roleName(principal.arn);
  requests.record({ service: request.service, operation, region, role });
  const target = faultTarget(request, operation);
  await passDisruptions(platform.faults, target, abandoned);
  // S3 knows bucket and key of its requests, and takes its faults itself.
  const refusal = request.service === 's3' ? undefined : plantedRefusal(platform.faults, target);
  if (refusal !== undefined) throw refusal;
  accessPoints.require(request, operation);
  authorise.before(request, operation);
  refuseIfTooMany(platform, request);
  const response = authorise.after(request, operation, await service.handle(request));
  if (platform.faults.take('lose-answer', target) !== undefined) {
    if (response.body instanceof Readable) response.body.destroy();
    throw new ConnectionDropped();
  }
  return accessPoints.conceal(request, response);
}

function faultTarget(request: SandboxRequest, operation: string): Passage & { readonly service: string } {
  const { region, service, principal } = request;
  const { bucket, rawKey } = splitAddress(request);
  const object = rawKey === '' ? {} : { key: decodeComponent(rawKey) };
  return {
    region,
    service,
    operation,
    ...(principal.region === undefined ? {} : { from: principal.region }),
    ...(service === 's3' && bucket !== '' ? { bucket, ...object } : {}),
  };
}

/** What S3 says to one request too many under one prefix; bucket settings have no such limit. */
function refuseIfTooMany({ rates }: Platform, request: SandboxRequest): void {
  if (request.service !== 's3') return;
  const { bucket, rawKey } = splitAddress(request);
  const key = rawKey === '' ? request.query.get('prefix') : rawKey;
  if (key === null) return;
  const { region, method } = request;
  const kind = method === 'GET' || method === 'HEAD' ? 'read' : 'write';
  if (!rates.take({ region, bucket, key: decodeComponent(key), kind }))
    throw new AwsError('SlowDown', 503, 'Please reduce your request rate.');
}

function toAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new AwsError('InternalError', 500, `the sandbox failed: ${message}`);
}
