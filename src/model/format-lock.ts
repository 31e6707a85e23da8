import type { ObjectLock } from './facts.ts';

/** For people, and to compare: `COMPLIANCE, until 2027-01-01T00:00:00.000Z, legal hold`, or `none`. */
export function formatLock({ mode, retainUntilAt, legalHold }: ObjectLock = {}): string {
  const parts = [
    ...(mode === undefined ? [] : [mode]),
    ...(retainUntilAt === undefined ? [] : [`until ${retainUntilAt.toISOString()}`]),
    ...(legalHold === true ? ['legal hold'] : []),
  ];
  return parts.length === 0 ? 'none' : parts.join(', ');
}
