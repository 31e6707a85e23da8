import { once } from 'node:events';
import { createServer, type IncomingMessage, request as send, type ServerResponse } from 'node:http';
import { findOperation } from '../../../src/sandbox/s3/operations.ts';
import { neededForS3 } from '../../../src/sandbox/iam/s3-access.ts';

/** A server in front of another one, that notes which permissions of IAM AWS would ask for. */
export interface Recorder {
  /** Without a slash at the end. */
  readonly endpoint: string;
  /** What was asked since the last time, each once, in order of the alphabet. */
  take(): readonly string[];
  /** Refuses requests for this permission in this Region from now on, as IAM would; `undefined`: none any more. */
  refuse(one: { readonly permission: string; readonly region: string } | undefined): void;
  close(): Promise<void>;
}

/** Hands every request on as it is. Throws for one that it cannot name. */
export async function startRecorder(target: string): Promise<Recorder> {
  const asked = new Set<string>();
  let refused: Parameters<Recorder['refuse']>[0];
  const { hostname, port } = new URL(target);

  async function pass(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk as Uint8Array));
    const body = Buffer.concat(chunks);
    const permissions = permissionsFor(incoming, body);
    for (const permission of permissions) asked.add(permission);
    const isRefused =
      refused !== undefined && regionOf(incoming) === refused.region && permissions.includes(refused.permission);
    if (isRefused) {
      answer.writeHead(403, { 'content-type': 'text/xml' }).end(REFUSAL);
      return;
    }
    const { method, url: path, headers } = incoming;
    const onward = send({ hostname, port, method, path, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    onward.end(body);
  }

  const server = createServer((incoming, answer) => {
    pass(incoming, answer).catch((error: unknown) => answer.writeHead(501).end(String(error)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the recorder listens on no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    take() {
      const taken = [...asked].toSorted();
      asked.clear();
      return taken;
    },
    refuse: (one) => {
      refused = one;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const REFUSAL =
  '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized</Message></Error></ErrorResponse>';

function regionOf({ headers }: IncomingMessage): string | undefined {
  return /Credential=[^/]+\/\d+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1];
}

/** Of services that speak REST, by method and path. */
const REST: Readonly<Record<string, readonly (readonly [pattern: RegExp, action: string])[]>> = {
  lambda: [[/^GET \/2015-03-31\/functions\/[^/]+$/, 'lambda:GetFunction']],
};

function permissionsFor({ method = '', url = '', headers }: IncomingMessage, body: Buffer): readonly string[] {
  const [, service = ''] = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return [`${service}:${target.slice(target.indexOf('.') + 1)}`];
  const { pathname, searchParams, hostname } = new URL(url, `http://${headers.host ?? '127.0.0.1'}`);
  if (service === 's3') {
    const plain = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    const asked = {
      service,
      region: '',
      method,
      rawPath: pathname,
      query: searchParams,
      headers: plain,
      host: hostname,
    };
    const operation = findOperation(asked)?.name ?? `${method} ${url}`;
    const principal = { accessKeyId: '', account: '', arn: '' };
    return neededForS3(operation, { ...asked, principal, requestId: '' }).map(({ action }) => action);
  }
  const rest = REST[service]?.find(([pattern]) => pattern.test(`${method} ${pathname}`))?.[1];
  const action = rest ?? new URLSearchParams(body.toString()).get('Action') ?? `${method} ${pathname}`;
  return [action.includes(':') ? action : `${service}:${action}`];
}
