import type { Config } from '../model/config.ts';
import type { ObjectEvent } from '../model/event.ts';
import type { Look } from '../model/look.ts';
import { policyFor } from './verify-rule.ts';

/**
 * Looks at the objects that a new side file describes. A side file is written after its object, which has been read by then: its
 * own event is the time to hold the two against each other. The look is at the current content of the key, because a side file
 * names no version.
 */
export function describedObjects(event: ObjectEvent, config: Pick<Config, 'verify'>): readonly Look[] {
  const { bucket, region, key } = event.object;
  if (event.kind !== 'created') return [];
  const suffixes = config.verify.flatMap((rule) =>
    rule.bucket === bucket ? rule.declared.flatMap((place) => (place.from === 'side-file' ? [place.suffix] : [])) : [],
  );
  return [...new Set(suffixes)].flatMap((suffix): readonly Look[] => {
    const described = { bucket, region, key: key.slice(0, -suffix.length) };
    if (!key.endsWith(suffix) || described.key === '') return [];
    const { declared } = policyFor(config, described);
    if (!declared.some((place) => place.from === 'side-file' && place.suffix === suffix)) return [];
    const { kind, name, eventAt, sequencer, principal } = event;
    const about: ObjectEvent = {
      kind,
      name,
      object: described,
      eventAt,
      ...(sequencer === undefined ? {} : { sequencer }),
      ...(principal === undefined ? {} : { principal }),
    };
    return [{ event: about, reach: 'content', purpose: 'first', attempt: 0 }];
  });
}
