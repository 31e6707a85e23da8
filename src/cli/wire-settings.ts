import { HoldfastError } from '../errors.ts';
import { expiresCanaries } from '../model/canary.ts';
import type { BucketConfig } from '../model/config.ts';
import { valueOf } from '../model/observation.ts';
import type { JsonObject } from '../model/wiring.ts';
import {
  type Proposal,
  type ProposedSetting,
  proposeCanaries,
  proposeReplication,
} from '../policy/proposed-setting.ts';
import type { Call } from '../ports.ts';
import { readDocument, replaceDocument } from './replace-document.ts';
import type { Services } from './services.ts';

/** `offered`: shown with its price, and done only where it is named. */
export type ProposalState = 'offered' | 'planned' | 'changed' | 'by-hand' | 'refused';

export interface PlannedSetting {
  readonly bucket: BucketConfig;
  readonly state: ProposalState;
  readonly proposed?: ProposedSetting;
  readonly found: JsonObject;
  readonly problem?: string;
}

export interface SettingsTask {
  readonly bucket: BucketConfig;
  /** What may be changed; Replication Time Control is only offered where it is not named. */
  readonly parts: ReadonlySet<Proposal>;
  readonly foreign: boolean;
}

type Ports = Pick<Services, 'documents' | 'buckets' | 'wait'>;

/** What a source lacks beside its notifications. Writes nothing. */
export async function planSettings(task: SettingsTask, ports: Ports, call: Call): Promise<readonly PlannedSetting[]> {
  const { bucket, parts, foreign } = task;
  const state = foreign ? 'by-hand' : 'planned';
  try {
    const replication = await readDocument(bucket, 'replication', ports, call);
    const rtc = proposeReplication(bucket, replication, 'rtc');
    const metrics = parts.has('metrics') ? proposeReplication(bucket, replication, 'metrics') : undefined;
    const canaries = parts.has('canaries') ? await planCanaries(bucket, ports, call) : undefined;
    const isTimed = parts.has('rtc') && rtc !== undefined;
    const on = (proposed: ProposedSetting | undefined, as: ProposalState): readonly PlannedSetting[] =>
      proposed === undefined ? [] : [{ bucket, state: as, proposed, found: replication }];
    return [
      // With Replication Time Control come the metrics, and both are in one configuration.
      ...(isTimed ? on(rtc, state) : [...on(metrics, state), ...(parts.has('metrics') ? on(rtc, 'offered') : [])]),
      ...(canaries === undefined ? [] : [{ bucket, state, ...canaries } as const]),
    ];
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return [{ bucket, state: 'refused', found: {}, problem: error.message }];
  }
}

async function planCanaries(
  bucket: BucketConfig,
  ports: Ports,
  call: Call,
): Promise<{ readonly proposed: ProposedSetting; readonly found: JsonObject } | undefined> {
  const rules = valueOf(await ports.buckets.setting(bucket, 'lifecycle', call)) ?? [];
  if (expiresCanaries(rules)) return undefined;
  const found = await readDocument(bucket, 'lifecycle', ports, call);
  const proposed = proposeCanaries(bucket, found);
  return proposed === undefined ? undefined : { proposed, found };
}

/** Does what was planned, unless somebody has changed the setting since. */
export async function applySetting(planned: PlannedSetting, ports: Ports, call: Call): Promise<PlannedSetting> {
  const { bucket, state, proposed, found } = planned;
  if (state !== 'planned' || proposed === undefined) return planned;
  try {
    const { setting: name, document } = proposed;
    await replaceDocument({ bucket, name, found, document }, ports, call);
    return { ...planned, state: 'changed' };
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return { ...planned, state: 'refused', problem: error.message };
  }
}
