import { countChanges, openOncePerHour } from './act/count-changes.ts';
import { hadVersionBefore } from './gather/previous-version.ts';
import {
  CHANGE_FREEZE_MS,
  type ChangeKind,
  isRemoval,
  isSampledForOverwrites,
  massChangeNote,
  OVERWRITES_SAMPLED_ONE_IN,
  toChanges,
} from './model/change.ts';
import type { Config } from './model/config.ts';
import type { ObjectEvent } from './model/event.ts';
import type { ObjectFacts } from './model/facts.ts';
import { linksFrom } from './model/link.ts';
import { firstLook, type Look } from './model/look.ts';
import { observedIn } from './model/mrap.ts';
import { freezeReason, massChange } from './policy/change-rate.ts';
import { toAlerts } from './policy/to-alerts.ts';
import type { Call, Ports } from './ports.ts';

/** Counts what is removed and overwritten, and tells people when that is far from usual. */
export interface ChangeWatch {
  /** Of events that no look follows: those that were not settled before are settled here, and counted. */
  acknowledged(events: readonly ObjectEvent[], call: Call): Promise<void>;
  /** Of a first look, just after it was settled for the first time. */
  looked(look: Look, facts: Pick<ObjectFacts, 'source'>, call: Call): Promise<void>;
}

type ChangePorts = Pick<Ports, 'ledger' | 'counters' | 'notes' | 'alerts' | 'clock' | 'versions'>;

/** What is counted was settled just before: a duplicate never counts, a crash between the two loses one. */
export function createChangeWatch(ports: ChangePorts, config: Pick<Config, 'pairs' | 'mraps' | 'alerts'>): ChangeWatch {
  async function count(kind: ChangeKind, events: readonly ObjectEvent[], call: Call): Promise<void> {
    const each = kind === 'overwrite' ? OVERWRITES_SAMPLED_ONE_IN : 1;
    const unusual = (await countChanges(toChanges(kind, events, each), ports, call)).flatMap((counted) => {
      const { change } = counted;
      const finding = massChange(counted, linksFrom(config, change.bucket));
      return finding === undefined ? [] : [{ change, finding }];
    });
    for (const { change, finding } of unusual) {
      if (!observedIn(config, change.region).some(({ bucket }) => bucket === change.bucket)) continue;
      // Here and not in the steering ledger: the watch of this Region passes it on within a minute.
      const note = { signal: call.signal, keepForMs: CHANGE_FREEZE_MS };
      await ports.notes.put(massChangeNote(change.bucket), freezeReason(finding, change), note);
    }
    const ofPrefixes = unusual.filter(({ change }) => change.prefix !== undefined);
    // Where prefixes stand out, the bucket that they are in says nothing new.
    for (const { change, finding } of ofPrefixes.length > 0 ? ofPrefixes : unusual) {
      const publication = { all: [finding], threshold: config.alerts.severity, event: change.event };
      for (const action of toAlerts([finding], publication)) {
        if (action.kind === 'alert') await openOncePerHour(action.alert, change, { ports, call });
      }
    }
  }

  return {
    async acknowledged(events, call) {
      const removals: ObjectEvent[] = [];
      for (const event of events.filter(isRemoval)) {
        if (await ports.ledger.settle(firstLook(event), call)) removals.push(event);
      }
      await count('delete', removals, call);
    },
    async looked({ event, purpose, reach }, { source }, call) {
      if (purpose !== 'first' || reach !== 'recorded') return;
      if (isRemoval(event)) return count('delete', [event], call);
      const isReplica = source?.state !== 'present' || source.value.replicationStatus === 'REPLICA';
      if (ports.versions === undefined || isReplica || !isSampledForOverwrites(event)) return;
      if (await hadVersionBefore(event.object, ports.versions, call)) await count('overwrite', [event], call);
    },
  };
}
