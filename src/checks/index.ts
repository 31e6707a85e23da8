import { baselineDivergence } from './baseline-divergence.ts';
import type { Check } from './check.ts';
import { checksumDivergence } from './checksum-divergence.ts';
import { contentReadability } from './content-readability.ts';
import { declaredDigestDivergence } from './declared-digest-divergence.ts';
import { etagDivergence } from './etag-divergence.ts';
import { incomparableContent } from './incomparable-content.ts';
import { objectLoss } from './object-loss.ts';
import { replicationReport } from './replication-report.ts';
import { sizeDivergence } from './size-divergence.ts';

/** Every check, one line each; the order is the order of findings. */
export const checks: readonly Check[] = [
  objectLoss,
  replicationReport,
  contentReadability,
  sizeDivergence,
  etagDivergence,
  checksumDivergence,
  declaredDigestDivergence,
  baselineDivergence,
  incomparableContent,
];
