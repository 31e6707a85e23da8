import type { MetricStore } from '../cloudwatch/metric-store.ts';
import type { AccessControl } from '../iam/access.ts';
import type { QuotaRegister } from '../quotas/quota-register.ts';
import { createRateMeter } from '../quotas/rate-meter.ts';
import type { Principal, SandboxClock } from '../service.ts';
import { mayUseKey } from './key-access.ts';
import type { KeyState } from './key.ts';
import type { KeyRegister } from './key-register.ts';

/** One use of a key by S3 on somebody's behalf. */
export interface KeyUseRequest {
  /** ARN of a key or of an alias. */
  readonly keyArn: string;
  readonly action: 'kms:Decrypt' | 'kms:GenerateDataKey' | 'kms:Encrypt';
  /** Where S3 uses the key: of the source for reads, of the destination for what replication writes. */
  readonly region: string;
  /** The caller, or the role that S3 assumed. Needs the permissions of the key's policy and its own. */
  readonly principal: Principal;
  readonly bucket: string;
  readonly key: string;
  readonly bucketKey: boolean;
}

/** What came of it; everything but `ok` means that S3 has no data key. */
export type KeyOutcome = 'ok' | 'throttled' | 'denied' | 'disabled' | 'pending-deletion' | 'not-found';

/** What S3 asks of KMS. */
export interface KeyUse {
  /** `not-found` where its Region has registered keys and this is none; `undefined`: nothing is known, and it counts as usable. */
  stateOf(arn: string): KeyState | 'not-found' | undefined;
  /** Spends a request to KMS, against the quota of the Region; with a bucket key, hardly ever. */
  use(request: KeyUseRequest): KeyOutcome;
}

export interface KeyUseSurroundings {
  readonly clock: Pick<SandboxClock, 'now'>;
  readonly keys: KeyRegister;
  readonly access: AccessControl;
  readonly quotas: QuotaRegister;
  readonly metrics: MetricStore;
}

/** A bucket key answers all but one of so many requests. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html */
const REQUESTS_PER_BUCKET_KEY = 100;
/** Of remembered bucket keys; the first of them go first. */
const MOST_BUCKET_KEYS = 10_000;

const STATE_OUTCOMES: Readonly<Record<KeyState | 'not-found', KeyOutcome>> = {
  Enabled: 'ok',
  Disabled: 'disabled',
  PendingDeletion: 'pending-deletion',
  'not-found': 'not-found',
};

export function createKeyUse({ clock, keys, access, quotas, metrics }: KeyUseSurroundings): KeyUse {
  const rates = createRateMeter(clock);
  const bucketKeys = new Map<string, number>();

  function stateOf(arn: string): KeyState | 'not-found' | undefined {
    const home = homeOf(arn);
    const key = keys.find(arn, home);
    if (key !== undefined) return key.state;
    return keys.isKept(home) ? 'not-found' : undefined;
  }

  function isAllowed({ keyArn, action, region, principal, bucket, key, bucketKey }: KeyUseRequest): boolean {
    const context = {
      'kms:ViaService': `s3.${region}.amazonaws.com`,
      'kms:EncryptionContext:aws:s3:arn': `arn:aws:s3:::${bucketKey ? bucket : `${bucket}/${key}`}`,
    };
    const found = keys.find(keyArn, homeOf(keyArn));
    if (found === undefined)
      return access.decideByRole({ principal, region, action, resource: keyArn, context }) === 'allow';
    return mayUseKey(access, { principal, action, key: found, context });
  }

  /** Whether the bucket's own key answers, which each requester has for himself. */
  function isCached({ keyArn, principal, bucket, bucketKey }: KeyUseRequest): boolean {
    if (!bucketKey) return false;
    const id = `${bucket} ${keyArn} ${principal.arn}`;
    const uses = bucketKeys.get(id) ?? 0;
    bucketKeys.set(id, uses + 1);
    const [oldest] = bucketKeys.keys();
    if (bucketKeys.size > MOST_BUCKET_KEYS && oldest !== undefined) bucketKeys.delete(oldest);
    return uses % REQUESTS_PER_BUCKET_KEY !== 0;
  }

  function count({ region, keyArn, action }: KeyUseRequest): void {
    const operation = action.slice('kms:'.length);
    const usage = { Service: 'KMS', Type: 'API', Class: 'None' };
    const once = { region, at: clock.now(), value: 1 };
    for (const Resource of ['CryptographicOperationsSymmetric', operation])
      metrics.put({ ...once, namespace: 'AWS/Usage', name: 'CallCount', dimensions: { ...usage, Resource } });
    const dimensions = { KeyArn: keys.find(keyArn, homeOf(keyArn))?.arn ?? keyArn, Operation: operation };
    metrics.put({ ...once, namespace: 'AWS/KMS', name: 'SuccessfulRequest', dimensions });
  }

  return {
    stateOf,
    use(request) {
      const state = stateOf(request.keyArn);
      if (state === 'not-found') return 'not-found';
      if (!isAllowed(request)) return 'denied';
      const outcome = STATE_OUTCOMES[state ?? 'Enabled'];
      if (outcome !== 'ok' || isCached(request)) return outcome;
      // The quota is the caller's, wherever the key's account is.
      const { account } = request.principal;
      if (!rates.take(`${account} ${request.region}`, quotas.kmsPerSecond(request.region))) return 'throttled';
      count(request);
      return 'ok';
    },
  };
}

function homeOf(arn: string): { readonly region: string; readonly account: string } {
  const [, , , region = '', account = ''] = arn.split(':');
  return { region, account };
}
