import { CHANGE_FREEZE_MS, massChangeNote } from '../model/change.ts';
import type { Config } from '../model/config.ts';
import { bucketsBehind } from '../model/mrap.ts';
import type { Call, Ports, RouteFreezes } from '../ports.ts';

export interface FreezePorts extends Pick<Ports, 'region' | 'clock' | 'notes'> {
  readonly freezes: Pick<RouteFreezes, 'put'>;
}

/**
 * Freezes the access points behind which a bucket of this Region was changed as never before: what was deleted here is deleted
 * there, and nobody should run away from it. Each mass change freezes once, so that a person who lifts the freeze is not overruled.
 */
export async function passFreezesOn(
  { region, clock, notes, freezes }: FreezePorts,
  config: Pick<Config, 'pairs' | 'mraps'>,
  { signal }: Call,
): Promise<void> {
  for (const mrap of config.mraps.filter(({ failover }) => failover.mode !== 'off')) {
    for (const { bucket } of bucketsBehind(config, mrap).filter((each) => each.region === region)) {
      const reason = await notes.get(massChangeNote(bucket), { signal });
      const passedOn = `frozen#${mrap.name}#${bucket}`;
      if (reason === undefined || (await notes.get(passedOn, { signal })) === reason) continue;
      const until = new Date(clock.now().getTime() + CHANGE_FREEZE_MS);
      await freezes.put(mrap.name, { reason, by: 'Holdfast', until }, { signal });
      await notes.put(passedOn, reason, { signal, keepForMs: CHANGE_FREEZE_MS });
    }
  }
}
