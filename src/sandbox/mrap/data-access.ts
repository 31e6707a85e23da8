import { AwsError } from '../aws-error.ts';
import type { FaultRegister } from '../faults.ts';
import { isCutOff } from '../reachability.ts';
import type { SandboxRequest, SandboxResponse } from '../service.ts';
import type { SigningAlgorithm } from '../sigv4-canonical.ts';
import type { AccessPointRegister } from './access-point-register.ts';
import type { AccessPoint, PointRoute } from './access-point.ts';
import { distanceBetween } from './region-distance.ts';

/** The way from the name of an access point to one of its buckets. */
export interface DataAccess {
  /** The same request to the bucket that takes it. Throws what S3 refuses. */
  route(request: SandboxRequest, signedWith: SigningAlgorithm): SandboxRequest;
  /** Refuses what access points do not offer. */
  require(request: SandboxRequest, operation: string): void;
  /** The answer, without the name of the bucket that gave it. */
  conceal(request: SandboxRequest, response: SandboxResponse): SandboxResponse;
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/MrapOperations.html */
const OFFERED: ReadonlySet<string> = new Set([
  'AbortMultipartUpload',
  'CompleteMultipartUpload',
  'CopyObject',
  'CreateMultipartUpload',
  'DeleteObject',
  'DeleteObjectTagging',
  'GetObject',
  'GetObjectAcl',
  'GetObjectLegalHold',
  'GetObjectRetention',
  'GetObjectTagging',
  'HeadObject',
  'ListMultipartUploads',
  'ListObjectsV2',
  'ListParts',
  'PutObject',
  'PutObjectAcl',
  'PutObjectLegalHold',
  'PutObjectRetention',
  'PutObjectTagging',
  'RestoreObject',
  'UploadPart',
  'UploadPartCopy',
]);

const HOST = /^(?<alias>[a-z0-9]+\.mrap)\.accesspoint\.s3-global\.amazonaws\.com$/;

export function createDataAccess(points: AccessPointRegister, faults: FaultRegister): DataAccess {
  return {
    route(request, signedWith) {
      const alias = HOST.exec(request.host)?.groups?.['alias'];
      if (signedWith === 'AWS4-HMAC-SHA256') {
        if (alias === undefined) return request;
        throw new AwsError(
          'InvalidRequest',
          400,
          'The authorization mechanism you have provided is not supported. Please use AWS4-ECDSA-P256-SHA256.',
        );
      }
      if (alias === undefined || request.service !== 's3')
        throw new AwsError('NotImplemented', 501, 'the sandbox takes SigV4A for Multi-Region Access Points only');
      const point = points.resolve(alias);
      if (point === undefined) throw new AwsError('NoSuchBucket', 404, 'The specified bucket does not exist');
      const { bucket, region } = chooseBucket(faults, point, request.principal.region);
      const { 'x-amz-region-set': _, ...headers } = request.headers;
      const rawPath = `/${bucket}${request.rawPath}`;
      return { ...request, rawPath, region, headers, host: '127.0.0.1', accessPoint: point.arn };
    },
    require({ accessPoint, method }, operation) {
      if (accessPoint === undefined || OFFERED.has(operation)) return;
      const text = 'The specified method is not allowed against this resource.';
      throw new AwsError('MethodNotAllowed', 405, text, { Method: method });
    },
    conceal({ accessPoint, rawPath }, response) {
      if (accessPoint === undefined || typeof response.body !== 'string') return response;
      const bucket = /^\/(?<bucket>[^/]+)/.exec(rawPath)?.groups?.['bucket'] ?? '';
      const alias = accessPoint.slice(accessPoint.lastIndexOf('/') + 1);
      const body = response.body
        .replace(`<Name>${bucket}</Name>`, `<Name>${alias}</Name>`)
        .replace(`<Bucket>${bucket}</Bucket>`, `<Bucket>${alias}</Bucket>`)
        .replace(/<Resource>[^<]*<\/Resource>/, `<Resource>${alias}</Resource>`);
      return { ...response, body };
    },
  };
}

/**
 * The nearest active bucket, whether or not it has the object. One that no connection reaches is left out while there is another;
 * one whose Region answers with errors is not, because that is no disruption of the network.
 */
function chooseBucket(faults: FaultRegister, point: AccessPoint, from: string | undefined): PointRoute {
  const active = point.effective.filter(({ dial }) => dial > 0);
  const byDistance =
    from === undefined
      ? active
      : active.toSorted((a, b) => distanceBetween(from, a.region) - distanceBetween(from, b.region));
  const chosen = byDistance.find((route) => !isCutOff(faults, from, route)) ?? byDistance[0];
  if (chosen === undefined) throw new Error(`the access point ${point.name} has no active bucket`);
  return chosen;
}
