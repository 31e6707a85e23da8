import { advanceFromIdle } from './control.ts';
import { DESTINATION, ORDERS, REPLICATED_PREFIX } from './places.ts';
import type { Scene } from './scene.ts';
import type { Stage } from './stage.ts';
import { putLifecycle } from './wire-buckets.ts';

const PREFIX = `${REPLICATED_PREFIX}short-lived/`;

/** The watch of the configuration runs every quarter of an hour. */
const WATCH_MS = 15 * 60_000;

/** Somebody gives the destination a rule that the source does not have: replicas go while their sources stay. */
export async function showEarlyExpiry(stage: Stage): Promise<Scene> {
  await putLifecycle(stage.s3(DESTINATION.region), DESTINATION.bucket, [
    {
      ID: 'remove-short-lived',
      Status: 'Enabled',
      Filter: { Prefix: PREFIX },
      Expiration: { Days: 1 },
      NoncurrentVersionExpiration: { NoncurrentDays: 1 },
    },
  ]);
  await advanceFromIdle(stage, WATCH_MS);
  return {
    id: 'lifecycle',
    what: 'a lifecycle rule removes replicas before their sources',
    awaited: [{ about: [ORDERS], codes: ['replica-expires-early'], verdict: 'violated' }],
  };
}
