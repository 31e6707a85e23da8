import type { PairCheck } from './check.ts';
import { exposedBucket } from './exposed-bucket.ts';
import { lifecycleDivergence } from './lifecycle-divergence.ts';
import { missingNotification } from './missing-notification.ts';
import { missingPermissions } from './missing-permissions.ts';
import { removableVersions } from './removable-versions.ts';
import { ruleAbsence } from './rule-absence.ts';
import { unexpectedDestination } from './unexpected-destination.ts';
import { unfinishedUploads } from './unfinished-uploads.ts';
import { unreplicatedDeleteMarkers } from './unreplicated-delete-markers.ts';
import { unreportedFailures } from './unreported-failures.ts';
import { unselectedKmsObjects } from './unselected-kms-objects.ts';
import { unsyncedModifications } from './unsynced-modifications.ts';
import { untimedReplication } from './untimed-replication.ts';
import { untrustingRole } from './untrusting-role.ts';
import { versioningSuspension } from './versioning-suspension.ts';

/** Every check of a pair, one line each; the order is the order of findings, and that in which people are told. */
export const pairChecks: readonly PairCheck[] = [
  versioningSuspension,
  ruleAbsence,
  unselectedKmsObjects,
  untrustingRole,
  missingPermissions,
  unreplicatedDeleteMarkers,
  unsyncedModifications,
  unexpectedDestination,
  unreportedFailures,
  untimedReplication,
  missingNotification,
  lifecycleDivergence,
  unfinishedUploads,
  exposedBucket,
  removableVersions,
];
