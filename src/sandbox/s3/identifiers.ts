import { createHash } from 'node:crypto';
import type { Principal, World } from '../service.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._';

export function randomIdentifier(random: () => number, length: number): string {
  return Array.from({ length }, () => ALPHABET[Math.floor(random() * ALPHABET.length)] ?? '_').join('');
}

export function randomHex(random: () => number, digits: number): string {
  return Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
}

/**
 * Sequencers of 18 upper-case hexadecimal digits that grow even where the clock stands still: eight digits of seconds between
 * two zeros, and a fraction.
 */
export function createSequencer({ clock }: Pick<World, 'clock'>): () => string {
  let last = 0n;
  return () => {
    const now = (BigInt(clock.now()) << 32n) / 1000n;
    last = now > last ? now : last + 1n;
    return last.toString(16).toUpperCase().padStart(18, '0');
  };
}

/** `AWS:AROA…:name` for a role, `AWS:AIDA…` for a user: the same for the same ARN. */
export function principalId({ arn }: Principal): string {
  const hash = createHash('sha256').update(arn).digest('hex').toUpperCase().slice(0, 17);
  const role = /:(?:assumed-)?role\/(?:[^/]+\/)*(?<name>[^/]+)$/.exec(arn)?.groups?.['name'];
  return role === undefined ? `AWS:AIDA${hash}` : `AWS:AROA${hash}:${role}`;
}

/** The canonical user ID of an account. */
export function canonicalId(account: string): string {
  return createHash('sha256').update(account).digest('hex');
}

export function wholeSecond(epochMs: number): number {
  return Math.floor(epochMs / 1000) * 1000;
}
