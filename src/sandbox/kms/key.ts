import type { Statement } from '../iam/policy.ts';

export type KeyState = 'Enabled' | 'Disabled' | 'PendingDeletion';

/** A symmetric key for encryption, in one Region. */
export interface KmsKey {
  readonly arn: string;
  readonly keyId: string;
  readonly region: string;
  readonly account: string;
  readonly createdAtMs: number;
  readonly description: string;
  /** AWS's own keys of an account cannot be changed. */
  readonly manager: 'AWS' | 'CUSTOMER';
  state: KeyState;
  /** Only while it is pending deletion. */
  deletionAtMs?: number;
  /** The policy as it was put: given back word for word. */
  policy: string;
  statements: readonly Statement[];
}
