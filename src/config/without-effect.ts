import type { Config } from '../model/config.ts';

/** An option that is accepted and checked, and does nothing in this version. */
export interface WithoutEffect {
  /** Where it stands. */
  readonly path: string;
  readonly message: string;
}

/** Options that somebody has set and that change nothing: an option that is silently off is worse than none. */
export function withoutEffect({ mraps, verify }: Pick<Config, 'mraps' | 'verify'>): readonly WithoutEffect[] {
  const unobserved = mraps.flatMap(({ name, observers }) => {
    const message = 'has no effect: it has no observers, so nobody knows when a Region fails';
    return observers.length > 0 ? [] : [{ path: `mraps.${name}`, message }];
  });
  const repeated = verify.flatMap(({ everyMs }, index) => {
    const message = 'has no effect yet: nothing is verified again by the clock';
    return everyMs === undefined ? [] : [{ path: `verify[${index}].every`, message }];
  });
  return [...unobserved, ...repeated];
}
