import { kmsHeadroom } from '../checks/pressure/kms-headroom.ts';
import { unusableKey } from '../checks/pressure/unusable-key.ts';
import type { Finding } from '../model/finding.ts';
import { loadsOf, worstLoad } from '../model/kms-load.ts';
import { valueOf } from '../model/observation.ts';
import type { KeyFacts, PairFacts } from '../model/pair-facts.ts';
import type { PressureFacts, UsedKey } from '../model/pressure-facts.ts';
import type { Call, UsageMeter } from '../ports.ts';

/** Time that is looked back on for how much of the KMS quota is used, in minutes. */
const WINDOW_MINUTES = 20;

/** What is asked about KMS beside the facts of the pair. */
export interface KmsQuestion {
  readonly id: string;
  readonly states: string;
  readonly findings: readonly Finding[];
  /** Whether there was anything to be asked. */
  readonly applies: boolean;
}

export interface KmsDiagnosis {
  readonly questions: readonly KmsQuestion[];
  readonly notes: readonly string[];
}

/** Asks of the keys of a link what the watch of pressure asks every minute: a pair without keys costs no request. */
export async function diagnoseKeys(facts: PairFacts, usage: UsageMeter, call: Call): Promise<KmsDiagnosis> {
  const { keys = [], link, lookedAt } = facts;
  const regions = [...new Set(keys.map(({ ref }) => ref.region))];
  const pressures = await Promise.all(
    regions.map(async (region): Promise<PressureFacts> => {
      const window = { until: lookedAt, windowMs: WINDOW_MINUTES * 60_000 };
      const used = keys.filter(({ ref }) => ref.region === region).map((key) => toUsedKey(facts, key));
      return { region, lookedAt, keys: used, usage: await usage.kms(region, { ...call, ...window }) };
    }),
  );
  const applies = regions.length > 0;
  return {
    questions: [
      {
        id: unusableKey.id,
        states: `the KMS keys of ${link.pair} can be used`,
        findings: pressures.flatMap((pressure) => unusableKey.run(pressure)),
        applies,
      },
      {
        id: kmsHeadroom.id,
        states: 'KMS has room for more requests',
        findings: pressures.flatMap((pressure) => kmsHeadroom.run(pressure)),
        applies: pressures.some((pressure) => busiest(pressure) !== undefined),
      },
    ],
    notes: pressures.flatMap((pressure) => (busiest(pressure) === undefined ? unknownHeadroom(pressure) : [])),
  };
}

function toUsedKey({ link, source }: PairFacts, { ref, key, side }: KeyFacts): UsedKey {
  const { bucket, region } = link[side];
  // Replicas keep the bucket-key setting of their source.
  return { ref, key, bucket: { bucket, region }, bucketKey: valueOf(source.encryption)?.bucketKey === true };
}

/** Share of the quota in the fullest minute; `undefined`: nobody has measured it. */
function busiest({ usage, lookedAt }: PressureFacts): number | undefined {
  const value = valueOf(usage);
  return value === undefined
    ? undefined
    : worstLoad(loadsOf(value, { until: lookedAt, minutes: WINDOW_MINUTES }))?.load;
}

/** What may not be read is a finding; what was not measured is none. */
function unknownHeadroom({ region, usage }: PressureFacts): readonly string[] {
  if (usage?.state === 'unreadable') return [];
  return [`KMS headroom in ${region} is unknown: CloudWatch has no usage of KMS in the last ${WINDOW_MINUTES} minutes`];
}
