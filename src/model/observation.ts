/** Why something could not be looked at. `kms-throttled` only where the response says so: a HEAD has no body and can only be `throttled`. */
export type UnreadableReason =
  | 'archived'
  | 'restoring'
  | 'sse-c'
  | 'key-unusable'
  | 'access-denied'
  | 'throttled'
  | 'kms-throttled'
  | 'deleted-meanwhile'
  | 'overwritten-meanwhile'
  | 'too-large'
  | 'wrong-region';

/** What a look showed. A look that fails is a fact, not an exception. */
export type Observation<T> =
  | { readonly state: 'present'; readonly value: T }
  /** `deleteMarker`: the version that was asked for is one, so it is there and has no content. */
  | { readonly state: 'absent'; readonly deleteMarker?: true }
  | { readonly state: 'unreadable'; readonly reason: UnreadableReason };

export function present<T>(value: T): Observation<T> {
  return { state: 'present', value };
}

/** Whether looking again later can show something else without anybody doing anything. */
export function isTemporary(reason: UnreadableReason): boolean {
  return reason === 'throttled' || reason === 'kms-throttled' || reason === 'restoring';
}

/** What was seen; `undefined` where nothing was, or where nobody looked. */
export function valueOf<T>(observation: Observation<T> | undefined): T | undefined {
  return observation?.state === 'present' ? observation.value : undefined;
}
