import type { Finding } from '../model/finding.ts';

/** What a look at one version showed. */
export type Outcome =
  /** Everything that can be compared is the same. */
  | { readonly state: 'proved' }
  | { readonly state: 'found'; readonly findings: readonly Finding[] }
  /** On its way, and not late. */
  | { readonly state: 'waiting' }
  /** Different as it is meant to be. */
  | { readonly state: 'expected'; readonly reason: string };
