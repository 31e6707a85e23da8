import type { Damage, DriftPlan } from './control-schema.ts';
import type { Damage as StoredDamage } from './s3/damage.ts';
import type { Drift } from './s3/drift.ts';

/** What a body of the control API asks to be done to a stored version. */
export function toDamage(planned: Damage): StoredDamage {
  switch (planned.kind) {
    case 'truncate':
      return { kind: 'truncate', sizeBytes: planned.offset ?? 0 };
    case 'flip':
      return { kind: 'flip', ...(planned.offset === undefined ? {} : { offset: planned.offset }) };
    case 'lose-object':
      return { kind: 'lose-object' };
    case 'drift':
      return { kind: 'drift', change: toDrift(planned.change) };
    default:
      return planned satisfies never;
  }
}

function toDrift({ retention, ...change }: DriftPlan): Drift {
  if (retention === undefined) return change;
  if (retention === null) return { ...change, retention };
  return { ...change, retention: { mode: retention.mode, untilMs: Date.parse(retention.until) } };
}
