import type { Config } from '../model/config.ts';

/** An option that is accepted and checked, and does nothing in this version. */
export interface WithoutEffect {
  /** Where it stands. */
  readonly path: string;
  readonly message: string;
}

/** Options that somebody has set and that change nothing yet: an option that is silently off is worse than none. */
export function withoutEffect({
  mraps,
  verify,
  steeringRegion,
}: Pick<Config, 'mraps' | 'verify' | 'steeringRegion'>): readonly WithoutEffect[] {
  const routes = mraps.map(({ name, witness }) => {
    const message = 'has no effect yet: no route is watched or changed';
    const isUsed = witness !== undefined && witness === steeringRegion;
    const except = isUsed ? '; only its witness is used, as the Region of the steering ledger' : '';
    return { path: `mraps.${name}`, message: message + except };
  });
  const repeated = verify.flatMap(({ everyMs }, index) => {
    const message = 'has no effect yet: nothing is verified again by the clock';
    return everyMs === undefined ? [] : [{ path: `verify[${index}].every`, message }];
  });
  return [...routes, ...repeated];
}
