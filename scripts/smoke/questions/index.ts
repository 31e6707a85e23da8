import type { Question } from '../question.ts';
import { compositeAttributes } from './composite-attributes.ts';
import { eventBridgeKey } from './eventbridge-key.ts';
import { headWithoutChecksum } from './head-without-checksum.ts';
import { kmsThrottleCount } from './kms-throttle-count.ts';
import { nullVersion } from './null-version.ts';
import { replicaArrival } from './replica-arrival.ts';
import { replicaChecksums } from './replica-checksums.ts';
import { replicationFailures } from './replication-failures.ts';
import { UNASKED } from './unasked.ts';

/** Every question, in the order in which they are asked; the slowest are last. */
export const QUESTIONS: readonly Question[] = [
  replicaArrival,
  replicaChecksums,
  replicationFailures,
  compositeAttributes,
  kmsThrottleCount,
  eventBridgeKey,
  headWithoutChecksum,
  // Last: from then on the plain bucket keeps versions.
  nullVersion,
  ...UNASKED,
];
