import { AwsError } from '../aws-error.ts';
import type { AccessControl } from '../iam/access.ts';
import { buildXml, parseXml, type XmlElement, type XmlObject } from '../s3/xml.ts';
import type { Principal, SandboxResponse } from '../service.ts';
import type { AccessPoint } from './access-point.ts';
import { noSuchPoint, type AccessPointRegister, type RouteUpdate } from './access-point-register.ts';

/** A request to S3 Control about access points, taken apart. */
export interface MrapCall {
  readonly principal: Principal;
  /** Region whose control plane was asked. */
  readonly region: string;
  readonly account: string;
  /** Name, ARN or token of the path; empty where it has none. */
  readonly target: string;
  readonly xml: string;
}

export interface MrapSite {
  readonly access: Pick<AccessControl, 'require'>;
  readonly points: AccessPointRegister;
}

export type MrapOperation = (site: MrapSite, call: MrapCall) => SandboxResponse;

/** The only Regions that know routes. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/MrapFailover.html */
const ROUTE_REGIONS: readonly string[] = ['us-east-1', 'us-west-2', 'ap-southeast-2', 'ap-northeast-1', 'eu-west-1'];

/** The only Region that makes and shows access points. */
const HOME_REGION = 'us-west-2';

const NAMESPACE = 'http://awss3control.amazonaws.com/doc/2018-08-20/';

/** What the sandbox does with access points; their policies are refused. */
export const MRAP_OPERATIONS: Readonly<Record<string, MrapOperation>> = {
  GetMultiRegionAccessPointRoutes(site, call) {
    const { arn, routes } = requireRouted(site, call, 's3:GetMultiRegionAccessPointRoutes');
    return answer('GetMultiRegionAccessPointRoutesResult', {
      Mrap: arn,
      Routes: {
        Route: routes.map(({ bucket, region, dial }) => ({
          Bucket: bucket,
          Region: region,
          TrafficDialPercentage: dial,
        })),
      },
    });
  },
  SubmitMultiRegionAccessPointRoutes(site, call) {
    const point = requireRouted(site, call, 's3:SubmitMultiRegionAccessPointRoutes');
    const request = parseXml(call.xml, 'SubmitMultiRegionAccessPointRoutesRequest').expectOnly('RouteUpdates');
    site.points.submit(point, request.require('RouteUpdates').expectOnly('Route').children('Route').map(toUpdate));
    return answer('SubmitMultiRegionAccessPointRoutesResult', {});
  },
  CreateMultiRegionAccessPoint(site, call) {
    allowAtHome(site, call, 's3:CreateMultiRegionAccessPoint');
    const details = detailsOf(call.xml, 'CreateMultiRegionAccessPointRequest');
    details.expectOnly('Name', 'PublicAccessBlock', 'Regions');
    const buckets = details
      .require('Regions')
      .expectOnly('Region')
      .children('Region')
      .map((region) => region.expectOnly('Bucket', 'BucketAccountId').requireText('Bucket'));
    const name = details.requireText('Name');
    if (site.points.find(call.account, name) !== undefined)
      throw new AwsError('MultiRegionAccessPointAlreadyOwnedByYou', 409, 'There is such an access point already');
    site.points.create(call.account, { name, buckets });
    return answer('CreateMultiRegionAccessPointResult', { RequestTokenARN: tokenOf(call, 'create', name) });
  },
  DeleteMultiRegionAccessPoint(site, call) {
    allowAtHome(site, call, 's3:DeleteMultiRegionAccessPoint');
    const name = detailsOf(call.xml, 'DeleteMultiRegionAccessPointRequest').expectOnly('Name').requireText('Name');
    site.points.remove(call.account, name);
    return answer('DeleteMultiRegionAccessPointResult', { RequestTokenARN: tokenOf(call, 'delete', name) });
  },
  /** What is asked for is done at once: every token that could have been given out is of something that succeeded. */
  DescribeMultiRegionAccessPointOperation(site, call) {
    allowAtHome(site, call, 's3:DescribeMultiRegionAccessPointOperation');
    if (!/:async-request\/mrap\/(?:create|delete)\/./.test(call.target)) throw noSuchPoint();
    return answer('DescribeMultiRegionAccessPointOperationResult', {
      AsyncOperation: { RequestTokenARN: call.target, RequestStatus: 'SUCCEEDED' },
    });
  },
  GetMultiRegionAccessPoint(site, call) {
    allowAtHome(site, call, 's3:GetMultiRegionAccessPoint');
    const point = site.points.find(call.account, call.target);
    if (point === undefined) throw noSuchPoint();
    return answer('GetMultiRegionAccessPointResult', { AccessPoint: report(point) });
  },
  ListMultiRegionAccessPoints(site, call) {
    allowAtHome(site, call, 's3:ListMultiRegionAccessPoints');
    const own = site.points.all().filter(({ account }) => account === call.account);
    return answer('ListMultiRegionAccessPointsResult', { AccessPoints: { AccessPoint: own.map(report) } });
  },
};

