import { GetBucketLocationCommand, HeadBucketCommand } from '@aws-sdk/client-s3';
import { HoldfastError } from '../../errors.ts';
import type { Call } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { toFailure, translateError } from './translate-error.ts';

export interface BucketQuestion extends Call {
  readonly bucket: string;
  /** Where to ask first; also the answer where a server has no Regions. */
  readonly startRegion: string;
}

/**
 * The Region of a bucket. S3 names it in every answer to HeadBucket, refusals included, so that no permission is needed; other
 * servers may only answer GetBucketLocation. Throws `invalid-config` where there is no such bucket.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
 */
export async function findBucketRegion(clients: Pick<Clients, 's3'>, question: BucketQuestion): Promise<string> {
  const { bucket, startRegion, signal } = question;
  try {
    const output = await clients
      .s3(startRegion)
      .send(new HeadBucketCommand({ Bucket: bucket }), { abortSignal: signal });
    return output.BucketRegion ?? (await locate(clients, question)) ?? startRegion;
  } catch (error) {
    const named = regionIn(error);
    if (named !== undefined) return named;
    const { status } = toFailure(error);
    if (status === 404) {
      throw new HoldfastError('invalid-config', 'cli', `expected an existing bucket, there is no ${bucket}`, {
        cause: error,
      });
    }
    // No answer at all, or a server in trouble: asking again in another way shows nothing else.
    if (status === undefined || status >= 500) throw translateError(error, 'HeadBucket');
    return (await locate(clients, question)) ?? startRegion;
  }
}

/** `undefined` where this is refused too: the reading itself will say what is wrong. */
async function locate(
  clients: Pick<Clients, 's3'>,
  { bucket, startRegion, signal }: BucketQuestion,
): Promise<string | undefined> {
  try {
    const command = new GetBucketLocationCommand({ Bucket: bucket });
    const { LocationConstraint: constraint } = await clients.s3(startRegion).send(command, { abortSignal: signal });
    if (constraint === undefined) return 'us-east-1'; // S3 has no constraint for its first Region
    return constraint === 'EU' ? 'eu-west-1' : constraint;
  } catch {
    return undefined;
  }
}

/** The Region in the headers of a refusal. */
function regionIn(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('$response' in error)) return undefined;
  const response = error.$response;
  if (typeof response !== 'object' || response === null || !('headers' in response)) return undefined;
  const { headers } = response;
  if (typeof headers !== 'object' || headers === null || !('x-amz-bucket-region' in headers)) return undefined;
  return String(headers['x-amz-bucket-region']);
}
