import type { ReplicationRule, ReplicationSettings } from './bucket-settings.ts';
import type { Link } from './link.ts';

/** The rules of a bucket that replicate, or would if they were enabled, to the destination of this link. */
export function rulesTo(settings: ReplicationSettings | undefined, { destination }: Link): readonly ReplicationRule[] {
  return settings?.rules.filter(({ destinationBucket }) => destinationBucket === destination.bucket) ?? [];
}

/** Those of them that replicate. */
export function enabledRules(settings: ReplicationSettings | undefined, link: Link): readonly ReplicationRule[] {
  return rulesTo(settings, link).filter(({ enabled }) => enabled);
}

/** The same settings with the rules changed that are among these. */
export function withRules(
  settings: ReplicationSettings,
  among: readonly ReplicationRule[],
  change: (rule: ReplicationRule) => ReplicationRule,
): ReplicationSettings {
  return { ...settings, rules: settings.rules.map((rule) => (among.includes(rule) ? change(rule) : rule)) };
}

/** Whether every object that the rule selects is selected by the other one as well. */
export function covers(
  wide: Pick<ReplicationRule, 'prefix' | 'tags'>,
  narrow: Pick<ReplicationRule, 'prefix' | 'tags'>,
): boolean {
  const tags = Object.entries(wide.tags);
  return narrow.prefix.startsWith(wide.prefix) && tags.every(([key, value]) => narrow.tags[key] === value);
}

/** Names of rules for people. */
export function namesOf(rules: readonly Pick<ReplicationRule, 'id' | 'prefix'>[]): string {
  return rules.map(({ id, prefix }) => (id === '' ? `(prefix "${prefix}")` : id)).join(', ');
}
