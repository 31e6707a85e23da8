import { usesKms } from './encryption.ts';
import { isArchived } from './object-headers.ts';
import type { ReplicationConfiguration, ReplicationRule } from './replication-config.ts';
import type { Version } from './stored.ts';

/**
 * The rules by which a version is replicated when it is written or changed, one per destination. A replica does not go on to
 * another bucket; only what was changed of it goes back, where the rule says so.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html
 */
export function replicatingRules(
  configuration: ReplicationConfiguration,
  version: Version,
): readonly ReplicationRule[] {
  return eligibleRules(configuration, version).filter((rule) => !version.replica || rule.replicaModifications);
}

/** The rules that select a version, whatever its history: what a batch job goes by. Of those to one destination the one of the highest priority decides, also against it. */
export function eligibleRules({ rules }: ReplicationConfiguration, version: Version): readonly ReplicationRule[] {
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

function takes({ deleteMarkers, kmsObjects }: ReplicationRule, version: Version): boolean {
  if (version.kind === 'delete-marker') return deleteMarkers;
  if (isArchived(version.headers.storageClass)) return false;
  return kmsObjects || !needsKms(version);
}
