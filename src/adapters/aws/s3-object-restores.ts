import { RestoreObjectCommand } from '@aws-sdk/client-s3';
import type { ObjectRestores } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { toFailure, translateError } from './translate-error.ts';

/**
 * Restores of archived versions, in the tier `Bulk`: within 12 hours from GLACIER, within 48 from DEEP_ARCHIVE.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreObject.html
 */
export function createS3ObjectRestores(clients: Pick<Clients, 's3'>): ObjectRestores {
  return {
    async restore({ bucket, region, key, versionId }, { days, signal }) {
      const command = new RestoreObjectCommand({
        Bucket: bucket,
        Key: key,
        ...(versionId === undefined ? {} : { VersionId: versionId }),
        RestoreRequest: { Days: days, GlacierJobParameters: { Tier: 'Bulk' } },
      });
      try {
        await clients.s3(region).send(command, { abortSignal: signal });
        return 'asked';
      } catch (error) {
        const { status, code } = toFailure(error);
        if (code === 'RestoreAlreadyInProgress') return 'under-way';
        if (status === 403) return 'denied';
        throw translateError(error, 'ObjectRestores.restore');
      }
    },
  };
}
