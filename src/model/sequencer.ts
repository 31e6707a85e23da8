/**
 * Orders two statements about *one* key: negative when `a` is earlier. The strings are hexadecimal numbers of any length and
 * case, so the shorter is padded on the left; a sequencer of another shape is compared as text.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function compareSequencers(a: string, b: string): number {
  const length = Math.max(a.length, b.length);
  const x = a.toLowerCase().padStart(length, '0');
  const y = b.toLowerCase().padStart(length, '0');
  if (x === y) return 0;
  return x < y ? -1 : 1;
}

/** One form for all sequencers that `compareSequencers` calls equal: notifications and EventBridge write the same one differently. */
export function canonicalSequencer(sequencer: string): string {
  return sequencer.toLowerCase().replace(/^0+/, '');
}
