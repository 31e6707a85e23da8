import { bucketKeyAbsence } from './bucket-key-absence.ts';
import type { PressureCheck } from './check.ts';
import { chainSilence } from './chain-silence.ts';
import { delayByKms } from './delay-by-kms.ts';
import { kmsHeadroom } from './kms-headroom.ts';
import { throttleStorm } from './throttle-storm.ts';
import { unusableKey } from './unusable-key.ts';

/** Every check of pressure, one line each; the order is that in which people are told. */
export const pressureChecks: readonly PressureCheck[] = [
  unusableKey,
  chainSilence,
  throttleStorm,
  kmsHeadroom,
  delayByKms,
  bucketKeyAbsence,
];
