/** Keys under it are written by Holdfast itself, to prove the whole chain: no alarm, lag, backlog or count is about them. */
export const CANARY_PREFIX = 'holdfast-canary/';

export function isCanary({ key }: { readonly key: string }): boolean {
  return key.startsWith(CANARY_PREFIX);
}
