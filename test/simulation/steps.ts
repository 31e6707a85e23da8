import fc from 'fast-check';
import type { Outcome } from './simulated-s3.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** One thing that somebody does, or that happens. Plain data, so that a counter-example shrinks. */
export type Step =
  | {
      readonly kind: 'put';
      readonly key: number;
      readonly side: number;
      /** How long the upload took before it was completed; 0: a single part. */
      readonly uploadMs: number;
      readonly fate: Fate;
    }
  | { readonly kind: 'delete'; readonly key: number; readonly fate: Fate }
  | { readonly kind: 'delete-version'; readonly key: number; readonly nth: number; readonly everywhere: boolean }
  | { readonly kind: 'tag'; readonly key: number; readonly value: number; readonly fate: Fate }
  | { readonly kind: 'seed'; readonly key: number }
  | { readonly kind: 'throttle'; readonly spares: number; readonly requests: number }
  /** A batch job replicates what has failed. */
  | { readonly kind: 'repair'; readonly delayMs: number }
  | { readonly kind: 'crash'; readonly afterCalls: number }
  | { readonly kind: 'wait'; readonly ms: number };

/** What becomes of the replication and of the event that a step causes. */
export interface Fate {
  readonly outcome: Outcome;
  readonly delayMs: number;
  readonly event: 'once' | 'twice' | 'late' | 'days-late';
  /** Which of two destinations it is about, modulo their number. */
  readonly at: number;
}

const fate = (outcomes: fc.Arbitrary<Outcome>): fc.Arbitrary<Fate> =>
  fc.record({
    outcome: outcomes,
    delayMs: fc.constantFrom(2 * SECOND_MS, 2 * SECOND_MS, 40 * SECOND_MS, 3 * MINUTE_MS, 2 * HOUR_MS),
    event: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom('once' as const, 'once' as const, 'twice' as const, 'late' as const) },
      fc.constant('days-late' as const),
    ),
    at: fc.nat(1),
  });

const usual = fate(
  fc.oneof(
    { weight: 12, arbitrary: fc.constant<Outcome>('arrives') },
    fc.constantFrom<Outcome>(
      'fails',
      'fails-in-silence',
      'is-lost',
      'hangs',
      'arrives-with-other-size',
      'arrives-with-other-content',
      'arrives-with-other-metadata',
      'arrives-with-other-tags',
    ),
  ),
);
const well = fate(fc.constant<Outcome>('arrives'));
const key = fc.nat(7);

export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('put' as const),
      key,
      side: fc.constantFrom(0, 0, 1),
      uploadMs: fc.constantFrom(0, 0, 0, 5 * MINUTE_MS, 30 * HOUR_MS),
      fate: usual,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), key, fate: well }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('delete-version' as const),
      key,
      nth: fc.nat(2),
      everywhere: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('tag' as const), key, value: fc.nat(3), fate: well }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('seed' as const), key }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('throttle' as const),
      spares: fc.nat(8),
      requests: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('repair' as const), delayMs: fc.constantFrom(SECOND_MS, HOUR_MS) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const), afterCalls: fc.nat(6) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.constantFrom(SECOND_MS, 30 * SECOND_MS, 2 * MINUTE_MS, HOUR_MS, 26 * HOUR_MS),
    }),
  },
);
