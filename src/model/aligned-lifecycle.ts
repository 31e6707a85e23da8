import type { LifecycleRule } from './bucket-settings.ts';
import { CANARY_PREFIX } from './canary.ts';

/**
 * Rules of the destination that treat objects as the source does. What is not compared stays as it was: rules that are switched
 * off, uploads that are aborted, canaries, and, unless `transitions`, changes of the storage class.
 */
export function alignLifecycle(
  source: readonly LifecycleRule[],
  destination: readonly LifecycleRule[],
  transitions: boolean,
): readonly LifecycleRule[] {
  const kept = destination.flatMap((rule) => (isJudged(rule) ? own(rule, transitions) : [rule]));
  const taken = source.filter((rule) => isJudged(rule)).flatMap((rule) => shared(rule, transitions));
  const names = new Set(kept.map(({ id }) => id));
  return [...kept, ...taken.map((rule) => ({ ...rule, id: unusedName(rule.id, names) }))];
}

function isJudged({ enabled, prefix }: LifecycleRule): boolean {
  return enabled && !prefix.startsWith(CANARY_PREFIX);
}

/** The part of a rule that is the destination's own business; nothing where it has none. */
function own(rule: LifecycleRule, transitions: boolean): readonly LifecycleRule[] {
  const { expiration: _, noncurrentExpiration: __, ...rest } = rule;
  const part = { ...rest, expiredDeleteMarker: false, ...(transitions ? NO_TRANSITIONS : {}) };
  return doesSomething(part) ? [part] : [];
}

/** The part of a rule that both sides have in common. */
function shared(rule: LifecycleRule, transitions: boolean): readonly LifecycleRule[] {
  const { abortUploadsAfterDays: _, ...rest } = rule;
  const part = { ...rest, ...(transitions ? {} : NO_TRANSITIONS) };
  return doesSomething(part) ? [part] : [];
}

const NO_TRANSITIONS = { transitions: [], noncurrentTransitions: [] } as const;

function doesSomething(rule: LifecycleRule): boolean {
  return (
    rule.expiration !== undefined ||
    rule.noncurrentExpiration !== undefined ||
    rule.expiredDeleteMarker ||
    rule.transitions.length > 0 ||
    rule.noncurrentTransitions.length > 0 ||
    rule.abortUploadsAfterDays !== undefined
  );
}

function unusedName(id: string, names: ReadonlySet<string>): string {
  return id !== '' && names.has(id) ? `${id}-as-source` : id;
}
