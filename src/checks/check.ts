import type { FactName, ObjectFacts } from '../model/facts.ts';
import type { Finding, Subject } from '../model/finding.ts';

/** A pure question about one object version. It answers for *any* facts and never throws. Severity is policy's business. */
export interface Check {
  readonly id: string;
  /** What must be gathered for this check; nothing else is fetched on its behalf. */
  readonly needs: readonly FactName[];
  run(facts: ObjectFacts): readonly Finding[];
}

/** The version under inspection, named by the version ID that the look itself found where the event gave none. */
export function subjectOf({ event, source }: Pick<ObjectFacts, 'event' | 'source'>): Subject {
  const found = source?.state === 'present' ? source.value.versionId : undefined;
  const versionId = event.object.versionId ?? found;
  return {
    kind: 'object-version',
    object: versionId === undefined ? event.object : { ...event.object, versionId },
  };
}
