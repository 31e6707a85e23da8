import { PutObjectCommand } from '@aws-sdk/client-s3';
import { HoldfastError } from '../../errors.ts';
import { isCanary } from '../../model/canary.ts';
import { type Observation, present } from '../../model/observation.ts';
import type { CanaryWriter } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { toObservation } from './translate-error.ts';

/** The only writer of objects that there is. */
export function createS3CanaryWriter(clients: Pick<Clients, 's3'>): CanaryWriter {
  return {
    async put({ bucket, region, key, text, kmsKeyId }, { signal }): Promise<Observation<string>> {
      if (!isCanary({ key })) {
        const message = `CanaryWriter.put failed: expected a key of our own, got ${key}`;
        throw new HoldfastError('unexpected', 'CanaryWriter.put', message);
      }
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: text,
        ContentType: 'text/plain',
        ChecksumAlgorithm: 'CRC32', // a bucket with Object Lock takes nothing without one
        // Whether with a bucket key is left to the bucket: the canary is to be encrypted as everything else there.
        ...(kmsKeyId === undefined
          ? { ServerSideEncryption: 'AES256' }
          : { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeyId }),
      });
      try {
        const { VersionId: versionId } = await clients.s3(region).send(command, { abortSignal: signal });
        return versionId === undefined ? { state: 'absent' } : present(versionId);
      } catch (error) {
        return toObservation(error, 'CanaryWriter.put');
      }
    },
  };
}
