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
import { deleteMarkerDivergence } from './delete-marker-divergence.ts';
import { replicaAbsence } from './replica-absence.ts';
import { replicaAgreement } from './replica-agreement.ts';
import { replicaAclDivergence } from './replica-acl-divergence.ts';
import { replicaClassDivergence } from './replica-class-divergence.ts';
import { replicaContentDivergence } from './replica-content-divergence.ts';
import { replicaEncryptionDivergence } from './replica-encryption-divergence.ts';
import { replicaLockDivergence } from './replica-lock-divergence.ts';
import { replicaMetadataDivergence } from './replica-metadata-divergence.ts';
import { replicaReachability } from './replica-reachability.ts';
import { replicaSizeDivergence } from './replica-size-divergence.ts';
import { replicaTagDivergence } from './replica-tag-divergence.ts';
import { sourceVersionAbsence } from './source-version-absence.ts';
import { versionConflict } from './version-conflict.ts';

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
  replicaReachability,
  replicaAbsence,
  replicaAgreement,
  replicaSizeDivergence,
  replicaContentDivergence,
  replicaMetadataDivergence,
  replicaTagDivergence,
  replicaAclDivergence,
  replicaLockDivergence,
  replicaClassDivergence,
  replicaEncryptionDivergence,
  deleteMarkerDivergence,
  versionConflict,
  sourceVersionAbsence,
];
