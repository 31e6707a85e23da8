import type { Mute } from '../model/alert-state.ts';
import type { Config } from '../model/config.ts';

/** The maintenance windows of the configuration as mutes. One for each pair, because a mute is about one pair at most. */
export function maintenanceMutes({ alerts, pairs }: Pick<Config, 'alerts' | 'pairs'>): readonly Mute[] {
  return (alerts.maintenance ?? []).flatMap(({ from, until, reason, pairs: names }, index): readonly Mute[] => {
    const window = { until: new Date(until), from: new Date(from), by: 'configuration', reason };
    if (names === undefined) return [{ id: `window-${index}`, ...window }];
    return names.map((pair) => ({
      id: `window-${index}-${pair}`,
      ...window,
      pair,
      buckets: bucketsOf(pair, { pairs }),
    }));
  });
}

/** Names of the buckets of a pair. */
export function bucketsOf(pair: string, { pairs }: Pick<Config, 'pairs'>): readonly string[] {
  return pairs
    .filter(({ name }) => name === pair)
    .flatMap(({ source, destinations }) => [source, ...destinations].map(({ bucket }) => bucket));
}
