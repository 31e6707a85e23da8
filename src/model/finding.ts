import type { ObjectRef } from './object.ts';

/** Three verdicts; nothing to compare is no finding. */
export type Verdict = 'verified' | 'violated' | 'unverifiable';

/** How we know: the rungs of the evidence ladder, weakest first. */
export const BASES = [
  'size',
  'etag',
  'stored-checksum',
  'part-checksums',
  'computed-checksum',
  'at-rest-checksum',
] as const;

export type Basis = (typeof BASES)[number];

/** Rungs 2 to 4 prove what was recorded when the object was written, only 5 and 6 what is stored now. */
export function proves(basis: Basis): 'recorded' | 'stored' {
  return basis === 'computed-checksum' || basis === 'at-rest-checksum' ? 'stored' : 'recorded';
}

/** Codes by family. Codes are API: operators filter on them, `docs/findings.md` explains each. */
export const FINDING_CODES = {
  integrity: [
    'content-verified',
    'content-differs-from-etag',
    'content-differs-from-checksum',
    'content-differs-from-declared-digest',
    'content-differs-from-baseline',
    'size-differs',
    'checksum-missing',
    'content-unreadable',
    'object-lost',
  ],
  replication: ['replication-failed', 'replication-missed-threshold', 'replication-late', 'replication-not-tracked'],
  monitor: ['event-poisoned'],
} as const;

export type FindingFamily = keyof typeof FINDING_CODES;
export type FindingCode = (typeof FINDING_CODES)[FindingFamily][number];

const FAMILY_BY_CODE: ReadonlyMap<FindingCode, FindingFamily> = new Map<FindingCode, FindingFamily>([
  ...FINDING_CODES.integrity.map((code) => [code, 'integrity'] as const),
  ...FINDING_CODES.replication.map((code) => [code, 'replication'] as const),
  ...FINDING_CODES.monitor.map((code) => [code, 'monitor'] as const),
]);

export function familyOf(code: FindingCode): FindingFamily {
  const family = FAMILY_BY_CODE.get(code);
  if (family === undefined) throw new TypeError(`finding code ${code} belongs to no family`);
  return family;
}

/** What a finding is about. */
export type Subject =
  | { readonly kind: 'object-version'; readonly object: ObjectRef }
  | { readonly kind: 'monitor'; readonly region: string };

/** One judgement about the data, never about us. */
export interface Finding {
  readonly verdict: Verdict;
  readonly code: FindingCode;
  readonly subject: Subject;
  /** How we know, where something was compared. */
  readonly basis?: Basis;
  /** Set when the evidence was only temporarily out of reach. */
  readonly retry?: boolean;
  readonly evidence: Readonly<Record<string, string | number>>;
}
