import type { SandboxRequest } from '../service.ts';

/** Every path of S3 Control begins so. A bucket may be called the same, but no request to it names an account. */
const PREFIX = '/v20180820/';

/** Whether a request that is signed for S3 is one to S3 Control: one endpoint serves both. */
export function isS3Control(service: string, request: Pick<SandboxRequest, 'rawPath' | 'headers'>): boolean {
  return service === 's3' && request.rawPath.startsWith(PREFIX) && request.headers['x-amz-account-id'] !== undefined;
}

/** What follows the version of the API, in its segments. */
export function controlPath(rawPath: string): readonly string[] {
  return rawPath.slice(PREFIX.length).split('/').map(decodeURIComponent);
}
