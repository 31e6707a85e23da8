import type { FaultTarget } from '../service.ts';
import type { Call } from './s3-cloud.ts';

/** What a planted fault must match to hit this call. */
export function faultTarget({ request, bucket, operation }: Call, knownVersionId?: string): FaultTarget {
  const versionId = knownVersionId ?? request.query.get('versionId');
  return {
    region: bucket.region,
    service: 's3',
    operation,
    bucket: bucket.name,
    ...(request.key === '' ? {} : { key: request.key }),
    ...(versionId === null ? {} : { versionId }),
  };
}
