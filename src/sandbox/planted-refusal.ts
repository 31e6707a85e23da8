import { AwsError } from './aws-error.ts';
import type { Faults, FaultTarget } from './service.ts';

type Refused = readonly [code: string, status: number, message: string];

const KMS_RATE = 'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.';

/** How each service says each planted refusal. @see https://docs.aws.amazon.com/general/latest/gr/api-retries.html */
const REFUSALS: Readonly<Record<string, Readonly<Partial<Record<'throttle' | 'deny' | 'kms-throttle', Refused>>>>> = {
  sqs: {
    throttle: ['RequestThrottled', 400, 'Request is throttled.'],
    deny: ['AccessDenied', 403, 'Access to the resource is denied.'],
    'kms-throttle': ['KmsThrottled', 400, KMS_RATE],
  },
  sns: {
    throttle: ['Throttled', 429, 'Rate exceeded'],
    deny: ['AuthorizationError', 403, 'The caller is not authorized to perform this action.'],
    'kms-throttle': ['KMSThrottling', 400, KMS_RATE],
  },
  dynamodb: {
    throttle: ['ThrottlingException', 400, 'Rate of requests exceeds the allowed throughput.'],
    deny: ['AccessDeniedException', 400, 'The caller is not authorized to perform this action.'],
    'kms-throttle': ['ThrottlingException', 400, KMS_RATE],
  },
  kms: {
    throttle: ['ThrottlingException', 400, KMS_RATE],
    deny: ['AccessDeniedException', 400, 'The caller is not authorized to perform this action.'],
    'kms-throttle': ['ThrottlingException', 400, KMS_RATE],
  },
  monitoring: {
    throttle: ['ThrottlingException', 400, 'Rate exceeded'],
    deny: ['AccessDenied', 403, 'The caller is not authorized to perform this action.'],
  },
  servicequotas: {
    throttle: ['TooManyRequestsException', 400, 'Rate exceeded'],
    deny: ['AccessDeniedException', 400, 'The caller is not authorized to perform this action.'],
  },
  events: {
    throttle: ['ThrottlingException', 400, 'Rate exceeded'],
    deny: ['AccessDeniedException', 400, 'The caller is not authorized to perform this action.'],
  },
  iam: {
    throttle: ['Throttling', 400, 'Rate exceeded'],
    deny: ['AccessDenied', 403, 'The caller is not authorized to perform this action.'],
  },
  's3-control': {
    throttle: ['TooManyRequestsException', 400, 'Rate exceeded'],
    deny: ['AccessDenied', 403, 'Access Denied'],
  },
  sts: {
    throttle: ['Throttling', 400, 'Rate exceeded'],
    deny: ['AccessDenied', 403, 'The caller is not authorized to perform this action.'],
    'kms-throttle': ['Throttling', 400, KMS_RATE],
  },
};

/** The refusal that a planted fault asks for, in the words of the service; `undefined` where none applies. */
export function plantedRefusal(
  faults: Faults,
  target: FaultTarget & { readonly service: string },
): AwsError | undefined {
  for (const kind of ['throttle', 'kms-throttle', 'deny'] as const) {
    const refused = REFUSALS[target.service]?.[kind];
    if (refused === undefined || faults.take(kind, target) === undefined) continue;
    const [code, status, message] = refused;
    return new AwsError(code, status, message);
  }
  return undefined;
}
