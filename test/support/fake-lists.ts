import type { BucketRef, BucketSettingName, BucketSettings } from '../../src/model/bucket-settings.ts';
import type { PeerAddress } from '../../src/model/action.ts';
import type { Observation } from '../../src/model/observation.ts';
import type { PeerMessage } from '../../src/model/peer-message.ts';
import type { Checkpoint, PendingVersion } from '../../src/model/pending.ts';
import type { BucketStore, Clock, Counters, Notes, PendingList, SteeringLedger } from '../../src/ports.ts';

/** Settings by bucket; what is not there is not configured. */
export type FakeSettings = Map<string, { [Name in BucketSettingName]?: Observation<BucketSettings[Name]> }>;

export function createFakeBuckets(settings: FakeSettings): BucketStore {
  return {
    setting: async ({ bucket }: BucketRef, name) => settings.get(bucket)?.[name] ?? { state: 'absent' },
  };
}

/** The pending list of one Region, with its memory open to the test. */
export interface FakePendingList extends PendingList {
  readonly rows: Map<string, PendingVersion>;
  /** What was settled, and does not come back. */
  readonly gone: Set<string>;
}

export function createFakePendingList(): FakePendingList {
  const rows = new Map<string, PendingVersion>();
  const gone = new Set<string>();
  return {
    rows,
    gone,
    note: async ({ link, object, createdAt, sizeBytes }) => {
      const version = { link, object, createdAt, sizeBytes };
      const id = pendingId(version);
      if (!gone.has(id)) rows.set(id, version);
    },
    forget: async (version) => {
      const id = pendingId(version);
      gone.add(id);
      rows.delete(id);
    },
    find: async ({ link, object }) => [...rows.values()].find((row) => nameOf(row) === nameOf({ link, object })),
    async *list(link, { from = new Date(0) }) {
      const all = [...rows.values()].filter((row) => row.link === link && row.createdAt >= from);
      yield* all.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
    },
  };
}

export function pendingId(version: Pick<PendingVersion, 'link' | 'object' | 'createdAt'>): string {
  return `${nameOf(version)} ${version.createdAt.toISOString()}`;
}

function nameOf({ link, object }: Pick<PendingVersion, 'link' | 'object'>): string {
  return JSON.stringify([link, object.bucket, object.key, object.versionId ?? '']);
}

/** A message between stacks, on its way. */
export interface Told {
  readonly to: PeerAddress;
  readonly message: PeerMessage;
}

export function createFakeSteering(checkpoints: Map<string, Checkpoint>): SteeringLedger {
  return {
    putCheckpoint: async (checkpoint) => {
      const known = checkpoints.get(checkpoint.link);
      if (known === undefined || known.asOf < checkpoint.asOf) checkpoints.set(checkpoint.link, checkpoint);
    },
    checkpoint: async (link) => checkpoints.get(link),
  };
}

export function createFakeCounters(clock: Clock): Counters {
  const sums = new Map<string, { readonly name: string; readonly window: Date; readonly sum: number }>();
  return {
    async add(name, window, amount) {
      const id = `${name} ${window.toISOString()}`;
      const sum = (sums.get(id)?.sum ?? 0) + amount;
      sums.set(id, { name, window, sum });
      return sum;
    },
    async history(name, spanMs) {
      const from = new Date(clock.now().getTime() - spanMs);
      const ofName = [...sums.values()].filter((entry) => entry.name === name && entry.window >= from);
      return ofName.toSorted((a, b) => a.window.getTime() - b.window.getTime());
    },
  };
}

export function createFakeNotes(clock: Clock): Notes {
  const notes = new Map<string, { readonly value: string; readonly until: number }>();
  return {
    put: async (name, value, { keepForMs }) =>
      void notes.set(name, { value, until: clock.now().getTime() + keepForMs }),
    async get(name) {
      const note = notes.get(name);
      return note !== undefined && note.until > clock.now().getTime() ? note.value : undefined;
    },
  };
}
