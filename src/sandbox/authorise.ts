import { AwsError } from './aws-error.ts';
import { isAdmin } from './credentials.ts';
import type { AccessControl } from './iam/access.ts';
import { neededForS3, neededToKnowAbsence } from './iam/s3-access.ts';
import type { SandboxRequest, SandboxResponse } from './service.ts';

/**
 * The permissions of requests to S3, from the outside: what a request names before it runs, and what only the answer tells. The
 * other services name their resources in the body and ask for themselves.
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

export function createAuthoriser(access: AccessControl): Authoriser {
  return {
    before(request, operation) {
      if (request.service !== 's3') return;
      const { principal, region } = request;
      const context = { 's3:prefix': request.query.get('prefix') ?? undefined };
      for (const needed of neededForS3(operation, request)) access.require({ principal, region, context, ...needed });
    },
    after(request, operation, response) {
      const { service, principal, region } = request;
      if (service !== 's3' || isAdmin(principal)) return response;
      if (response.status === 404 && TELLING.has(operation)) {
        const known = access.isAllowed({ principal, region, ...neededToKnowAbsence(request) });
        return known ? response : refuse(request, response, 'the caller may not list the bucket');
      }
      const keyArn = spentKey(request, operation, response);
      if (keyArn === undefined) return response;
      const context = {
        'kms:ViaService': `s3.${region}.amazonaws.com`,
        'kms:EncryptionContext:aws:s3:arn': encryptionContext(request, response),
      };
      const allowed = access.isAllowed({ principal, region, action: 'kms:Decrypt', resource: keyArn, context });
      return allowed ? response : refuse(request, response, `the caller may not kms:Decrypt with ${keyArn}`);
    },
  };
}

/** The KMS key that S3 needed for this answer on the caller's behalf. */
function spentKey(
  { headers, region, principal }: SandboxRequest,
  operation: string,
  response: SandboxResponse,
): string | undefined {
  const decrypts =
    operation === 'GetObject' || (operation === 'HeadObject' && headers['x-amz-checksum-mode'] === 'ENABLED');
  const key = response.headers?.['x-amz-server-side-encryption-aws-kms-key-id'];
  if (!decrypts || response.status >= 400 || key === undefined) return undefined;
  return key.startsWith('arn:') ? key : `arn:aws:kms:${region}:${principal.account}:key/${key}`;
}

/** The object's ARN, or the bucket's where the object has a bucket key. */
function encryptionContext(request: SandboxRequest, response: SandboxResponse): string | undefined {
  const [object] = neededForS3('GetObject', request);
  const bucketKey = response.headers?.['x-amz-server-side-encryption-bucket-key-enabled'] === 'true';
  return bucketKey ? neededToKnowAbsence(request).resource : object?.resource;
}

function refuse({ principal }: SandboxRequest, { body }: SandboxResponse, why: string): never {
  if (body !== undefined && typeof body === 'object' && 'destroy' in body) body.destroy();
  throw new AwsError('AccessDenied', 403, `User: ${principal.arn} is not authorized to perform this action: ${why}`);
}
