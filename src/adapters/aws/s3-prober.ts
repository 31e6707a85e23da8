import { GetObjectCommand } from '@aws-sdk/client-s3';
import { PROBE_TIMEOUT_MS, probeCanaryKey } from '../../model/probe-canary.ts';
import type { Probe, ProbeOutcome } from '../../model/routing.ts';
import { throttleOf } from '../../model/throttle.ts';
import type { Clock, Prober } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { isOurFault, toFailure } from './translate-error.ts';

export interface ProberOptions {
  /** Region of whoever looks. */
  readonly observer: string;
  readonly clock: Clock;
  readonly timeoutMs?: number;
}

/** One look: what came of it, and what S3 or the network said. */
interface Answer {
  readonly outcome: ProbeOutcome;
  readonly detail?: string;
}

/** Reads canaries by GET: the 503 of a HEAD has no body and could be a throttle as well as an outage. Clients must not retry. */
export function createS3Prober(
  clients: Pick<Clients, 's3'>,
  { observer, clock, timeoutMs = PROBE_TIMEOUT_MS }: ProberOptions,
): Prober {
  async function read(
    place: { readonly bucket: string; readonly region: string },
    kind: 'plain' | 'kms',
    signal: AbortSignal,
  ): Promise<Answer> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    try {
      const command = new GetObjectCommand({ Bucket: place.bucket, Key: probeCanaryKey(place.bucket, kind) });
      const { Body: body } = await clients.s3(place.region).send(command, { abortSignal: limit });
      await body?.transformToByteArray(); // headers alone are no content
      return { outcome: 'answered' };
    } catch (error) {
      if (limit.aborted) return { outcome: 'failed', detail: `no answer within ${timeoutMs} ms` };
      return judge(error, kind);
    }
  }

  return {
    async probe({ mrap, bucket: { bucket, region, kmsKeys } }, { signal }): Promise<Probe> {
      const at = clock.now();
      const startMs = performance.now();
      const [plain, kms] = await Promise.all([
        read({ bucket, region }, 'plain', signal),
        kmsKeys.length === 0 ? undefined : read({ bucket, region }, 'kms', signal),
      ]);
      const detail = plain.detail ?? kms?.detail;
      return {
        mrap,
        observer,
        region,
        bucket,
        at,
        plain: plain.outcome,
        ...(kms === undefined ? {} : { kms: kms.outcome }),
        latencyMs: Math.round(performance.now() - startMs),
        ...(detail === undefined ? {} : { detail }),
      };
    },
  };
}

/**
 * Only what accuses the Region is `failed`: credentials of our own that have expired, or a bucket that is somewhere else, do not.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
function judge(error: unknown, kind: 'plain' | 'kms'): Answer {
  const failure = toFailure(error);
  const { status, code, message } = failure;
  const detail = [status === undefined ? [] : `HTTP ${status}`, code, message.slice(0, MOST_DETAIL)].flat().join(' ');
  if (isOurFault(failure)) return { outcome: 'denied', detail };
  if (throttleOf(failure) !== undefined) return { outcome: 'throttled', detail };
  if (status === undefined || status >= 500) return { outcome: 'failed', detail };
  if (status === 404) return { outcome: 'missing', detail };
  // A key that is disabled, or waits for its deletion: nothing under it can be read.
  if (kind === 'kms' && code.startsWith('KMS.')) return { outcome: 'failed', detail };
  return { outcome: 'denied', detail };
}

const MOST_DETAIL = 200;
