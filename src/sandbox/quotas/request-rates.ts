import type { SandboxClock } from '../service.ts';
import type { QuotaRegister } from './quota-register.ts';
import { createRateMeter } from './rate-meter.ts';

/** One request to S3 about a key, or about the keys under a prefix. */
export interface CountedRequest {
  readonly region: string;
  readonly bucket: string;
  readonly key: string;
  readonly kind: 'read' | 'write';
}

/** What S3 takes per second under one prefix; requests that replication makes count like those of users. */
export interface RequestRates {
  /** Counts a request; `false`: it is one too many in this second, and S3 answers 503. */
  take(request: CountedRequest): boolean;
}

/** A prefix is a key up to its last slash. S3 itself splits its key space where the load is, which nobody can see. */
export function createRequestRates(quotas: QuotaRegister, clock: Pick<SandboxClock, 'now'>): RequestRates {
  const meter = createRateMeter(clock);
  return {
    take({ region, bucket, key, kind }) {
      const prefix = key.slice(0, key.lastIndexOf('/') + 1);
      return meter.take(`${kind} ${bucket}/${prefix}`, quotas.s3PerSecondPerPrefix(region, kind));
    },
  };
}
