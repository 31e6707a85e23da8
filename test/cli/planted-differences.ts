import type { FindingCode } from '../../src/model/finding.ts';
import type { PlantedSide, Written } from './planted-side.ts';

export interface PlantedPair {
  readonly source: PlantedSide;
  readonly replica: PlantedSide;
  /** Version IDs that are needed again, by key. */
  readonly ids: Map<string, string>;
}

/** One way in which the two buckets of a pair come to differ, and what an audit has to say of it. */
export interface PlantedKind {
  /** Keys are below it. */
  readonly prefix: string;
  readonly count: number;
  readonly verdict: 'violated' | 'unverifiable';
  readonly code: FindingCode;
  /** Who compares current objects finds nothing. */
  readonly versionsOnly?: true;
  /**
   * `no-versions`: written on both sides while neither bucket keeps versions; `no-rule`: before there is a rule; `faults`: while S3
   * fails or loses them; `late`: last of all, while a replica takes a month. Left out: written at the source and replicated.
   */
  readonly when?: 'no-versions' | 'no-rule' | 'faults' | 'late';
  /** Left out: the key, by itself, as one object. `index`: which of them. */
  readonly write?: (pair: PlantedPair, key: string, index: number) => Promise<unknown>;
  /** What is done two days later. Left out: nothing. */
  readonly spoil?: (pair: PlantedPair, key: string) => Promise<unknown>;
  /** What is done when that has been replicated. */
  readonly undo?: (pair: PlantedPair, key: string) => Promise<unknown>;
}

const KMS: Written = { kms: true };
const violated = { verdict: 'violated' } as const;
const unverifiable = { verdict: 'unverifiable' } as const;

/** Listings of objects under KMS differ in their ETags, so that each is looked at. */
const encrypted = {
  ...violated,
  count: 1,
  write: async ({ source }: PlantedPair, key: string) => source.put(key, KMS),
};

export const PLANTED: readonly PlantedKind[] = [
  { prefix: 'early', count: 2, ...unverifiable, code: 'replica-missing', when: 'no-rule' },
  {
    prefix: 'missing',
    count: 6,
    ...violated,
    code: 'replica-missing',
    // A usual object, an empty one, one in parts, and again under stranger keys.
    write: async ({ source }, key, index) =>
      index % 3 === 2 ? source.upload(key) : source.put(key, index % 3 === 1 ? { text: '' } : {}),
    spoil: async ({ replica }, key) => replica.remove(key),
  },
  { prefix: 'lost', count: 2, ...violated, code: 'replica-missing', when: 'faults' },
  {
    prefix: 'old',
    count: 3,
    ...violated,
    code: 'replica-missing',
    versionsOnly: true,
    async write({ source, ids }, key) {
      ids.set(key, await source.put(key, { text: 'old' }));
      await source.put(key);
    },
    spoil: async ({ replica, ids }, key) => replica.remove(key, ids.get(key)),
  },
  { prefix: 'failed', count: 2, ...violated, code: 'replication-failed', when: 'faults' },
  { prefix: 'late', count: 2, ...violated, code: 'replica-overdue', when: 'late' },
  {
    prefix: 'seeded',
    count: 2,
    ...violated,
    code: 'replica-under-other-version',
    versionsOnly: true,
    async spoil({ replica }, key) {
      await replica.remove(key);
      await replica.put(key);
    },
  },
  {
    prefix: 'hidden',
    count: 2,
    ...violated,
    code: 'delete-marker-differs',
    spoil: async ({ replica }, key) => replica.hide(key),
  },
  {
    prefix: 'revived',
    count: 2,
    ...violated,
    code: 'delete-marker-differs',
    spoil: async ({ source, ids }, key) => ids.set(key, await source.hide(key)),
    undo: async ({ source, ids }, key) => source.remove(key, ids.get(key)),
  },
  {
    prefix: 'unmarked',
    count: 2,
    ...violated,
    code: 'delete-marker-differs',
    spoil: async ({ source, ids }, key) => ids.set(key, await source.hide(key)),
    undo: async ({ replica, ids }, key) => replica.remove(key, ids.get(key)),
  },
  {
    prefix: 'overwritten',
    count: 2,
    ...violated,
    code: 'versions-conflict',
    spoil: async ({ replica }, key) => replica.put(key, { text: 'somebody else' }),
  },
  {
    prefix: 'moved',
    count: 2,
    ...violated,
    code: 'replica-class-differs',
    spoil: async ({ replica }, key) => replica.drift(key, { storageClass: 'STANDARD_IA' }),
  },
  {
    prefix: 'null-size',
    count: 1,
    ...violated,
    code: 'replica-size-differs',
    when: 'no-versions',
    async write({ source, replica }, key) {
      await source.put(key);
      await replica.put(key, { text: `${key} and more` });
    },
  },
  {
    prefix: 'null-content',
    count: 2,
    ...violated,
    code: 'replica-content-differs',
    when: 'no-versions',
    async write({ source, replica }, key, index) {
      const [one, other] = [{ text: 'this' }, { text: 'that' }];
      await (index === 0 ? source.put(key, one) : source.upload(key, one));
      await (index === 0 ? replica.put(key, other) : replica.upload(key, other));
    },
  },
  {
    prefix: 'null-unknown',
    count: 1,
    ...unverifiable,
    code: 'replica-not-comparable',
    when: 'no-versions',
    // Of the same size, and neither ETags nor checksums that both have say anything.
    async write({ source, replica }, key) {
      await source.upload(key, KMS);
      await replica.put(key, { ...KMS, text: 'x'.repeat(5 * 1024 * 1024 + Buffer.byteLength(key)) });
    },
  },
  {
    ...encrypted,
    prefix: 'kms-metadata',
    code: 'replica-metadata-differs',
    spoil: async ({ replica }, key) => replica.drift(key, { metadata: { by: 'nobody' } }),
  },
  {
    ...encrypted,
    prefix: 'kms-tags',
    code: 'replica-tags-differ',
    spoil: async ({ replica }, key) => replica.drift(key, { tags: { by: 'nobody' } }),
  },
  {
    ...encrypted,
    prefix: 'kms-acl',
    code: 'replica-acl-differs',
    spoil: async ({ replica }, key) => replica.drift(key, { acl: 'public-read' }),
  },
  {
    ...encrypted,
    prefix: 'kms-lock',
    code: 'replica-lock-differs',
    spoil: async ({ source }, key) => source.drift(key, { legalHold: true }),
  },
  {
    ...encrypted,
    prefix: 'kms-gone',
    code: 'replica-encryption-differs',
    spoil: async ({ replica }, key) => replica.drift(key, { encryption: 'AES256' }),
  },
  {
    prefix: 'gone',
    count: 2,
    ...unverifiable,
    code: 'source-version-gone',
    spoil: async ({ source }, key) => source.remove(key),
  },
];
