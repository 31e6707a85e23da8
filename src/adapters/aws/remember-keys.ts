import type { KmsKey } from '../../model/kms-key.ts';
import type { Observation } from '../../model/observation.ts';
import type { Clock, KeyStore } from '../../ports.ts';

/** Five minutes, less what the minute of a watch may come early; in milliseconds. */
const FRESH_FOR_MS = 5 * 60_000 - 30_000;

/**
 * Asks about each key once in five minutes: DescribeKey and GetKeyPolicy have quotas that the whole account shares. What could not
 * be read, and errors, are not remembered.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html
 */
export function rememberKeys(keys: KeyStore, { clock }: { readonly clock: Clock }): KeyStore {
  const known = new Map<string, { readonly seen: Observation<KmsKey>; readonly untilMs: number }>();
  return {
    async key(ref, call) {
      const name = JSON.stringify([ref.region, ref.id]);
      const nowMs = clock.now().getTime();
      const fresh = known.get(name);
      if (fresh !== undefined && fresh.untilMs > nowMs) return fresh.seen;
      const seen = await keys.key(ref, call);
      if (seen.state !== 'unreadable') known.set(name, { seen, untilMs: nowMs + FRESH_FOR_MS });
      return seen;
    },
  };
}
