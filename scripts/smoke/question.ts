import type { Stage } from './stage.ts';

/** What AWS answered, word for word, by a name that says of what. */
export type RawEvidence = Readonly<Record<string, unknown>>;

/** `unclear`: it was asked, and what came back does not answer it. */
export type Answer =
  | { readonly state: 'answered'; readonly answer: string; readonly evidence: RawEvidence }
  | { readonly state: 'unclear'; readonly reason: string; readonly evidence: RawEvidence };

/** Something that AWS does and does not document. */
export interface Question {
  /** Kebab-case and stable: answers of two accounts or two years are compared by it. */
  readonly id: string;
  readonly question: string;
  /** How it is asked, for a reader of the answers. */
  readonly how: string;
  /** `undefined`: it is too costly, too slow or too loud to be asked of anybody's account; then `unasked` says why. */
  readonly ask?: (stage: Stage) => Promise<Answer>;
  readonly unasked?: string;
  /** Asked only with `--with-kms`. */
  readonly needsKeys?: true;
}
