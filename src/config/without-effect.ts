import type { Config, VerifyRule } from '../model/config.ts';

/** An option that is accepted and checked, and does nothing in this version. */
export interface WithoutEffect {
  /** Where it stands. */
  readonly path: string;
  readonly message: string;
}

/** Options that somebody has set and that change nothing: an option that is silently off is worse than none. */
export function withoutEffect(config: Pick<Config, 'mraps' | 'verify' | 'pairs' | 'audits'>): readonly WithoutEffect[] {
  const { mraps, verify } = config;
  const unobserved = mraps.flatMap(({ name, observers }) => {
    const message = 'has no effect: it has no observers, so nobody knows when a Region fails';
    return observers.length > 0 ? [] : [{ path: `mraps.${name}`, message }];
  });
  const repeated = verify.flatMap((rule, index) => {
    const message =
      'has no effect by the clock: no audit of this bucket has `content: {mode: age}`; `holdfast audit --content age` obeys it';
    return rule.everyMs === undefined || isReadAgain(rule, config) ? [] : [{ path: `verify[${index}].every`, message }];
  });
  return [...unobserved, ...repeated];
}

/** Whether an audit by the clock reads by age anything that the rule is for. */
function isReadAgain(
  { bucket, prefix }: VerifyRule,
  { audits = [], pairs }: Pick<Config, 'pairs' | 'audits'>,
): boolean {
  return audits.some((audit) => {
    if (audit.content.mode !== 'age') return false;
    if (!audit.prefix.startsWith(prefix) && !prefix.startsWith(audit.prefix)) return false;
    return pairs.some(
      ({ name, source, destinations }) =>
        name === audit.pair && [source, ...destinations].some((one) => one.bucket === bucket),
    );
  });
}
