import { formatSubject } from '../src/render/alert.ts';
import { KIB, randomContent } from './content.ts';
import { advance, plant } from './control.ts';
import { DESTINATION, REPLICATED_PREFIX, SOURCE } from './places.ts';
import type { Scene } from './scene.ts';
import { hasArrived } from './show-replica.ts';
import type { Stage } from './stage.ts';
import { upload } from './upload.ts';
import { versionName } from './verdict.ts';
import { putLifecycle } from './wire-buckets.ts';

const PREFIX = `${REPLICATED_PREFIX}short-lived/`;
const DAY_MS = 24 * 3_600_000;

/** The watch of the configuration runs every quarter of an hour. */
const WATCH_MS = 15 * 60_000;

/** A day until it expires, and one more until the version is removed for good; each counts from the next midnight. */
const REMOVED_MS = 4 * DAY_MS;

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
  await advance(stage, WATCH_MS);
  const { bucket: source, region } = SOURCE;
  const pair = formatSubject({ kind: 'pair', pair: 'orders', region, source, destination: DESTINATION.bucket });
  return {
    id: 'lifecycle',
    what: 'a lifecycle rule removes replicas before their sources',
    awaited: [{ about: [pair], codes: ['replica-expires-early'], verdict: 'violated' }],
  };
}

/** What such a rule did remove is missed by nobody, even by a look that comes afterwards: it was entitled to. */
export async function showExpired(stage: Stage): Promise<Scene> {
  const { bucket, region } = SOURCE;
  const key = `${PREFIX}session.bin`;
  await plant(stage, { kind: 'delay-event', delayMs: REMOVED_MS, times: 1, bucket, key });
  const versionId = await upload(stage.s3(region), bucket, { key, ...randomContent(KIB) });
  const replica = { bucket: DESTINATION.bucket, key, versionId };
  if (!(await hasArrived(stage, replica))) throw new Error(`expected a replica of ${key}, found none`);
  await advance(stage, REMOVED_MS);
  return {
    id: 'expired',
    what: 'a replica that its lifecycle rule removed',
    awaited: [{ about: [versionName({ bucket, key, versionId })], codes: ['content-verified'], verdict: 'verified' }],
  };
}
