import { KMS_QUOTA } from '../../model/kms-commands.ts';
import { present } from '../../model/observation.ts';
import type { Call, Clock, UsageMeter } from '../../ports.ts';
import type { WatchClients } from './watch-clients.ts';
import { type MetricQuestion, readMetrics } from './metric-data.ts';
import { toFailure, toNamedObservation } from './translate-error.ts';

/** Quotas change when people ask for it, and asking for them is throttled. In milliseconds. */
const FRESH_FOR_MS = 3_600_000;

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Service-Quota-Integration.html */
const CALLS: MetricQuestion = {
  namespace: 'AWS/Usage',
  name: 'CallCount',
  dimensions: { Service: 'KMS', Type: 'API', Resource: 'CryptographicOperationsSymmetric', Class: 'None' },
  statistic: 'Sum',
  periodSeconds: 60,
};

/** Usage by CloudWatch, quotas by Service Quotas. */
export function createKmsUsageMeter(
  clients: Pick<WatchClients, 'cloudwatch' | 'quotas'>,
  { clock }: { readonly clock: Clock },
): UsageMeter {
  const known = new Map<string, { readonly perSecond: number; readonly until: number }>();

  async function quotaOf(region: string, call: Call): Promise<number> {
    const nowMs = clock.now().getTime();
    const fresh = known.get(region);
    if (fresh !== undefined && fresh.until > nowMs) return fresh.perSecond;
    const perSecond = (await appliedQuota(clients, region, call)) ?? (await defaultQuota(clients, region, call));
    known.set(region, { perSecond, until: nowMs + FRESH_FOR_MS });
    return perSecond;
  }

  return {
    async kms(region, { until, windowMs, signal }) {
      try {
        const window = { from: new Date(until.getTime() - windowMs), until, signal };
        const [quotaPerSecond, [points = []]] = await Promise.all([
          quotaOf(region, { signal }),
          clients.cloudwatch(region).then(async (client) => readMetrics(client, [CALLS], window)),
        ]);
        // The minute that is under way has not been counted to its end.
        const whole = points.filter(({ at }) => at.getTime() + 60_000 <= until.getTime());
        return present({ quotaPerSecond, minutes: whole.map(({ at, value }) => ({ at, requests: value })) });
      } catch (error) {
        return toNamedObservation(error, 'UsageMeter.kms');
      }
    },
  };
}

/** `undefined`: nobody changed it for this account. */
async function appliedQuota(
  clients: Pick<WatchClients, 'quotas'>,
  region: string,
  { signal }: Call,
): Promise<number | undefined> {
  const { GetServiceQuotaCommand } = await import('@aws-sdk/client-service-quotas');
  const client = await clients.quotas(region);
  try {
    const command = new GetServiceQuotaCommand({ ServiceCode: KMS_QUOTA.service, QuotaCode: KMS_QUOTA.code });
    const { Quota: quota } = await client.send(command, { abortSignal: signal });
    return quota?.Value;
  } catch (error) {
    if (toFailure(error).code === 'NoSuchResourceException') return undefined;
    throw error;
  }
}

async function defaultQuota(clients: Pick<WatchClients, 'quotas'>, region: string, { signal }: Call): Promise<number> {
  const { GetAWSDefaultServiceQuotaCommand } = await import('@aws-sdk/client-service-quotas');
  const client = await clients.quotas(region);
  const command = new GetAWSDefaultServiceQuotaCommand({ ServiceCode: KMS_QUOTA.service, QuotaCode: KMS_QUOTA.code });
  const { Quota: quota } = await client.send(command, { abortSignal: signal });
  return quota?.Value ?? LEAST_DEFAULT;
}

/** Of the Regions that have least. https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html */
const LEAST_DEFAULT = 10_000;
