import { compareContent } from './compare-content.ts';
import type { ObjectState, ReplicaFacts } from './facts.ts';
import type { Basis } from './finding.ts';

/** The current version of a key at the destination, which may be a copy of a version that is not there under its own ID. */
export interface SeededCopy {
  readonly versionId: string;
  /** What is equal, and how that is known; absent: nothing that both have proves anything. */
  readonly equal?: { readonly by: string; readonly basis: Basis };
}

/** Nobody asks for the parts of what is not the replica. */
const UNKNOWN_LAYOUTS = { parts: { source: { state: 'absent' }, replica: { state: 'absent' } } } as const;

/** `undefined`: there is no version, or it is known to have another content. */
export function seededCopy({ current }: ReplicaFacts, source: ObjectState): SeededCopy | undefined {
  if (current?.state !== 'present' || current.value.sizeBytes !== source.sizeBytes) return undefined;
  const { versionId = 'null' } = current.value;
  const compared = compareContent(source, current.value, UNKNOWN_LAYOUTS);
  if (compared.verdict === 'different') return undefined;
  return compared.verdict === 'equal'
    ? { versionId, equal: { by: compared.by, basis: compared.basis } }
    : { versionId };
}
