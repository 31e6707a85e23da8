/** Begins the name of everything that a smoke test creates, and is the key of the tag on its buckets. */
export const MARK = 'holdfast-smoke';

/** The two Regions of a run: where objects are written, and where their replicas arrive. */
export interface RunPlaces {
  readonly run: string;
  readonly source: string;
  readonly destination: string;
}

/** Everything that a run creates, by name: all names follow from the run, so that nothing has to be remembered for the clean-up. */
export interface RunNames {
  readonly role: string;
  /** On the default event bus of the source's Region. */
  readonly rule: string;
  /** Of the keys in both Regions, where there are any. */
  readonly keyAlias: string;
  readonly sourceBucket: string;
  readonly replicaBucket: string;
  /** In the source's Region, without replication; versioned only late in the run. */
  readonly plainBucket: string;
  readonly buckets: readonly Place[];
  readonly queues: readonly Place[];
}

/** Something with a name in a Region. */
export interface Place {
  readonly name: string;
  readonly region: string;
}

/** In the source's Region: notifications of both buckets there, and what EventBridge delivers. */
export const queueNames = (run: string): { readonly events: string; readonly bridge: string } => ({
  events: `${MARK}-${run}`,
  bridge: `${MARK}-${run}-bridge`,
});

export function namesOf({ run, source, destination }: RunPlaces): RunNames {
  const stem = `${MARK}-${run}`;
  const [sourceBucket, replicaBucket, plainBucket] = [`${stem}-source`, `${stem}-replica`, `${stem}-plain`];
  const { events, bridge } = queueNames(run);
  const queues = [
    { name: events, region: source },
    { name: bridge, region: source },
    { name: events, region: destination },
  ];
  return {
    role: stem,
    rule: stem,
    keyAlias: `alias/${stem}`,
    sourceBucket,
    replicaBucket,
    plainBucket,
    // The source first: while it is there, replicas may still arrive.
    buckets: [
      { name: sourceBucket, region: source },
      { name: plainBucket, region: source },
      { name: replicaBucket, region: destination },
    ],
    queues: source === destination ? queues.slice(0, 2) : queues,
  };
}

/** The day and six random digits: unique enough for bucket names, and readable in a list of buckets. */
export function createRunName(at: Date, random: () => number): string {
  const digits = Math.floor(random() * 16 ** 6)
    .toString(16)
    .padStart(6, '0');
  return `${at.toISOString().slice(0, 10).replaceAll('-', '')}-${digits}`;
}

/** What `createRunName` makes. */
export const RUN_NAME: RegExp = /^\d{8}-[0-9a-f]{6}$/;
