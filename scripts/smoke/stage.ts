import type { SmokeClients } from './clients.ts';
import type { Inbox } from './inbox.ts';
import type { RunNames, RunPlaces } from './names.ts';
import type { RunTime } from './time.ts';

/** The keys of the run, by ARN. */
export interface RunKeys {
  readonly source: string;
  readonly destination: string;
}

/** What the questions are asked with: two buckets with replication between them, one without, and queues that hear of all three. */
export interface Stage extends RunPlaces {
  readonly names: RunNames;
  readonly clients: SmokeClients;
  readonly time: RunTime;
  /** Notifications of the source and of the plain bucket. */
  readonly events: Inbox;
  /** Notifications of the replica's bucket. */
  readonly arrivals: Inbox;
  /** What EventBridge delivers. */
  readonly bridge: Inbox;
  /** With `--with-kms`. */
  readonly keys?: RunKeys;
}
