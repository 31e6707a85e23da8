import { createCloudWatchOperations } from './cloudwatch/cloudwatch-operations.ts';
import { parseEmf } from './cloudwatch/emf.ts';
import { createMetricStore, type MetricStore } from './cloudwatch/metric-store.ts';
import { startReplicationSampler } from './cloudwatch/replication-metrics.ts';
import { createEventsOperations } from './events/events-operations.ts';
import type { EventBus } from './events/event-bus.ts';
import { createIam } from './iam-api/iam-service.ts';
import { createRoles, type RoleRegister } from './iam/roles.ts';
import { createJsonService } from './json-service.ts';
import { createKeyRegister, type KeyRegister } from './kms/key-register.ts';
import { createKeyUse, type KeyUse } from './kms/key-use.ts';
import { createKmsOperations } from './kms/kms-operations.ts';
import type { Platform } from './platform.ts';
import { createQuotaRegister, type QuotaRegister } from './quotas/quota-register.ts';
import { createQuotasOperations } from './quotas/quotas-operations.ts';
import { createRequestRates, type RequestRates } from './quotas/request-rates.ts';
import type { S3Service } from './s3/s3-service.ts';
import type { Service } from './service.ts';

/** What an account has beside its data: keys, roles, limits and measurements, of which all services make use. */
export interface AccountState {
  readonly keyRegister: KeyRegister;
  readonly keys: KeyUse;
  readonly roles: RoleRegister;
  readonly quotas: QuotaRegister;
  readonly rates: RequestRates;
  readonly metrics: MetricStore;
}

export type AccountSurroundings = Pick<Platform, 'account' | 'access' | 'clock' | 'random' | 'logs'>;

export function createAccountState({ account, access, clock, random, logs }: AccountSurroundings): AccountState {
  const keyRegister = createKeyRegister({ clock, random });
  const quotas = createQuotaRegister();
  const metrics = createMetricStore(clock);
  logs.follow(({ region, text }) => {
    for (const measurement of parseEmf(text, region)) metrics.put(measurement);
  });
  return {
    keyRegister,
    quotas,
    metrics,
    keys: createKeyUse({ clock, keys: keyRegister, access, quotas, metrics }),
    rates: createRequestRates(quotas, clock),
    roles: createRoles({ account, access, now: () => clock.now() }),
  };
}

/** The services through which an account sees that, by the name in the credential scope. */
export function createAccountServices(
  { keyRegister: keys, quotas, metrics, roles }: AccountState,
  { access, account, clock }: AccountSurroundings,
  { s3, bus }: { readonly s3: Pick<S3Service, 'replicationNumbers'>; readonly bus: EventBus },
): Readonly<Record<'kms' | 'monitoring' | 'servicequotas' | 'iam' | 'events', Service>> {
  const replication = startReplicationSampler(metrics, clock, () => s3.replicationNumbers());
  const refresh = (): void => replication.sample();
  return {
    kms: createJsonService('KMS', createKmsOperations({ keys, access })),
    monitoring: createJsonService('CloudWatch', createCloudWatchOperations({ metrics, access, clock, refresh })),
    servicequotas: createJsonService('Service Quotas', createQuotasOperations({ quotas, access })),
    events: createJsonService('EventBridge', createEventsOperations({ bus, access })),
    iam: createIam({ access, account, roles }),
  };
}
