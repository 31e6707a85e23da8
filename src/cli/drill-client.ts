import { HoldfastError } from '../errors.ts';
import type { DrillClient } from '../model/drill.ts';
import type { Call, Clock, MrapReader } from '../ports.ts';

/** A client of the access point, which wants one object again and again. */
export interface AccessPointClient {
  read(call: Call): Promise<void>;
  /** What it has seen since the last time it was asked. */
  take(): DrillClient;
}

export function createAccessPointClient(
  { arn, key }: { readonly arn: string; readonly key: string },
  { through, clock }: { readonly through: MrapReader; readonly clock: Clock },
): AccessPointClient {
  let reads = 0;
  let failed = 0;
  let brokenAt: Date | undefined;
  let backAt: Date | undefined;
  return {
    async read(call) {
      const at = clock.now();
      reads += 1;
      try {
        // Any answer is one: a bucket that does not have the object is there.
        await through.read(arn, key, call);
        if (brokenAt !== undefined) backAt ??= clock.now();
      } catch (error) {
        if (!(error instanceof HoldfastError) || call.signal.aborted) throw error;
        failed += 1;
        brokenAt ??= at;
        backAt = undefined;
      }
    },
    take() {
      const outage =
        brokenAt === undefined || backAt === undefined ? {} : { outageMs: backAt.getTime() - brokenAt.getTime() };
      const seen = { reads, failed, ...outage };
      [reads, failed, brokenAt, backAt] = [0, 0, undefined, undefined];
      return seen;
    },
  };
}