/** The operation and its target, by method and the segments after the version of the API. */
export function findMrapOperation(
  method: string,
  path: readonly string[],
): { readonly name: string; readonly target: string } | undefined {
  const [first = '', second, ...rest] = path;
  if (first === 'async-requests' && second === 'mrap') {
    if (method === 'GET') return { name: 'DescribeMultiRegionAccessPointOperation', target: rest.join('/') };
    const verb = { create: 'CreateMultiRegionAccessPoint', delete: 'DeleteMultiRegionAccessPoint' }[rest.join('/')];
    return verb === undefined || method !== 'POST' ? undefined : { name: verb, target: '' };
  }
  if (first !== 'mrap' || second !== 'instances') return undefined;
  if (rest.at(-1) === 'routes') {
    const target = rest.slice(0, -1).join('/');
    if (method === 'GET') return { name: 'GetMultiRegionAccessPointRoutes', target };
    return method === 'PATCH' ? { name: 'SubmitMultiRegionAccessPointRoutes', target } : undefined;
  }
  if (method !== 'GET' || rest.length > 1) return undefined;
  const [target] = rest;
  return target === undefined
    ? { name: 'ListMultiRegionAccessPoints', target: '' }
    : { name: 'GetMultiRegionAccessPoint', target };
}

function requireRouted({ access, points }: MrapSite, call: MrapCall, action: string): AccessPoint {
  const { region, target, principal, account } = call;
  // What AWS says elsewhere is not documented, only that it is refused.
  if (!ROUTE_REGIONS.includes(region))
    throw new AwsError(
      'InvalidRequest',
      400,
      `Routes are not served by ${region}, only by ${ROUTE_REGIONS.join(', ')}`,
    );
  if (!/^arn:aws:s3::\d{12}:accesspoint\/[a-z0-9]+\.mrap$/.test(target))
    throw new AwsError('InvalidRequest', 400, `${target} is not the ARN of a Multi-Region Access Point`);
  access.require({ principal, region, action, resource: target });
  const point = points.resolve(target);
  if (point === undefined || point.account !== account) throw noSuchPoint();
  return point;
}

function allowAtHome({ access }: MrapSite, { principal, region, account }: MrapCall, action: string): void {
  if (region !== HOME_REGION)
    throw new AwsError('InvalidRequest', 400, `Multi-Region Access Points are managed in ${HOME_REGION} only`);
  access.require({ principal, region, action, resource: `arn:aws:s3::${account}:accesspoint/*` });
}

function detailsOf(xml: string, root: string): XmlElement {
  return parseXml(xml, root).expectOnly('ClientToken', 'Details').require('Details');
}

function toUpdate(route: XmlElement): RouteUpdate {
  route.expectOnly('Bucket', 'Region', 'TrafficDialPercentage');
  const [bucket, region] = [route.text('Bucket'), route.text('Region')];
  return {
    ...(bucket === undefined ? {} : { bucket }),
    ...(region === undefined ? {} : { region }),
    dial: Number(route.requireText('TrafficDialPercentage')),
  };
}

function tokenOf({ account }: MrapCall, verb: string, name: string): string {
  return `arn:aws:s3:${HOME_REGION}:${account}:async-request/mrap/${verb}/${name}`;
}

function report({ name, alias, createdAtMs, account, routes }: AccessPoint): XmlObject {
  return {
    Name: name,
    Alias: alias,
    CreatedAt: new Date(createdAtMs).toISOString(),
    Status: 'READY',
    Regions: {
      Region: routes.map(({ bucket, region }) => ({ Bucket: bucket, Region: region, BucketAccountId: account })),
    },
  };
}

function answer(root: string, content: XmlObject): SandboxResponse {
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: buildXml(root, content, NAMESPACE) };
}
