import { causedBy, causedByS3 } from './announce.ts';
import { requestedObject } from './find-version.ts';
import { isArchived } from './object-headers.ts';
import { receiveText } from './receive.ts';
import type { BucketOperation, S3Cloud } from './s3-cloud.ts';
import { S3Error, invalidArgument } from './s3-error.ts';
import type { ObjectVersion } from './stored.ts';
import { parseXml } from './xml.ts';

const DAY_MS = 24 * 60 * 60_000;

/** Sandbox time that a restore takes, by tier: the upper end of what S3 names. */
const RESTORE_MS: Readonly<Record<string, number>> = {
  Expedited: 5 * 60_000,
  Standard: 5 * 60 * 60_000,
  Bulk: 12 * 60 * 60_000,
};

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreObject.html */
export const restoreObject: BucketOperation = {
  name: 'RestoreObject',
  on: 'object',
  method: 'POST',
  selectors: ['restore'],
  parameters: ['versionId'],
  async run(call) {
    const { cloud, request, bucket } = call;
    const asked = parseXml(await receiveText(cloud, request), 'RestoreRequest').expectOnly(
      'Days',
      'GlacierJobParameters',
      'Tier',
    );
    const version = requestedObject(call);
    const { storageClass } = version.headers;
    if (!isArchived(storageClass)) {
      throw new S3Error('InvalidObjectState', "Restore is not allowed for the object's current storage class");
    }
    const days = Number(asked.requireText('Days'));
    if (!Number.isInteger(days) || days < 1)
      throw invalidArgument('Days', String(days), 'Days must be a positive integer');
    const tier = asked.child('GlacierJobParameters')?.text('Tier') ?? asked.text('Tier') ?? 'Standard';
    const durationMs = RESTORE_MS[tier];
    if (durationMs === undefined) throw invalidArgument('Tier', tier, 'The tier is not valid');
    const now = cloud.world.clock.now();
    if (version.restored !== undefined && version.restored.readyAtMs > now) {
      throw new S3Error('RestoreAlreadyInProgress', 'Object restore is already in progress');
    }
    const again = isRestored(cloud, version);
    const readyAtMs = again ? now : now + durationMs;
    version.restored = { readyAtMs, expiresAtMs: Math.ceil((readyAtMs + days * DAY_MS) / DAY_MS) * DAY_MS };
    const about = { key: version.key, versionId: version.versionId, sizeBytes: version.sizeBytes, etag: version.etag };
    if (again) return { status: 200 };
    cloud.events.announce(bucket, { name: 'ObjectRestore:Post', ...about }, causedBy(request.raw));
    const { expiresAtMs } = version.restored;
    cloud.world.clock.schedule(durationMs, () => {
      const restoreEventData = {
        lifecycleRestorationExpiryTime: new Date(expiresAtMs).toISOString(),
        lifecycleRestoreStorageClass: storageClass,
      };
      const extra = { glacierEventData: { restoreEventData } };
      cloud.events.announce(bucket, { name: 'ObjectRestore:Completed', ...about, extra }, causedByS3(cloud.world));
    });
    return { status: 202 };
  },
};

/** Whether an archived object can be read now. */
export function isRestored({ world }: S3Cloud, { restored }: ObjectVersion): boolean {
  const now = world.clock.now();
  return restored !== undefined && restored.readyAtMs <= now && now < restored.expiresAtMs;
}

export function restoreHeaders(cloud: S3Cloud, version: ObjectVersion): Record<string, string> {
  const { restored } = version;
  if (restored === undefined || cloud.world.clock.now() >= restored.expiresAtMs) return {};
  if (!isRestored(cloud, version)) return { 'x-amz-restore': 'ongoing-request="true"' };
  return { 'x-amz-restore': `ongoing-request="false", expiry-date="${new Date(restored.expiresAtMs).toUTCString()}"` };
}
