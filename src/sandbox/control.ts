import type { IncomingMessage, ServerResponse } from 'node:http';

import type { MovableClock } from './clock.ts';
import { clockSchema, damageSchema, faultSchema, parseControl, quotasSchema, type Damage } from './control-schema.ts';
import type { FaultRegister } from './faults.ts';
import type { AccessRecord } from './iam/access-record.ts';
import type { LogStore } from './logs.ts';
import { accessPointSchema } from './mrap/access-point-schema.ts';
import type { AccessPoints } from './mrap/access-point.ts';
import type { QuotaRegister } from './quotas/quota-register.ts';
import type { RequestLog } from './requests.ts';
import { readBody } from './json-protocol.ts';
import { errorText } from './record.ts';

/** What the control API can reach. */
export interface Controlled {
  readonly clock: MovableClock;
  readonly faults: FaultRegister;
  readonly requests: RequestLog;
  readonly access: AccessRecord;
  readonly logs: LogStore;
  readonly accessPoints: AccessPoints;
  readonly quotas: QuotaRegister;
  /** Damages stored bytes now; throws where there is no such version. Answers what was done. */
  readonly damage: (damage: Damage) => Promise<object>;
  readonly status: () => object;
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  /** What follows the matched path. */
  readonly rest: string;
  readonly query: URLSearchParams;
}

type Route = (controlled: Controlled, exchange: Exchange) => void | Promise<void>;

/** By method and path under `/_holdfast/`; a path that ends in a slash takes one more segment. */
const ROUTES: Readonly<Record<string, Route>> = {
  'GET status': ({ status }, { response }) => send(response, 200, status()),
  'GET faults': ({ faults }, { response }) => send(response, 200, { faults: faults.list() }),
  'POST faults': plant,
  'DELETE faults/': ({ faults }, { response, rest }) =>
    faults.remove(rest)
      ? send(response, 200, { removed: rest })
      : send(response, 404, { error: `there is no fault ${rest}` }),
  'GET requests': ({ requests }, { response }) => send(response, 200, { requests: requests.counts() }),
  'DELETE requests': ({ requests }, { response }) => {
    requests.reset();
    send(response, 200, { requests: [] });
  },
  'GET access': ({ access }, { response }) => send(response, 200, { access: access.counts() }),
  'DELETE access': ({ access }, { response }) => {
    access.reset();
    send(response, 200, { access: [] });
  },
  'GET mraps': ({ accessPoints }, { response }) => send(response, 200, { mraps: accessPoints.all() }),
  'POST mraps': async ({ accessPoints }, { incoming, response }) => {
    const plan = parseControl(accessPointSchema, await readJsonBody(incoming));
    send(response, 201, { mrap: accessPoints.create(plan) });
  },
  'DELETE mraps/': ({ accessPoints }, { response, rest }) => {
    accessPoints.remove(rest);
    send(response, 200, { removed: rest });
  },
  'POST clock': async ({ clock }, { incoming, response }) => {
    const change = parseControl(clockSchema, await readJsonBody(incoming));
    if ('advanceMs' in change) await clock.advance(change.advanceMs);
    else clock.skew(change.region, change.skewMs);
    send(response, 200, { now: new Date(clock.now()).toISOString(), offsetMs: clock.offsetMs[0] });
  },
  'POST quotas': async ({ quotas }, { incoming, response }) => {
    const change = parseControl(quotasSchema, await readJsonBody(incoming));
    quotas.change(change);
    send(response, 200, { quotas: change });
  },
  'GET logs': sendLogs,
};

/** Answers a request under `/_holdfast/`: unsigned, and from the machine itself only. */
export async function answerControl(
  controlled: Controlled,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(incoming.url ?? '/', 'http://sandbox');
  const path = url.pathname.replace('/_holdfast/', '');
  const [, folder = '', rest = ''] = /^([^/]*\/)([^/]+)$/.exec(path) ?? [];
  const route = ROUTES[`${incoming.method} ${path}`] ?? ROUTES[`${incoming.method} ${folder}`];
  if (!isLoopback(incoming)) return send(response, 403, { error: 'the control API answers the machine itself only' });
  if (route === undefined) return send(response, 404, { error: `there is no ${incoming.method} ${url.pathname}` });
  try {
    await route(controlled, { incoming, response, rest, query: url.searchParams });
  } catch (error) {
    send(response, 400, { error: errorText(error) });
  }
}

async function plant({ faults, damage }: Controlled, { incoming, response }: Exchange): Promise<void> {
  const body = await readJsonBody(incoming);
  if (typeof body === 'object' && body !== null && 'now' in body) {
    send(response, 200, { damaged: await damage(parseControl(damageSchema, body)) });
    return;
  }
  send(response, 201, { fault: faults.plant(parseControl(faultSchema, body)) });
}

/** One JSON object per line; with `?follow=true` the connection stays and later lines follow. */
function sendLogs({ logs }: Controlled, { response, query }: Exchange): void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const write = (line: object): void => void response.write(`${JSON.stringify(line)}\n`);
  for (const line of logs.lines()) write(line);
  if (query.get('follow') !== 'true') {
    response.end();
    return;
  }
  response.flushHeaders();
  response.on('close', logs.follow(write));
}

function isLoopback({ socket }: IncomingMessage): boolean {
  return (
    socket.remoteAddress === '127.0.0.1' ||
    socket.remoteAddress === '::ffff:127.0.0.1' ||
    socket.remoteAddress === '::1'
  );
}

async function readJsonBody(incoming: IncomingMessage): Promise<unknown> {
  const text = (await readBody({ body: incoming })).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('the body is not JSON');
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}
