import type { Finding } from '../../model/finding.ts';
import { requestKmsQuota, showKmsQuota } from '../../model/kms-commands.ts';
import { forecastLoad, loadsOf, LOW_HEADROOM, worstLoad } from '../../model/kms-load.ts';
import type { KmsUsage } from '../../model/pressure-facts.ts';
import { kmsOf, type PressureCheck, unread } from './check.ts';

/** Minutes that speak: a burst is reported after the fact, and does not open a finding anew every minute. */
const WINDOW_MINUTES = 15;

/** How far the line is drawn out, in minutes. */
const AHEAD_MINUTES = 15;

/**
 * Whether the account comes near its KMS quota in the Region. All that asks KMS there spends the same quota, S3 for its users and
 * for replication among them.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/throttling.html
 */
export const kmsHeadroom: PressureCheck = {
  id: 'kms-headroom',
  needs: ['usage'],
  run({ region, lookedAt, usage }) {
    if (usage === undefined || usage.state === 'absent') return [];
    if (usage.state === 'unreadable') return [unread('kms-headroom-low', kmsOf(region), usage.reason)];
    const loads = loadsOf(usage.value, { until: lookedAt, minutes: WINDOW_MINUTES });
    const worst = worstLoad(loads);
    if (worst === undefined) return [];
    const forecast = forecastLoad(loads, new Date(lookedAt.getTime() + AHEAD_MINUTES * 60_000));
    if (worst.load < LOW_HEADROOM && (forecast === undefined || forecast < 1)) return [];
    const evidence = {
      usedPercent: toPercent(worst.load),
      at: worst.at.toISOString(),
      quotaPerSecond: usage.value.quotaPerSecond,
      ...(forecast === undefined ? {} : { forecastPercent: toPercent(forecast), forecastMinutes: AHEAD_MINUTES }),
    };
    return [
      {
        verdict: 'violated',
        code: 'kms-headroom-low',
        subject: kmsOf(region),
        evidence,
        remedy: more(region, usage.value),
      },
    ];
  },
};

function toPercent(load: number): number {
  return Math.round(load * 100);
}

function more(region: string, { quotaPerSecond }: KmsUsage): NonNullable<Finding['remedy']> {
  return {
    who: 'owner of the account',
    what: 'Switch bucket keys on wherever `bucket-key-off` was found, and ask AWS for a higher KMS request rate.',
    commands: [showKmsQuota(region), requestKmsQuota(region, quotaPerSecond * 2)],
  };
}
