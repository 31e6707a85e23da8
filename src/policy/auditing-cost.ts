import { auditRegions, type Config } from '../model/config.ts';
import { pricesOf } from '../model/prices.ts';

/** Metrics that alarms look at: errors, duration and throttles of three functions, and runs that fail or take too long. */
const ALARMED = 3 * 3 + 2;

/** What it costs in a month that audits can be made by the clock. What a run costs depends on the pair: `holdfast audit --quote`. */
export function auditingCost(config: Pick<Config, 'pairs' | 'audits'>): Readonly<Record<'alarms', number>> {
  const alarms = auditRegions(config).map((region) => ALARMED * pricesOf(region).alarmMonth);
  return { alarms: alarms.reduce((sum, usd) => sum + usd, 0) };
}
