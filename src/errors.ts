/**
 * What an error means to whoever stands at the entry point.
 *
 * | kind | meaning | the entry point |
 * |---|---|---|
 * | `invalid-config` | refuse to start | fails the cold start |
 * | `invalid-event` | a record that cannot be read | sets it aside with the reason |
 * | `access-denied` | our role or a key policy is wrong, everywhere | asks for redelivery, alarms the operator |
 * | `throttled`, `unavailable` | temporary | asks for redelivery |
 * | `unexpected` | our bug, or new behaviour of AWS | redelivery, with the stack in the log |
 */
export type ErrorKind =
  | 'invalid-config'
  | 'invalid-event'
  | 'access-denied'
  | 'throttled'
  | 'unavailable'
  | 'unexpected';

/** An error about us: it says nothing about any object. */
export class HoldfastError extends Error {
  readonly kind: ErrorKind;
  /** The port and method, e.g. `ObjectStore.head`, or the file that was read. */
  readonly operation: string;

  constructor(kind: ErrorKind, operation: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'HoldfastError';
    this.kind = kind;
    this.operation = operation;
  }

  /** Whether the same call can succeed later without anybody changing anything. */
  get retryable(): boolean {
    return this.kind === 'throttled' || this.kind === 'unavailable' || this.kind === 'unexpected';
  }
}
