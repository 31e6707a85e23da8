import type { BucketSettingName, BucketSettings } from '../../model/bucket-settings.ts';
import type { Finding, FindingCode, Subject } from '../../model/finding.ts';
import type { Link } from '../../model/link.ts';
import type { Observation } from '../../model/observation.ts';
import type { PairFactName, PairFacts, Side } from '../../model/pair-facts.ts';
import { permissionFor } from '../../model/setting-permission.ts';

/** A pure question about one link. It answers for *any* facts and never throws. Severity is policy's business. */
export interface PairCheck {
  readonly id: string;
  /** What it answers, for people: right where the check finds nothing. */
  readonly states: string;
  /** What must be gathered for this check; nothing else is fetched on its behalf. */
  readonly needs: readonly PairFactName[];
  /** Whether there is anything to be asked: where not, silence says nothing. */
  applies(facts: PairFacts): boolean;
  run(facts: PairFacts): readonly Finding[];
}

export const SIDES: readonly Side[] = ['source', 'destination'];

/** The link, in the Region of its source. */
export function pairSubject({ pair, source, destination }: Link): Subject {
  return { kind: 'pair', pair, region: source.region, source: source.bucket, destination: destination.bucket };
}

export function bucketSubject({ link }: Pick<PairFacts, 'link'>, side: Side): Subject {
  const { bucket, region } = link[side];
  return { kind: 'bucket', bucket, region };
}

/** A setting as it was observed; absent where it was not asked for, or where there is no bucket to have it. */
export function settingOf<Name extends BucketSettingName>(
  facts: PairFacts,
  side: Side,
  name: Name,
): Observation<BucketSettings[Name]> | undefined {
  return facts[side][name];
}

/** What could not be read, as a finding that names the permission; none where it could be. */
export function unreadSettings(
  facts: PairFacts,
  code: FindingCode,
  settings: readonly (readonly [side: Side, name: BucketSettingName])[],
): readonly Finding[] {
  return settings.flatMap(([side, name]) => {
    const observation = settingOf(facts, side, name);
    if (observation?.state !== 'unreadable') return [];
    return [
      unverifiable(code, bucketSubject(facts, side), {
        reason: observation.reason,
        where: `${name} of ${facts.link[side].bucket}`,
        permission: permissionFor(name),
      }),
    ];
  });
}

/** Nothing could be judged, because of what the evidence says. */
export function unverifiable(
  code: FindingCode,
  subject: Subject,
  evidence: Finding['evidence'] & { readonly reason: string },
): Finding {
  const retry = evidence.reason === 'throttled' || evidence.reason === 'kms-throttled';
  return { verdict: 'unverifiable', code, subject, ...(retry ? { retry } : {}), evidence };
}
