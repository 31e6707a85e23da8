/** How sure a statement about a sample is. */
export const CONFIDENCE = 0.95;

/**
 * The share of damaged copies that is excluded with this confidence, where so many were read and all were intact: with a larger
 * share at least one would have been found.
 */
export function excludedShare(read: number, confidence: number): number {
  return read === 0 ? 1 : 1 - (1 - confidence) ** (1 / read);
}
