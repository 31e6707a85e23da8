import { AwsError } from '../aws-error.ts';
import type { AccessControl } from '../iam/access.ts';
import { text } from '../json-protocol.ts';
import type { JsonCall, JsonOperation } from '../json-service.ts';
import type { QuotaRegister } from './quota-register.ts';

const SERVICE = 'kms';
/** Cryptographic operations (symmetric) request rate. */
const QUOTA = 'L-6E3AF000';

export interface QuotasSite {
  readonly quotas: QuotaRegister;
  readonly access: AccessControl;
}

/** Service Quotas know of one quota: that of KMS. A value is applied to the account only where it was changed. */
export function createQuotasOperations({ quotas, access }: QuotasSite): Readonly<Record<string, JsonOperation>> {
  function answer(call: JsonCall, action: string, valueIn: (region: string) => number | undefined): object {
    const { principal, region, input } = call;
    const [service, quota] = [text(input, 'ServiceCode'), text(input, 'QuotaCode')];
    const resource = `arn:aws:servicequotas:${region}:${principal.account}:${service}/${quota}`;
    access.require({ principal, region, action: `servicequotas:${action}`, resource });
    const value = service === SERVICE && quota === QUOTA ? valueIn(region) : undefined;
    if (value === undefined)
      throw new AwsError('NoSuchResourceException', 400, `there is no value of ${service}/${quota}`);
    return {
      Quota: {
        ServiceCode: SERVICE,
        ServiceName: 'AWS Key Management Service (AWS KMS)',
        QuotaArn: resource,
        QuotaCode: QUOTA,
        QuotaName: 'Cryptographic operations (symmetric) request rate',
        Value: value,
        Unit: 'None',
        Adjustable: true,
        GlobalQuota: false,
        UsageMetric: {
          MetricNamespace: 'AWS/Usage',
          MetricName: 'CallCount',
          MetricDimensions: {
            Service: 'KMS',
            Type: 'API',
            Resource: 'CryptographicOperationsSymmetric',
            Class: 'None',
          },
          MetricStatisticRecommendation: 'Sum',
        },
        Period: { PeriodValue: 1, PeriodUnit: 'SECOND' },
      },
    };
  }

  const members = ['ServiceCode', 'QuotaCode'];
  return {
    GetServiceQuota: {
      members,
      run: (call) => answer(call, 'GetServiceQuota', (region) => quotas.appliedKmsPerSecond(region)),
    },
    GetAWSDefaultServiceQuota: {
      members,
      run: (call) => answer(call, 'GetAWSDefaultServiceQuota', (region) => quotas.defaultKmsPerSecond(region)),
    },
  };
}
