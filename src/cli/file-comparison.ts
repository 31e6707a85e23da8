import type { Basis, Finding, Subject } from '../model/finding.ts';

export interface Compared {
  readonly basis: Basis;
  /** What kind of digest both sides are. */
  readonly algorithm: string;
}

export interface Digests {
  /** Of the file. */
  readonly expected: string;
  /** Of the object. */
  readonly found: string;
}

/** Makes a finding of two digests; `more` is added to its evidence. */
export type Compare = (compared: Compared, digests: Digests, more?: Finding['evidence']) => Finding;

/** Findings about one object whose witness is a local file. */
export function createComparison(path: string, subject: Subject): Compare {
  return ({ basis, algorithm }, { expected, found }, more = {}) => {
    const same = expected === found;
    const common = { algorithm, declaredIn: 'local-file', where: path, ...more };
    return {
      verdict: same ? 'verified' : 'violated',
      code: same ? 'content-verified' : 'content-differs-from-declared-digest',
      subject,
      basis,
      evidence: same
        ? { against: 'local-file', ...common, digest: found }
        : { ...common, expectedDigest: expected, computedDigest: found },
    };
  };
}
