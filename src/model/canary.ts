import type { LifecycleRule, ObservedSettings } from './bucket-settings.ts';
import { hashOf } from './hash.ts';
import { type Link, linkId } from './link.ts';
import type { UnreadableReason } from './observation.ts';

/** Keys under it are written by Holdfast itself, to prove the whole chain: no alarm, lag, backlog or count is about them. */
export const CANARY_PREFIX = 'holdfast-canary/';

export function isCanary({ key }: { readonly key: string }): boolean {
  return key.startsWith(CANARY_PREFIX);
}

/** Whether lifecycle rules clear away what is written under the prefix, old versions included: a bucket must not fill up with us. */
export function expiresCanaries(rules: readonly LifecycleRule[]): boolean {
  const covering = rules.filter(
    ({ enabled, prefix, tags, largerThanBytes }) =>
      enabled && Object.keys(tags).length === 0 && largerThanBytes === undefined && CANARY_PREFIX.startsWith(prefix),
  );
  return (
    covering.some(({ expiration }) => expiration !== undefined) &&
    covering.some(({ noncurrentExpiration }) => noncurrentExpiration !== undefined)
  );
}

/**
 * `plain`: SSE-S3, which asks KMS for nothing; `kms`: SSE-KMS, as the bucket encrypts; `parts`: the same, uploaded in two parts.
 */
export type CanaryKind = 'plain' | 'kms' | 'parts';

/** Where the canaries of a link are, each a new version of the same key. */
export function canaryKey(link: Link, kind: CanaryKind): string {
  return `${CANARY_PREFIX}${hashOf(linkId(link)).toString(16).padStart(8, '0')}/${kind}`;
}

/** What the looks at one canary have shown so far. */
export interface Canary {
  readonly versionId: string;
  /** Age at the first look that found it at the destination, in milliseconds; absent: none has. */
  readonly lagMs?: number;
  /** Age at the last look that missed it while S3 called it pending, in milliseconds. */
  readonly waitedMs: number;
  /** S3 gave up: that is no lag. */
  readonly failed?: true;
  /** Age at the first time that a look at it was found settled, in milliseconds: its event came, and was worked off. */
  readonly heardMs?: number;
  /** Age at the last time that none was, in milliseconds; absent: nobody has asked. */
  readonly unheardMs?: number;
}

/** Two canaries that were written in the same moment: whatever slows both is not KMS. */
export interface CanaryRound {
  readonly writtenAt: Date;
  readonly plain: Canary;
  readonly kms: Canary;
  /** Once a day. */
  readonly parts?: Canary;
}

/** The canaries of one link, and what decides whether there are any. */
export interface LinkCanaries {
  readonly link: Link;
  /** Of the source: `lifecycle`, `replication` and `encryption`. */
  readonly settings: ObservedSettings;
  /** Oldest first. */
  readonly rounds: readonly CanaryRound[];
  /** When the last one in parts was written, as far as that is less than a day ago. */
  readonly partsWrittenAt?: Date;
  /** Why none could be written just now. */
  readonly refused?: UnreadableReason;
}

/** How often a round is written, in milliseconds. */
export const CANARY_EVERY_MS: number = 5 * 60_000;

/** How often one is uploaded in parts, in milliseconds. */
export const CANARY_PARTS_EVERY_MS: number = 24 * 60 * 60_000;

/** Size of the first part, in bytes: S3 takes no smaller one unless it is the last. */
export const CANARY_PARTS_BYTES: number = 5 * 1_024 * 1_024;

/** How long a round is looked at and remembered, in milliseconds. */
export const CANARY_KEPT_MS: number = 60 * 60_000;

/** Name of the note that keeps the rounds of a link. */
export function canaryNote(link: Link): string {
  return `canaries#${linkId(link)}`;
}

/** Name of the note that keeps when the last canary of a link was uploaded in parts. */
export function canaryPartsNote(link: Link): string {
  return `canary-parts#${linkId(link)}`;
}

export function formatRounds(rounds: readonly CanaryRound[]): string {
  return JSON.stringify(rounds.map(({ writtenAt, plain, kms, parts }) => [writtenAt.getTime(), plain, kms, parts]));
}

type NotedRound = readonly [writtenMs: number, plain: Canary, kms: Canary, parts?: Canary | null];

/** The inverse of `formatRounds`; an unreadable note has none. */
export function parseRounds(note: string | undefined): readonly CanaryRound[] {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody else writes this note
    const list = JSON.parse(note ?? '[]') as readonly NotedRound[];
    return list.map(([writtenMs, plain, kms, parts]) => {
      return { writtenAt: new Date(writtenMs), plain, kms, ...(parts && { parts }) };
    });
  } catch {
    return [];
  }
}
