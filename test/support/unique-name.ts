import { randomBytes } from 'node:crypto';

/** A name that nothing else has, fit for a bucket, queue, topic or table: at most 40 lower-case letters, digits and dashes. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(8).toString('hex')}`.slice(0, 40);
}
