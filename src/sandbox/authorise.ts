import { AwsError } from './aws-error.ts';
import { isAdmin } from './credentials.ts';
import type { AccessControl, AccessRequest } from './iam/access.ts';
import { neededForS3, neededToKnowAbsence } from './iam/s3-access.ts';
import { splitAddress } from './s3/s3-request.ts';
import type { S3Service } from './s3/s3-service.ts';
import type { SandboxRequest, SandboxResponse } from './service.ts';

/**
 * The permissions of requests to S3, from the outside: what a request names before it runs, and what only the answer tells. The
 * other services name their resources in the body and ask for themselves, and S3 itself asks for the keys that it uses.
 */
export interface Authoriser {
  /** Throws `AccessDenied`. */
  before(request: SandboxRequest, operation: string): void;
  /** The answer, or a refusal in its place. */
  after(request: SandboxRequest, operation: string, response: SandboxResponse): SandboxResponse;
}

/** Reads of an object that say whether it exists. */
const TELLING: ReadonlySet<string> = new Set([
  'GetObject',
  'HeadObject',
  'GetObjectAttributes',
  'GetObjectTagging',
  'GetObjectAcl',
]);

export function createAuthoriser(access: AccessControl, s3: Pick<S3Service, 'ownership'>): Authoriser {
  const ofBucket = (request: SandboxRequest): Pick<AccessRequest, 'resourceAccount' | 'resourcePolicy'> => {
    const bucket = s3.ownership(splitAddress(request).bucket);
    return bucket === undefined ? {} : { resourceAccount: bucket.account, resourcePolicy: bucket.policy };
  };

  return {
    before(request, operation) {
      if (request.service !== 's3') return;
      const { principal, region, accessPoint } = request;
      const context = {
        's3:prefix': request.query.get('prefix') ?? undefined,
        's3:DataAccessPointArn': accessPoint,
      };
      for (const needed of neededForS3(operation, request)) {
        access.require({ principal, region, context, ...ofBucket(request), ...needed });
        if (accessPoint !== undefined)
          access.require({
            principal,
            region,
            context,
            ...needed,
            resource: throughPoint(accessPoint, needed.resource),
          });
      }
    },
    after(request, operation, response) {
      const { service, principal, region } = request;
      if (service !== 's3' || isAdmin(principal)) return response;
      if (response.status === 404 && TELLING.has(operation)) {
        const known = access.isAllowed({ principal, region, ...ofBucket(request), ...neededToKnowAbsence(request) });
        return known ? response : refuse(request, response, 'the caller may not list the bucket');
      }
      return response;
    },
  };
}

/** What is asked of an access point, as its own resource; beside it, whoever asks needs the same of the bucket. */
function throughPoint(accessPoint: string, resource: string): string {
  const slash = resource.indexOf('/');
  return slash === -1 ? accessPoint : `${accessPoint}/object/${resource.slice(slash + 1)}`;
}

function refuse({ principal }: SandboxRequest, { body }: SandboxResponse, why: string): never {
  if (body !== undefined && typeof body === 'object' && 'destroy' in body) body.destroy();
  throw new AwsError('AccessDenied', 403, `User: ${principal.arn} is not authorized to perform this action: ${why}`);
}
