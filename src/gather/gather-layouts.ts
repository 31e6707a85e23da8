import { combineCrcParts } from '../digest/combine.ts';
import { type Checksum, isCombinable } from '../model/checksum.ts';
import { compareContent } from '../model/compare-content.ts';
import type { ObjectState, Part, ReplicaFacts } from '../model/facts.ts';
import type { Observation } from '../model/observation.ts';
import { atDestination, type KnownPair, type Outside } from './gather-attributes.ts';

/** The parts of both sides, where a difference between their records depends on them. */
export async function gatherLayouts(
  { link, object, source, replica }: KnownPair,
  { world, call }: Outside,
): Promise<Pick<ReplicaFacts, 'parts' | 'combined'>> {
  if (!dependsOnLayout(source, replica)) return {};
  const there = atDestination(link.destination, object);
  const ask = { exact: true, signal: call.signal };
  const parts = {
    source: await world.objects.parts(object, { ...ask, sizeBytes: source.sizeBytes }),
    replica: await world.objects.parts(there, { ...ask, sizeBytes: replica.sizeBytes }),
  };
  return { parts, combined: combine(parts, { source, replica }) };
}

/** Equal records are equal content whatever the layout; one request for each part is a lot. */
function dependsOnLayout(source: ObjectState, replica: ObjectState): boolean {
  if (compareContent(source, replica).verdict !== 'different') return false;
  const isComposite = [...source.checksums, ...replica.checksums].some(({ type }) => type === 'COMPOSITE');
  return isComposite || source.etag.kind === 'multipart';
}

function combine(
  parts: NonNullable<ReplicaFacts['parts']>,
  states: { readonly source: ObjectState; readonly replica: ObjectState },
): NonNullable<ReplicaFacts['combined']> {
  return {
    source: combinedChecksums(parts.source, states.source),
    replica: combinedChecksums(parts.replica, states.replica),
  };
}

/** CRCs of the whole, as they follow from those of all parts. */
export function combinedChecksums(
  parts: Observation<readonly Part[]>,
  { checksums }: Pick<ObjectState, 'checksums'>,
): readonly Checksum[] {
  if (parts.state !== 'present') return [];
  return checksums.flatMap(({ algorithm, type }): readonly Checksum[] => {
    if (type !== 'COMPOSITE' || !isCombinable(algorithm)) return [];
    const crcs = parts.value.flatMap(({ sizeBytes, checksums: ofPart }) => {
      const found = ofPart.find((checksum) => checksum.algorithm === algorithm);
      return found === undefined ? [] : [{ base64: found.base64, sizeBytes }];
    });
    if (crcs.length !== parts.value.length || crcs.length === 0) return [];
    return [{ algorithm, type: 'FULL_OBJECT', base64: combineCrcParts(algorithm, crcs) }];
  });
}
