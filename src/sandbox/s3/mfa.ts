import type { Call } from './s3-cloud.ts';
import { S3Error } from './s3-error.ts';

/** Refuses a request without a serial number and a code. The sandbox has no devices, so it takes any. */
export function expectMfa({ request }: Pick<Call, 'request'>): void {
  if (/^\S+ \d{6}$/.test(request.headers['x-amz-mfa'] ?? '')) return;
  throw new S3Error('AccessDenied', 'Mfa Authentication must be used for this request');
}
