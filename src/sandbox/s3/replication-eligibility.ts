import { usesKms } from './encryption.ts';
import { isArchived } from './object-headers.ts';
import type { ReplicationConfiguration, ReplicationRule } from './replication-config.ts';
import type { Version } from './stored.ts';

/**
 * The rules by which a version is to be replicated, one per destination: of those that match it the one of the highest priority
 * decides, also against it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html
 */
export function replicatingRules({ rules }: ReplicationConfiguration, version: Version): readonly ReplicationRule[] {
  const chosen = new Map<string, ReplicationRule>();
  for (const rule of rules) {
    if (!matches(rule, version)) continue;
    if (rule.priority >= (chosen.get(rule.destination)?.priority ?? 0)) chosen.set(rule.destination, rule);
  }
  return [...chosen.values()].filter((rule) => takes(rule, version));
}

/** Whether a version needs KMS to be read. */
export function needsKms(version: Version): boolean {
  return version.kind === 'object' && usesKms(version.encryption);
}

function matches({ enabled, prefix, tags }: ReplicationRule, version: Version): boolean {
  const found = version.kind === 'object' ? version.tags : new Map<string, string>();
  return enabled && version.key.startsWith(prefix) && [...tags].every(([key, value]) => found.get(key) === value);
}

function takes({ deleteMarkers, kmsObjects, replicaModifications }: ReplicationRule, version: Version): boolean {
  // A replica does not go on to another bucket; only what was changed of it goes back, where the rule says so.
  if (version.replicationStatus === 'REPLICA' && !replicaModifications) return false;
  if (version.kind === 'delete-marker') return deleteMarkers;
  if (isArchived(version.headers.storageClass)) return false;
  return kmsObjects || !needsKms(version);
}
