import type { PressureFacts, UsedKey } from '../../src/model/pressure-facts.ts';
import { present } from '../../src/model/observation.ts';
import { MINUTE_MS } from './pairs.ts';

export const LOOKED_AT: Date = new Date('2026-11-01T12:00:00Z');
export const KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555';

export function minutesAgo(minutes: number): Date {
  return new Date(LOOKED_AT.getTime() - minutes * MINUTE_MS);
}

export function somePressure(changes: Partial<PressureFacts> = {}): PressureFacts {
  return { region: 'eu-west-1', lookedAt: LOOKED_AT, ...changes };
}

/** Shares of a quota of 1,000 per second, one for each minute; the last is the latest. `undefined`: nothing was published. */
export function usageOf(...loads: readonly (number | undefined)[]): NonNullable<PressureFacts['usage']> {
  const minutes = loads.flatMap((load, index) =>
    load === undefined ? [] : [{ at: minutesAgo(loads.length - index), requests: load * 60_000 }],
  );
  return present({ quotaPerSecond: 1_000, minutes });
}

type KeyChanges = Partial<Omit<UsedKey, 'key'>> & {
  readonly state?: string;
  readonly deletionAt?: Date;
  readonly policy?: string;
};

export function aUsedKey({ state = 'Enabled', deletionAt, policy, ...changes }: KeyChanges = {}): UsedKey {
  return {
    ref: { id: KEY_ARN, region: 'eu-west-1' },
    bucket: { bucket: 'photos', region: 'eu-west-1' },
    bucketKey: false,
    key: present({
      arn: KEY_ARN,
      account: '111122223333',
      state,
      manager: 'customer',
      policy: policy === undefined ? { state: 'absent' } : present(policy),
      ...(deletionAt === undefined ? {} : { deletionAt }),
    }),
    ...changes,
  };
}
