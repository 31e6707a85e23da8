import type { MovableClock } from './clock.ts';
import type { CredentialStore } from './credentials.ts';
import type { FaultRegister } from './faults.ts';
import type { AccessControl } from './iam/access.ts';
import type { RoleRegister } from './iam/roles.ts';
import type { KeyUse } from './kms/key-use.ts';
import type { LogStore } from './logs.ts';
import type { RequestRates } from './quotas/request-rates.ts';
import type { World } from './service.ts';

/** What the sandbox's own services share beyond what S3 needs. */
export interface Platform extends World {
  readonly clock: MovableClock;
  readonly faults: FaultRegister;
  readonly access: AccessControl;
  readonly credentials: CredentialStore;
  readonly logs: LogStore;
  readonly keys: KeyUse;
  readonly rates: RequestRates;
  readonly roles: RoleRegister;
  /** Of the one port, without a slash at the end; known once the server listens. */
  url(): string;
}
