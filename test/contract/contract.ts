import type { Credentials, SdkClients } from '../support/sdk-clients.ts';
import type { Fault } from '../../src/sandbox/service.ts';

/** A running server, as the cases see it: every case makes buckets, queues and tables of its own. */
export interface Cloud extends SdkClients {
  readonly endpoint: string;
  readonly credentials: Credentials;
  readonly account: string;
  readonly home: string;
  readonly abroad: string;
  /** Plants a fault where the server has a control API; throws where it has none. */
  plantFault(fault: Omit<Fault, 'id'>): Promise<void>;
}

/** What every server has to do, by the sentence that says so. A case fails by throwing. */
export type Cases = Readonly<Record<string, (cloud: Cloud) => Promise<void>>>;

export interface RunningServer {
  readonly endpoint: string;
  readonly credentials: Credentials;
  readonly account: string;
  readonly regions: readonly [home: string, abroad: string];
  plantFault(fault: Omit<Fault, 'id'>): Promise<void>;
  close(): Promise<void>;
}

export interface Server {
  readonly name: string;
  start(): Promise<RunningServer>;
  /** Cases that this server cannot pass, and why. They run all the same: one that passes does not belong here. */
  readonly optOuts: Readonly<Record<string, string>>;
}

/** Greatest share of the cases that a server may opt out of. */
export const MOST_OPT_OUTS = 0.3;
