import { HoldfastError } from '../../errors.ts';
import { toChecksumJobDocument } from '../../model/checksum-job.ts';
import type { ChecksumJobs } from '../../ports.ts';
import { translateError } from './translate-error.ts';
import type { WatchClients } from './watch-clients.ts';

const OPERATION = 'ChecksumJobs.create';

/**
 * Jobs that compute checksums.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-compute-checksums.html
 */
export function createS3ChecksumJobs(clients: Pick<WatchClients, 's3control'>): ChecksumJobs {
  return {
    async create(request, { signal }) {
      // The commands come with the client, which is loaded when somebody needs it.
      const [client, { CreateJobCommand }] = await Promise.all([
        clients.s3control(request.region),
        import('@aws-sdk/client-s3-control'),
      ] as const);
      try {
        const { JobId: id } = await client.send(new CreateJobCommand(toChecksumJobDocument(request)), {
          abortSignal: signal,
        });
        if (id !== undefined) return id;
      } catch (error) {
        throw translateError(error, OPERATION);
      }
      throw new HoldfastError('unexpected', OPERATION, 'expected the ID of a job, got none');
    },
  };
}
