import type { Cases } from '../contract.ts';
import { accessPointCases } from './access-points.ts';
import { batchJobCases } from './batch-jobs.ts';
import { bucketSettingCases } from './bucket-settings.ts';
import { bucketCases } from './buckets.ts';
import { checksumCases } from './checksums.ts';
import { encryptionCases } from './encryption.ts';
import { eventBridgeCases } from './event-bridge.ts';
import { keyCases } from './keys.ts';
import { multipartCases } from './multipart.ts';
import { notificationCases } from './notifications.ts';
import { objectStoreCases } from './object-store.ts';
import { objectCases } from './objects.ts';
import { queueCases } from './queues.ts';
import { readCases } from './reads.ts';
import { replicationCases } from './replication.ts';
import { rimCases } from './rim.ts';
import { signatureCases } from './signatures.ts';
import { tableCases } from './tables.ts';
import { topicCases } from './topics.ts';
import { troubleCases } from './trouble.ts';
import { versionCases } from './versions.ts';

const areas: readonly Cases[] = [
  bucketCases,
  bucketSettingCases,
  objectCases,
  readCases,
  keyCases,
  checksumCases,
  multipartCases,
  versionCases,
  encryptionCases,
  notificationCases,
  eventBridgeCases,
  replicationCases,
  batchJobCases,
  accessPointCases,
  signatureCases,
  queueCases,
  topicCases,
  tableCases,
  objectStoreCases,
  rimCases,
  troubleCases,
];

/** Every case of every area, in this order. Throws where two areas use the same sentence. */
export const cases: Cases = merge(areas);

function merge(all: readonly Cases[]): Cases {
  const entries = all.flatMap((area) => Object.entries(area));
  const merged = Object.fromEntries(entries);
  if (Object.keys(merged).length !== entries.length) throw new Error('two contract cases have the same name');
  return merged;
}
