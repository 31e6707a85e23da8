import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createS3ControlRoutes } from '../../src/adapters/aws/s3-control-routes.ts';
import { createWatchClients } from '../../src/adapters/aws/watch-clients.ts';
import type { MrapRoutes } from '../../src/ports.ts';
import { aBudget } from '../support/deliver.ts';
import {
  type Answer,
  type ReceivedRequest,
  type ScriptedServer,
  startScriptedServer,
} from '../support/scripted-server.ts';

const ARN = 'arn:aws:s3::111122223333:accesspoint/mfzwi23gnjvgw.mrap';
const NOW = new Date('2026-11-21T12:00:00Z');
const ORDER = ['us-west-2', 'eu-west-1', 'ap-northeast-1', 'ap-southeast-2', 'us-east-1'];
const ROUTES = `<GetMultiRegionAccessPointRoutesResult><Mrap>${ARN}</Mrap><Routes>
  <Route><Bucket>a</Bucket><Region>us-east-1</Region><TrafficDialPercentage>100</TrafficDialPercentage></Route>
  <Route><Bucket>b</Bucket><Region>eu-west-1</Region><TrafficDialPercentage>0</TrafficDialPercentage></Route>
</Routes></GetMultiRegionAccessPointRoutesResult>`;

let server: ScriptedServer;
let answer: (region: string, request: ReceivedRequest) => Answer;

/** The Region that a request was signed for. */
const regionOf = ({ headers }: ReceivedRequest): string => headers.authorization?.split('/')[2] ?? '';

beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  answer = () => ({ body: ROUTES });
  server = await startScriptedServer((request) => answer(regionOf(request), request));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const error = (status: number, code: string): Answer => ({
  status,
  body: `<ErrorResponse><Error><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`,
});

const routes = (endpoint = server.endpoint): MrapRoutes =>
  createS3ControlRoutes(
    createWatchClients({ customEndpoint: true, maxAttempts: 1, endpoint }),
    { now: () => NOW },
    { patienceMs: 400 },
  );

const change = [{ bucket: 'a', region: 'us-east-1', dial: 0 }];
const asked = (): readonly string[] => server.requests.map(regionOf);

describe('routes', () => {
  it('are read by ARN for its account, and told with time and place', async () => {
    expect(await routes().read(ARN, aBudget())).toEqual({
      state: 'present',
      value: {
        at: NOW,
        readFrom: 'us-west-2',
        routes: [
          { bucket: 'a', region: 'us-east-1', dial: 100 },
          { bucket: 'b', region: 'eu-west-1', dial: 0 },
        ],
      },
    });
    const [request] = server.requests;
    expect(request?.url).toBe(`/v20180820/mrap/instances/${ARN.replaceAll(':', '%3A')}/routes`);
    expect(request?.headers['x-amz-account-id']).toBe('111122223333');
  });

  it.each([
    ['in a fixed order', undefined, ORDER],
    ['the one to avoid last', 'eu-west-1', ['us-west-2', 'ap-northeast-1', 'ap-southeast-2', 'us-east-1', 'eu-west-1']],
    ['as ever where the one to avoid is none of them', 'eu-north-1', ORDER],
  ])('are asked of the five Regions %s, until one answers', async (_, avoid, order) => {
    const seen = { ...aBudget(), ...(avoid === undefined ? {} : { avoid }) };
    answer = () => error(503, 'ServiceUnavailable');
    await expect(routes().read(ARN, seen)).rejects.toMatchObject({
      kind: 'unavailable',
      operation: `MrapRoutes.read in ${order.at(-1)}`,
    });
    expect(asked()).toEqual(order);
  });

  it.each([
    ['throttled', error(429, 'TooManyRequestsException')],
    ['out of order', error(500, 'InternalError')],
    ['cut off', { body: ROUTES, breakAfter: 3 }],
    ['not served there', error(400, 'InvalidRequest')],
    ['incomprehensible', { body: ROUTES.replaceAll(/<Bucket>.<\/Bucket>/g, '') }],
  ])('are asked of the next Region where the answer is %s', async (_, first) => {
    answer = (region) => (region === 'us-west-2' ? first : { body: ROUTES });
    expect(await routes().read(ARN, aBudget())).toMatchObject({ value: { readFrom: 'eu-west-1' } });
  });

  it.each([
    ['absent', 404, 'NoSuchMultiRegionAccessPoint', { state: 'absent' }],
    ['unreadable', 403, 'AccessDenied', { state: 'unreadable', reason: 'access-denied' }],
  ])('are %s where the first Region says so', async (_, status, code, expected) => {
    answer = () => error(status, code);
    expect(await routes().read(ARN, aBudget())).toEqual(expected);
    expect(asked()).toEqual(['us-west-2']);
  });
});

describe('a change of routes', () => {
  it('names bucket, Region and dial', async () => {
    answer = () => ({ body: '' });
    expect(await routes().submit(ARN, change, { ...aBudget(), avoid: 'us-west-2' })).toEqual({
      kind: 'accepted',
      by: 'eu-west-1',
    });
    expect(server.requests).toMatchObject([{ method: 'PATCH' }]);
    expect(server.requests[0]?.body).toMatch(
      /<Route>(?=.*<Bucket>a<)(?=.*<Region>us-east-1<)(?=.*<TrafficDialPercentage>0<).*<\/Route>/,
    );
  });

  it.each([
    ['a conflict', 409, 'OperationAborted', { kind: 'conflict' }],
    ['refused', 400, 'InvalidRequest', { kind: 'refused', reason: 'InvalidRequest: no' }],
    ['refused of a single Region', 405, 'MethodNotAllowed', { kind: 'refused', reason: 'MethodNotAllowed: no' }],
    ['refused of nothing', 404, 'NoSuchMultiRegionAccessPoint', { kind: 'refused' }],
  ])('is %s where the control plane says so, and no other Region is asked', async (_, status, code, expected) => {
    answer = () => error(status, code);
    expect(await routes().submit(ARN, change, aBudget())).toMatchObject(expected);
    expect(asked()).toEqual(['us-west-2']);
  });

  it.each([
    ['our role may not', 403, 'AccessDenied'],
    ['our credentials have expired', 400, 'ExpiredToken'],
  ])('is an error of ours where %s', async (_, status, code) => {
    answer = () => error(status, code);
    await expect(routes().submit(ARN, change, aBudget())).rejects.toMatchObject({ kind: 'access-denied' });
    expect(asked()).toEqual(['us-west-2']);
  });

  it('goes to the next Region where one is throttled or in trouble', async () => {
    answer = (region) => {
      if (region === 'us-west-2') return error(400, 'ThrottlingException');
      return region === 'eu-west-1' ? error(503, 'ServiceUnavailable') : { body: '' };
    };
    expect(await routes().submit(ARN, change, aBudget())).toEqual({ kind: 'accepted', by: 'ap-northeast-1' });
  });
});

describe('a control plane that never answers', () => {
  it('is left for the next, and the whole is given up with the call', async () => {
    let count = 0;
    const silent = createServer((_, response) => {
      count += 1;
      if (count === 2) response.end(ROUTES);
    });
    await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
    const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    try {
      expect(await routes(endpoint).read(ARN, aBudget())).toMatchObject({ value: { readFrom: 'eu-west-1' } });
      const signal = AbortSignal.timeout(100);
      await expect(routes(endpoint).read(ARN, { signal })).rejects.toMatchObject({ kind: 'unavailable' });
      expect(count).toBe(3);
    } finally {
      silent.closeAllConnections();
      silent.close();
    }
  });
});
