declare module 'dynalite' {
  import type { Server } from 'node:http';

  export interface DynaliteOptions {
    /** How long a table stays in `CREATING`, `DELETING` and `UPDATING`; 500 where left out. */
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }

  /** A DynamoDB in memory, behind an HTTP server that does not listen yet. */
  export default function dynalite(options?: DynaliteOptions): Server;
}
