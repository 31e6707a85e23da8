import type { LifecycleAge, LifecycleRule } from './bucket-settings.ts';
import { CANARY_PREFIX } from './canary.ts';
import { covers } from './link-rules.ts';

/** One thing that lifecycle rules do to objects, and when. */
export interface LifecycleEffect {
  /** What is done, with the storage class of a transition: only effects of one kind can be compared. */
  readonly kind: string;
  /** It removes versions, or hides them behind a delete marker. */
  readonly removes: boolean;
  readonly scope: Pick<LifecycleRule, 'prefix' | 'tags' | 'largerThanBytes' | 'smallerThanBytes'>;
  readonly age: LifecycleAge & { readonly newerVersions?: number };
  /** Of the rule. */
  readonly ruleId: string;
}

/** What the enabled rules do, apart from aborting uploads, which is about no object. */
export function effectsOf(rules: readonly LifecycleRule[], transitions: boolean): readonly LifecycleEffect[] {
  const judged = rules.filter(({ enabled, prefix }) => enabled && !prefix.startsWith(CANARY_PREFIX));
  return judged.flatMap((rule) => {
    const of = (kind: string, age: LifecycleEffect['age'], removes: boolean): LifecycleEffect => {
      return { kind, removes, scope: rule, age, ruleId: rule.id };
    };
    const { expiration, noncurrentExpiration, expiredDeleteMarker } = rule;
    return [
      ...(expiration === undefined ? [] : [of('expiration', expiration, true)]),
      ...(noncurrentExpiration === undefined
        ? []
        : [of('expiration of noncurrent versions', noncurrentExpiration, true)]),
      ...(expiredDeleteMarker ? [of('removal of lone delete markers', {}, false)] : []),
      ...(transitions ? transitionsOf(rule, of) : []),
    ];
  });
}

function transitionsOf(
  { transitions, noncurrentTransitions }: LifecycleRule,
  of: (kind: string, age: LifecycleEffect['age'], removes: boolean) => LifecycleEffect,
): readonly LifecycleEffect[] {
  return [
    ...transitions.map(({ storageClass, ...age }) => of(`transition to ${storageClass}`, age, false)),
    ...noncurrentTransitions.map(({ storageClass, ...age }) =>
      of(`transition of noncurrent versions to ${storageClass}`, age, false),
    ),
  ];
}

/** Whether the same happens at the same age to everything that the effect reaches. */
export function isMatched(effect: LifecycleEffect, others: readonly LifecycleEffect[]): boolean {
  return others.some((other) => reaches(other, effect) && compareAges(other, effect) === 'same');
}

/** Whether something at least as early happens to everything that the effect reaches. */
export function isAnticipated(effect: LifecycleEffect, others: readonly LifecycleEffect[]): boolean {
  return others.some((other) => reaches(other, effect) && ['same', 'earlier'].includes(compareAges(other, effect)));
}

function reaches(wide: LifecycleEffect, narrow: LifecycleEffect): boolean {
  const { largerThanBytes: from = -1, smallerThanBytes: to = Infinity } = wide.scope;
  const { largerThanBytes: atLeast = -1, smallerThanBytes: atMost = Infinity } = narrow.scope;
  return wide.kind === narrow.kind && covers(wide.scope, narrow.scope) && from <= atLeast && to >= atMost;
}

/** How `a` stands to `b`; a date and a number of days cannot be compared. */
function compareAges({ age: a }: LifecycleEffect, { age: b }: LifecycleEffect): 'same' | 'earlier' | 'other' {
  if ((a.at === undefined) !== (b.at === undefined)) return 'other';
  const times = [a.at?.getTime() ?? a.days ?? 0, b.at?.getTime() ?? b.days ?? 0] as const;
  const kept = [a.newerVersions ?? 0, b.newerVersions ?? 0] as const;
  if (times[0] === times[1] && kept[0] === kept[1]) return 'same';
  return times[0] <= times[1] && kept[0] <= kept[1] ? 'earlier' : 'other';
}

/** For people: `expiration after 30 days of "logs/"`. */
export function describeEffect({ kind, age, scope }: LifecycleEffect): string {
  const when =
    age.at === undefined ? (age.days === undefined ? '' : ` after ${age.days} days`) : ` at ${age.at.toISOString()}`;
  const kept = age.newerVersions === undefined ? '' : `, keeping ${age.newerVersions}`;
  return `${kind}${when}${kept}${scope.prefix === '' ? '' : ` of "${scope.prefix}"`}`;
}
